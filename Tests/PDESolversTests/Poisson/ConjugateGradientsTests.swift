import CAllocationCounter
import PDECore
import PDESolvers
import Testing

@Suite struct ConjugateGradientsTests {
    private static let preconditioners: [(name: String, value: any PoissonPreconditioner)] = [
        ("none", .none), ("ssor", .ssor(1.5)), ("cholesky", .incompleteCholesky), ("multigrid", .multigrid),
        ("algebraic multigrid", .algebraicMultigrid), ("jacobi", Jacobi()),
        ("jacobi, flexible", Jacobi(isSymmetric: false)),
    ]

    /// All of them agree with each other and with the operator, on odd sizes, with masks and a variable coefficient.
    @Test(arguments: [[33, 21], [12, 17, 10], [64, 64]])
    func allPreconditionersGiveTheSolution(_ shape: [Int]) throws {
        let grid = PoissonCases.grid(shape)
        let b: [Double] = PoissonCases.noise(grid.count)
        let a: [Double] = PoissonCases.noise(grid.count, index: 4).map { $0 > 0 ? 12 : 3 }
        for solid in [[], PoissonCases.blocks(grid), PoissonCases.scattered(grid, share: 0.1)] {
            for coefficient in [[], a] {
                for surface in PoissonSide.allCases {
                    let system = try PoissonSystem(
                        grid, sides: PoissonSides.all(.value, dimensions: shape.count), solid: solid,
                        solidSurface: surface, coefficient: coefficient)
                    var first: [Double] = []
                    for (name, preconditioner) in Self.preconditioners {
                        let solver = ConjugateGradients(system, preconditioner: preconditioner, tolerance: 1e-11)
                        let (u, report) = solver.solution(b)
                        #expect(report.hasConverged, "\(name) \(report)")
                        #expect(report.residualHistory.count == report.iterations + 1)
                        #expect(report.residual <= 1e-10)
                        if first.isEmpty { first = u }
                        let size = u.map(abs).max()!
                        #expect(zip(u, first).allSatisfy { abs($0 - $1) <= 1e-8 * size }, "\(name) \(shape)")
                        #expect(solid.isEmpty || zip(u, solid).allSatisfy { $1 == 0 || $0 == 0 })
                    }
                }
            }
        }
    }

    @Test func betterPreconditionersTakeFewerIterations() throws {
        let system = try PoissonSystem<Double>(PoissonCases.grid([96, 96]))
        let b: [Double] = PoissonCases.noise(96 * 96)
        let counts = [.none, .ssor(1), .incompleteCholesky, .ssor(1.9), .multigrid].map {
            ConjugateGradients(system, preconditioner: $0, tolerance: 1e-8).solution(b).report.iterations
        }
        #expect(counts[0] > 2 * counts[2] && counts[1] < counts[0], "\(counts)")
        #expect(counts[3] < counts[1] && counts[4] < counts[3] && counts[4] <= 12, "\(counts)")
    }

    @Test func singlePrecisionReachesItsRoundOff() throws {
        let grid = PoissonCases.grid([48, 40])
        let b: [Float] = PoissonCases.noise(grid.count)
        let exact = ConjugateGradients(try PoissonSystem<Double>(grid)).solution(b.map(Double.init)).u
        for (name, preconditioner) in Self.preconditioners {
            let solver = ConjugateGradients(
                try PoissonSystem<Float>(grid), preconditioner: preconditioner, tolerance: 1e-5)
            let (u, report) = solver.solution(b)
            #expect(report.outcome == .converged || report.outcome == .roundOff, "\(name) \(report)")
            let size = exact.map(abs).max()!
            #expect(zip(u, exact).allSatisfy { abs(Double($0) - $1) <= 1e-4 * size }, "\(name)")
        }
    }

    /// The recurrence's residual drifts away from the solution's where the coefficient jumps: what counts is the latter.
    @Test(arguments: [(1e4, 1e-8), (1e4, 1e-12), (1e6, 1e-8), (1e6, 1e-10)])
    func convergedIsWhatTheSolutionSays(_ contrast: Double, _ tolerance: Double) throws {
        let grid = PoissonCases.grid([48, 48])
        let medium = GaussianRandomField(variance: 1, shift: 9, exponent: 2, hasZeroMean: true)
        let b = [Double](repeating: 1, count: grid.count)
        for index in 0..<3 {
            let stream = RandomStream(seed: 0, index: index, purpose: "medium")
            let a = medium.neumann(on: grid, from: stream).values.values.map { $0 < 0 ? 1 : contrast }
            let system = try PoissonSystem(grid, coefficient: a)
            let (u, report) = ConjugateGradients(system, tolerance: tolerance).solution(b)
            let found = PoissonCases.residual(system, [], u, b)
            #expect(abs(found - report.residual) <= 0.01 * found)
            #expect(report.hasConverged == (report.residual <= tolerance), "\(report.outcome) \(report.residual)")
            #expect(report.hasConverged || report.outcome == .roundOff)
            // Within reach of the precision it does converge.
            if tolerance >= 1e-8 { #expect(report.hasConverged, "\(report.residual) after \(report.iterations)") }
        }
    }

    /// Most solves measure once, and take the iterations that they took.
    @Test func easySystemsTakeNoMoreIterations() throws {
        for shape in [[64, 64], [20, 24, 16]] {
            let grid = PoissonCases.grid(shape)
            let b: [Double] = PoissonCases.noise(grid.count)
            let report = ConjugateGradients(try PoissonSystem<Double>(grid), tolerance: 1e-8).solution(b).report
            #expect(report.hasConverged && report.residualHistory.dropLast().allSatisfy { $0 > 1e-8 })
        }
    }

    /// A preconditioner that is neither linear nor constant from call to call.
    @Test func theFlexibleIterationTakesAnyFunction() throws {
        let grid = PoissonCases.grid([40, 40])
        let system = try PoissonSystem<Double>(grid, solid: PoissonCases.blocks(grid))
        let b: [Double] = PoissonCases.noise(grid.count)
        let inner = ConjugateGradients(system, preconditioner: .incompleteCholesky, tolerance: 0.1)
        let solver = ConjugateGradients(
            system,
            operator: Function { r, z in
                r.values.withUnsafePointer { r in z.values.withUnsafeMutablePointer { _ = inner.solve(r, into: $0) } }
            }, tolerance: 1e-10)
        let report = solver.solution(b).report
        let plain = ConjugateGradients(system, preconditioner: .incompleteCholesky, tolerance: 1e-10).solution(b).report
        #expect(report.hasConverged && report.residual <= 1e-9)
        #expect(report.iterations < plain.iterations / 3, "\(report.iterations) \(plain.iterations)")
    }

    @Test func aPreconditionerThatIsNotPositiveIsSaid() throws {
        let system = try PoissonSystem<Double>(PoissonCases.grid([16, 16]))
        func outcome(isSymmetric: Bool, factor: Double) -> SolveOutcome {
            let scaled = Function(isSymmetric: isSymmetric) { r, z in
                for cell in 0..<256 { z[0, cell] = factor * r[0, cell] }
            }
            return ConjugateGradients(system, operator: scaled).solution(PoissonCases.noise(256)).report.outcome
        }
        #expect(outcome(isSymmetric: true, factor: -1) == .stagnated)
        #expect(outcome(isSymmetric: true, factor: 0) == .stagnated)
        #expect(outcome(isSymmetric: false, factor: 0) == .stagnated)
        // Of what is no matrix only the direction counts, and the line search finds which way.
        #expect(outcome(isSymmetric: false, factor: -1) == .converged)
    }

    @Test func singularSystemsAreSolvedAndIncompatibleOnesSaid() throws {
        for shape in [[30, 26], [10, 12, 14]] {
            let grid = PoissonCases.grid(shape)
            let solid = PoissonCases.blocks(grid)
            let system = try PoissonSystem<Double>(grid, sides: .all(.flux, dimensions: shape.count), solid: solid)
            let fluid = Double(solid.filter { $0 == 0 }.count)
            var b: [Double] = PoissonCases.noise(grid.count)
            let mean = zip(b, solid).reduce(0) { $0 + ($1.1 == 0 ? $1.0 : 0) } / fluid
            for (name, preconditioner) in Self.preconditioners {
                let solver = ConjugateGradients(system, preconditioner: preconditioner, tolerance: 1e-10)
                let (u, report) = solver.solution(b)
                #expect(report.hasConverged && report.residual <= 1e-9, "\(name) \(report)")
                #expect(abs(report.imbalance - abs(mean)) <= 0.01 * abs(mean) + 1e-12, "\(name) \(report.imbalance)")
                #expect(report.floatingRegions == 1)
                #expect(abs(u.reduce(0, +)) <= 1e-9 * u.map(abs).max()! * fluid)
            }
            for cell in b.indices { b[cell] -= mean }
            #expect(ConjugateGradients(system).solution(b).report.imbalance <= 1e-14)
        }
    }

    @Test func badInputEndsInWords() throws {
        let grid = PoissonCases.grid([32, 32])
        let system = try PoissonSystem<Double>(grid)
        let good: [Double] = PoissonCases.noise(grid.count)
        for (name, preconditioner) in Self.preconditioners {
            let solver = ConjugateGradients(system, preconditioner: preconditioner, tolerance: 1e-10)
            let before = solver.solution(good).u
            var b = good
            b[77] = .nan
            #expect(solver.solution(b).report.outcome == .notFinite, "\(name)")
            // Nothing of it stays behind.
            #expect(solver.solution(good).u == before, "\(name)")
            let zero = solver.solution([Double](repeating: 0, count: grid.count))
            #expect(zero.report.hasConverged && zero.report.iterations == 0 && zero.u.allSatisfy { $0 == 0 })
            let strict = ConjugateGradients(
                system, preconditioner: preconditioner, tolerance: 1e-30, iterationLimit: 400)
            #expect(!strict.solution(good).report.hasConverged, "\(name)")
            let short = ConjugateGradients(system, preconditioner: preconditioner, iterationLimit: 2)
            #expect(short.solution(good).report.outcome == .iterationLimit)
        }
    }

    @Test func scaleDoesNotMatter() throws {
        let grid = PoissonCases.grid([40, 24])
        let b: [Double] = PoissonCases.noise(grid.count)
        let system = try PoissonSystem<Double>(grid)
        let expected = ConjugateGradients(system).solution(b)
        for scale in [0x1p-200, 0x1p-60, 0x1p60, 0x1p200] {
            let (u, report) = ConjugateGradients(system).solution(b.map { $0 * scale })
            #expect(report.iterations == expected.report.iterations)
            #expect(zip(u, expected.u).allSatisfy { $0 == $1 * scale })
        }
    }

    @Test func aGoodStartSavesIterations() throws {
        let grid = PoissonCases.grid([50, 30])
        let system = try PoissonSystem<Double>(grid)
        let b: [Double] = PoissonCases.noise(grid.count)
        for (name, preconditioner) in Self.preconditioners {
            let solver = ConjugateGradients(system, preconditioner: preconditioner, tolerance: 1e-8)
            var (u, report) = solver.solution(b)
            let again = solver.solve(b, into: &u, startsFromSolution: true)
            #expect(again.iterations == 0 && again.hasConverged, "\(name)")
            for cell in u.indices { u[cell] *= 1 + 1e-5 }
            report = solver.solve(b, into: &u, startsFromSolution: true)
            #expect(report.hasConverged && report.iterations > 0)
        }
    }

    @Test func overRelaxationConvergesFastestNearItsBestOmega() throws {
        let n = 32
        let system = try PoissonSystem<Double>(PoissonCases.grid([n, n]))
        let b: [Double] = PoissonCases.noise(n * n)
        let counts = [1, 1.6, 1.8214, 1.95].map {
            SuccessiveOverRelaxation(system, overRelaxation: $0, tolerance: 1e-8).solution(b).report.iterations
        }
        #expect(counts[2] < 130 && counts[2] < counts[1] && counts[2] < counts[3], "\(counts)")
        #expect(counts[0] > 8 * counts[2], "\(counts)")
        let closed = try PoissonSystem<Double>(PoissonCases.grid([n, n]), sides: .all(.flux, dimensions: 2))
        let solver = SuccessiveOverRelaxation(closed, overRelaxation: 1.7, tolerance: 1e-8)
        let (u, report) = solver.solution(b)
        #expect(report.hasConverged && report.imbalance > 0 && abs(u.reduce(0, +)) < 1e-8)
    }

    @Test func aWarmSolveAllocatesNothing() throws {
        let grid = PoissonCases.grid([64, 72])
        let system = try PoissonSystem<Double>(
            grid, sides: .all(.flux, dimensions: 2), solid: PoissonCases.blocks(grid))
        let b: [Double] = PoissonCases.noise(grid.count)
        var u = b
        for (name, preconditioner) in Self.preconditioners {
            let solver = ConjugateGradients(system, preconditioner: preconditioner)
            _ = solver.solve(b, into: &u)
            let before = allocation_count()
            _ = solver.solve(b, into: &u)
            #expect(allocation_count() - before == 0, "\(name)")
        }
        let relaxation = SuccessiveOverRelaxation(system, overRelaxation: 1.8, tolerance: 1e-2)
        _ = relaxation.solve(b, into: &u)
        let before = allocation_count()
        _ = relaxation.solve(b, into: &u)
        #expect(allocation_count() - before == 0)
    }
}
