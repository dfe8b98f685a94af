import Foundation
import PDECore
import PDESolvers
import Testing

@Suite struct MultigridTests {
    private func iterations(_ shape: [Int], _ sides: PoissonSides, hasSolid: Bool, surface: PoissonSide = .flux) throws
        -> Int
    {
        let grid = PoissonCases.grid(shape)
        let system = try PoissonSystem<Double>(
            grid, sides: sides, solid: hasSolid ? PoissonCases.blocks(grid) : [], solidSurface: surface)
        let report = ConjugateGradients(system, tolerance: 1e-6).solution(PoissonCases.noise(grid.count)).report
        #expect(report.hasConverged)
        return report.iterations
    }

    /// From 64² to 512² and 16³ to 64³ by two iterations at most, for all mixes of sides in 2-D and some in 3-D.
    @Test(arguments: [false, true])
    func iterationsHardlyGrow(_ hasSolid: Bool) throws {
        for sides in ConvergenceStudy.sideMixes(dimensions: 2) {
            let counts = try [64, 128, 256, 512].map { try iterations([$0, $0], sides, hasSolid: hasSolid) }
            #expect(counts.max()! - counts[0] <= 2 && counts.max()! <= 11, "\(sides) \(counts)")
        }
        for sides in ConvergenceStudy.sideMixes(dimensions: 3).enumerated().filter({ $0.offset % 9 == 0 }).map(
            \.element)
        {
            let counts = try [32, 64].map { try iterations([$0, $0, $0], sides, hasSolid: hasSolid) }
            #expect(counts[1] - counts[0] <= 2 && counts[1] <= 11, "\(sides) \(counts)")
        }
    }

    @Test func solidsThatHoldAValueAreNoHarder() throws {
        let sides = PoissonSides.all(.flux, dimensions: 2)
        let counts = try [64, 128, 256, 512].map {
            try iterations([$0, $0], sides, hasSolid: true, surface: .value)
        }
        #expect(counts.max()! - counts[0] <= 3 && counts.max()! <= 13, "\(counts)")
    }

    @Test func sizesNeedNotBePowersOfTwo() throws {
        let sides = PoissonSides.all(.value, dimensions: 2)
        let counts = try [[100, 100], [101, 99], [127, 129], [255, 257], [421, 421]].map {
            try iterations($0, sides, hasSolid: true)
        }
        #expect(counts.max()! <= 16, "\(counts)")
    }

    /// Scattered solid cells and cells of random conductance: more iterations, but they converge.
    @Test func hardCasesConverge() throws {
        let grid = PoissonCases.grid([96, 96])
        let scattered = try PoissonSystem<Double>(grid, solid: PoissonCases.scattered(grid, share: 0.2))
        let b: [Double] = PoissonCases.noise(grid.count)
        let first = ConjugateGradients(scattered, tolerance: 1e-8).solution(b).report
        #expect(first.hasConverged && first.iterations <= 100, "\(first.iterations)")
        let a: [Double] = PoissonCases.noise(grid.count, index: 9).map { $0 > 0 ? 12 : 3 }
        let contrast = try PoissonSystem(grid, coefficient: a)
        let second = ConjugateGradients(contrast, tolerance: 1e-8).solution(b).report
        #expect(second.hasConverged && second.iterations <= 40, "\(second.iterations)")
    }

    /// Coefficients of two values by the sign of a smooth field: where they jump by a thousand it takes at most four times
    /// the iterations of where they jump by four, and by a million it still ends.
    @Test(arguments: [[127, 130], [24, 21, 26]])
    func jumpsOfTheCoefficientAreFollowed(_ shape: [Int]) throws {
        let grid = PoissonCases.grid(shape)
        let plain = try PoissonSystem<Double>(grid)
        let field = plain.cellValues {
            sin(17 * $0.x + 3 * $0.y) + sin(13 * $0.y - 5 * $0.x) + sin(9 * $0.z + 4 * $0.x)
        }
        let b: [Double] = PoissonCases.noise(grid.count)
        for sides in [PoissonSides.all(.value, dimensions: shape.count), .all(.flux, dimensions: shape.count)] {
            let counts = try [4.0, 1000, 1e6].map { contrast in
                let system = try PoissonSystem(grid, sides: sides, coefficient: field.map { $0 > 0 ? contrast : 1 })
                let report = ConjugateGradients(system, tolerance: 1e-8).solution(b).report
                #expect(report.hasConverged, "\(contrast) \(report.outcome)")
                return report.iterations
            }
            #expect(counts[1] <= 4 * counts[0] && counts[0] <= 20, "\(counts)")
        }
    }

    /// The same bits on one thread and on three, with a constant coefficient and a variable one.
    @Test(arguments: [[160, 176], [40, 33, 24]])
    func resultsDoNotDependOnTheThreads(_ shape: [Int]) throws {
        let grid = PoissonCases.grid(shape)
        let b: [Double] = PoissonCases.noise(grid.count)
        for a in [[], b.map { $0 > 0 ? 50.0 : 1 }] {
            let system = try PoissonSystem<Double>(grid, solid: PoissonCases.blocks(grid), coefficient: a)
            let runs = [1, 3].map { threads in
                ConjugateGradients(system, tolerance: 1e-9, team: ThreadTeam(threads: threads)).solution(b)
            }
            #expect(runs[0].u == runs[1].u)
            #expect(runs[0].report.residualHistory == runs[1].report.residualHistory)
        }
    }
}
