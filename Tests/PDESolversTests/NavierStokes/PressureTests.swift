import CAllocationCounter
import Foundation
import PDECore
import PDESolvers
import Testing

@Suite struct PressureTests {
    static let sizes = [(16, 16), (17, 12), (24, 31), (33, 33)]

    @Test(arguments: PressureProblems.Geometry.allCases)
    func residualIsRoundOffForAllSides(_ geometry: PressureProblems.Geometry) throws {
        for (columns, rows) in Self.sizes {
            for x in PressureProblems.pairs {
                for y in PressureProblems.pairs {
                    let grid = PressureProblems.grid(columns, rows, x, y, height: 0.7)
                    let solid = geometry.solid(grid)
                    try check(grid, solid, Double.self, 1e-12)
                    try check(grid, solid, Float.self, 1e-5 + 8 * roundingResidual(grid, solid))
                }
            }
        }
    }

    /// The residual that is left when the solution in double precision is rounded to single.
    private func roundingResidual(_ grid: PressureGrid, _ solid: [UInt8]) throws -> Double {
        let f: [Double] = PressureProblems.random(grid.count)
        let p = try ObstaclePressure<Double>(grid, solid: solid).solution(f).p.map(Float.init)
        return PressureProblems.residual(grid, solid, p, f.map(Float.init))
    }

    private func check<Scalar: Real>(_ grid: PressureGrid, _ solid: [UInt8], _: Scalar.Type, _ bound: Double) throws {
        let f: [Scalar] = PressureProblems.random(grid.count)
        let isOpen = !solid.contains(1)
        let solver: any PressureSolver<Scalar> = isOpen ? BoxPoisson(grid) : try ObstaclePressure(grid, solid: solid)
        let (p, report) = solver.solution(f)
        let residual = PressureProblems.residual(grid, solid, p, f)
        #expect(residual <= bound, "\(grid)")
        #expect(abs(residual - report.residual) <= bound)
        #expect(zip(p, solid).allSatisfy { $1 == 0 || $0 == 0 })
        for region in PressureProblems.floatingRegions(grid, solid) {
            let sum = region.reduce(0) { $0 + Double(p[$1]) }
            let size = p.map { abs(Double($0)) }.max()!
            #expect(abs(sum) <= bound * size * Double(region.count))
        }
    }

    @Test(arguments: [(520, 24), (24, 300), (300, 301), (290, 290)])
    func longLinesGoThroughFourierTransforms(_ columns: Int, _ rows: Int) throws {
        for x in PressureProblems.pairs {
            for y in PressureProblems.pairs {
                // Cells are square so that the two axes weigh the same.
                let grid = PressureProblems.grid(columns, rows, x, y, height: Double(rows) / Double(columns))
                let solid = PressureProblems.Geometry.oneSquare.solid(grid)
                let f: [Double] = PressureProblems.random(grid.count)
                let box = BoxPoisson<Double>(grid).solution(f)
                let none = [UInt8](repeating: 0, count: grid.count)
                #expect(PressureProblems.residual(grid, none, box.p, f) <= 1e-11, "\(grid)")
                guard columns > 500 else { continue }
                let obstacle = try ObstaclePressure<Double>(grid, solid: solid).solution(f)
                #expect(PressureProblems.residual(grid, solid, obstacle.p, f) <= 1e-11, "\(grid)")
            }
        }
    }

    @Test func directAgreesWithConjugateGradients() throws {
        for geometry in PressureProblems.Geometry.allCases where geometry != .none {
            for x in PressureProblems.pairs {
                for y in PressureProblems.pairs {
                    let grid = PressureProblems.grid(28, 25, x, y)
                    let solid = geometry.solid(grid)
                    let f: [Double] = PressureProblems.random(grid.count)
                    let direct = try ObstaclePressure<Double>(grid, solid: solid).solution(f)
                    let iterative = PressureConjugateGradients<Double>(grid, solid: solid)
                    let (p, report) = iterative.solution(f)
                    #expect(report.residual <= 1e-11)
                    #expect(iterative.residualHistory.count == report.iterations + 1)
                    #expect(iterative.residualHistory.last! <= iterative.tolerance)
                    #expect(report.iterations <= (geometry == .scattered ? 120 : 40), "\(geometry) \(report)")
                    let size = p.map(abs).max()!
                    #expect(zip(p, direct.p).allSatisfy { abs($0 - $1) <= 1e-10 * size }, "\(geometry) \(grid)")
                }
            }
        }
    }

    /// Faces open in part: direct and iterative solver agree, for random shares, some of them 0.
    @Test func sharesOfFacesAreSolvedDirectlyToo() throws {
        for x in PressureProblems.pairs {
            for y in PressureProblems.pairs {
                let grid = PressureProblems.grid(26, 23, x, y)
                let solid = PressureProblems.Geometry.threeSquares.solid(grid)
                var stream = RandomStream(seed: 4, index: 0, purpose: "shares")
                func shares() -> [Double] {
                    (0..<grid.count).map { cell in
                        // On Dirichlet sides faces are open or closed as a whole.
                        let isInside = (cell % 26 > 0 && cell % 26 < 25) && (cell / 26 > 0 && cell / 26 < 22)
                        let drawn = stream.uniform(in: -0.1...1.5)
                        return isInside ? min(1, max(0, drawn)) : 1
                    }
                }
                let openings = FaceOpenings(grid, right: shares(), upper: shares(), isSolid: { solid[$0] != 0 })
                let f: [Double] = PressureProblems.random(grid.count)
                let direct = try ObstaclePressure<Double>(openings).solution(f)
                let iterative = PressureConjugateGradients<Double>(openings).solution(f)
                #expect(direct.report.residual <= 1e-10 && iterative.report.residual <= 1e-10, "\(x) \(y)")
                let size = iterative.p.map(abs).max()!
                #expect(zip(direct.p, iterative.p).allSatisfy { abs($0 - $1) <= 1e-8 * size }, "\(x) \(y)")
            }
        }
    }

    /// p = X(x) Y(y) with each factor obeying its sides: errors fall by four from grid to grid.
    @Test func solutionsConvergeAtSecondOrder() {
        for x in PressureProblems.pairs {
            for y in PressureProblems.pairs {
                let errors = [16, 32, 64].map { n in
                    let grid = PressureProblems.grid(n, n + n / 4, x, y)
                    let (first, second) = (Self.factor(x), Self.factor(y))
                    var (f, exact) = ([Double](), [Double]())
                    for row in 0..<grid.rows {
                        for column in 0..<grid.columns {
                            let a = first.value((Double(column) + 0.5) * grid.dx)
                            let b = second.value((Double(row) + 0.5) * grid.dy)
                            exact.append(a * b)
                            f.append(-(pow(first.wavenumber, 2) + pow(second.wavenumber, 2)) * a * b)
                        }
                    }
                    let p = BoxPoisson<Double>(grid).solution(f).p
                    return zip(p, exact).map { abs($0 - $1) }.max()!
                }
                #expect(slopes(errors).allSatisfy { $0 > 1.8 }, "\(x) \(y) \(errors)")
            }
        }
    }

    private static func factor(_ sides: (PressureBoundary, PressureBoundary)) -> (
        wavenumber: Double, value: (Double) -> Double
    ) {
        switch sides {
        case (.neumann, .neumann): (.pi, { cos(.pi * $0) })
        case (.dirichlet, .dirichlet): (.pi, { sin(.pi * $0) })
        case (.neumann, .dirichlet): (1.5 * .pi, { cos(1.5 * .pi * $0) })
        case (.dirichlet, .neumann): (1.5 * .pi, { sin(1.5 * .pi * $0) })
        default: (2 * .pi, { sin(2 * .pi * $0 + 0.3) })
        }
    }

    /// Random velocities on open faces and none on closed ones, minus the pressure gradient, have no divergence.
    @Test(arguments: PressureProblems.Geometry.allCases)
    func projectedFieldsAreFreeOfDivergence(_ geometry: PressureProblems.Geometry) {
        for grid in [
            PressureProblems.channel(64, 48), PressureProblems.grid(40, 40, (.neumann, .neumann), (.neumann, .neumann)),
            PressureProblems.grid(33, 40, (.periodic, .periodic), (.neumann, .neumann)),
        ] {
            let solid = geometry.solid(grid)
            var field = StaggeredField(grid, solid)
            let before = field.divergence()
            let (p, report) = (grid.makeSolver(solid: solid, of: Double.self)).solution(before)
            field.subtractGradient(p)
            let after = field.divergence().map(abs).max()!
            #expect(after <= 1e-12 * before.map(abs).max()!, "\(geometry)")
            #expect(report.imbalance <= 1e-13)
        }
    }

    @Test func incompatibleRightHandSidesAreReported() {
        let grid = PressureProblems.grid(20, 20, (.neumann, .neumann), (.neumann, .neumann))
        let f = [Double](repeating: 2, count: grid.count)
        let (p, report) = BoxPoisson<Double>(grid).solution(f)
        #expect(abs(report.imbalance - 1) <= 1e-14)
        #expect(p.allSatisfy { abs($0) <= 1e-14 })
        let anchored = PressureProblems.channel(20, 20)
        #expect(BoxPoisson<Double>(anchored).solution(f).report.imbalance == 0)
        // What a ring encloses floats although the outlet holds the rest.
        let ring = PressureProblems.Geometry.ring.solid(anchored)
        #expect(anchored.makeSolver(solid: ring, of: Double.self).solution(f).report.imbalance == 1)
    }

    @Test func zeroAndNotANumberComeBack() {
        let grid = PressureProblems.channel(20, 20)
        let solid = PressureProblems.Geometry.oneSquare.solid(grid)
        let solvers: [any PressureSolver<Double>] = [
            BoxPoisson(grid), grid.makeSolver(solid: solid), grid.makeSolver(solid: solid, closedFaceLimit: 1),
        ]
        #expect(
            solvers.map { String(describing: type(of: $0)) } == [
                "BoxPoisson<Double>", "ObstaclePressure<Double>", "PreconditionedPressure<Double>",
            ])
        for solver in solvers {
            let zero = solver.solution([Double](repeating: 0, count: grid.count))
            #expect(zero.p.allSatisfy { $0 == 0 } && zero.report.residual == 0)
            var f = [Double](repeating: 1, count: grid.count)
            f[3] = .nan
            #expect(solver.solution(f).report.residual.isNaN)
            #expect(solver.solution([Double](repeating: 1, count: grid.count)).report.residual <= 1e-12)
        }
    }

    @Test func warmSolvesDoNotAllocate() throws {
        for size in [48, 300] {
            for x in PressureProblems.pairs {
                try checkAllocations(PressureProblems.grid(size, size, x, (.neumann, .neumann)), Double.self)
                try checkAllocations(PressureProblems.grid(size, size, x, (.periodic, .periodic)), Float.self)
            }
        }
    }

    private func checkAllocations<Scalar: Real>(_ grid: PressureGrid, _: Scalar.Type) throws {
        let solid = grid.columns > 100 ? [] : PressureProblems.Geometry.ring.solid(grid)
        let solvers: [any PressureSolver<Scalar>] = [
            BoxPoisson(grid), try ObstaclePressure(grid, solid: solid), PressureConjugateGradients(grid, solid: solid),
        ]
        let f = AlignedBuffer<Scalar>(count: grid.count)
        let p = AlignedBuffer<Scalar>(count: grid.count)
        for (i, value) in (PressureProblems.random(grid.count) as [Scalar]).enumerated() { f.pointer[i] = value }
        for solver in solvers {
            _ = solver.solve(f.pointer, into: p.pointer)
            let before = allocation_count()
            for _ in 0..<3 { _ = solver.solve(f.pointer, into: p.pointer) }
            #expect(allocation_count() == before, "\(type(of: solver))")
        }
    }
}
