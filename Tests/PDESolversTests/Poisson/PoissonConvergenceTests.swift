import Foundation
import PDECore
import PDESolvers
import Testing

/// Errors against exact solutions, and how they fall.
@Suite struct PoissonConvergenceTests {
    @Test(arguments: ["poisson-2d", "poisson-3d", "poisson-2d-direct", "poisson-3d-direct", "poisson-solid", "darcy"])
    func solutionsAreOfSecondOrderInTheMaxNorm(_ name: String) throws {
        let study = try #require(ConvergenceStudy.all.first { $0.name == name })
        var rows: [[Double]] = []
        study.run { _, values in rows.append(values) }
        for measure in rows[0].indices {
            let slopes = zip(rows, rows.dropFirst()).map { log2($0[measure] / $1[measure]) }
            #expect(slopes.allSatisfy { $0 >= 1.85 }, "\(name): \(rows)")
        }
    }

    /// Through layers of two permeabilities the exact pressure is piecewise linear, and the scheme's too.
    @Test func layersInSeriesAreExact() throws {
        let grid = PoissonCases.grid([6, 20])
        let a = (0..<grid.count).map { $0 % 20 < 8 ? 12.0 : 3.0 }
        let sides = PoissonSides(lower: [.flux, .value], upper: [.flux, .value])
        let flow = try DarcyFlow(grid, permeability: a, sides: sides)
        func given(_ point: PoissonSidePoint) -> Double { point.axis == 1 && !point.isUpper ? 1 : 0 }
        let source = [Double](repeating: 0, count: grid.count)
        let b = flow.system.rightHandSide(source: source, boundary: given)
        let u = ConjugateGradients(flow.system, tolerance: 1e-13).solution(b).u
        let flux = flow.flux(of: u, axis: 1, boundary: given)
        let exact = 1 / (0.4 / 12 + 0.6 / 3)
        #expect(flux.count == 6 * 21)
        #expect(flux.allSatisfy { abs($0 - exact) <= 1e-10 * exact })
        #expect(flow.flux(of: u, axis: 0, boundary: given).allSatisfy { abs($0) <= 1e-10 })
    }

    @Test func fluxesBalanceTheSource() throws {
        let grid = PoissonCases.grid([9, 12, 10], [1, 1.5, 0.8])
        let a: [Double] = PoissonCases.noise(grid.count).map { exp(2 * $0) }
        let solid = PoissonCases.scattered(grid, share: 0.1)
        let sides = PoissonSides(lower: [.flux, .value, .flux], upper: [.value, .flux, .value])
        let flow = try DarcyFlow(grid, permeability: a, sides: sides, solid: solid)
        func given(_ point: PoissonSidePoint) -> Double { sin(3 * point.position.x + point.position.y) }
        let source: [Double] = PoissonCases.noise(grid.count, index: 3)
        let b = flow.system.rightHandSide(source: source, boundary: given)
        let (u, report) = ConjugateGradients(flow.system, tolerance: 1e-13).solution(b)
        #expect(report.hasConverged)
        let fluxes = (0..<3).map { flow.flux(of: u, axis: $0, boundary: given) }
        #expect(flow.balanceError(fluxes, source: source) <= 1e-8)
    }
}
