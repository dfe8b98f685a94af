import CAllocationCounter
import PDECore
import PDESolvers
import Testing

@Suite struct ShiftTests {
    private static let shapes = [[24, 19], [40, 33], [10, 12, 9]]

    /// Systems with all kinds of sides and solids, single enclosed cells among them.
    private static func systems(_ shape: [Int]) throws -> [(
        system: PoissonSystem<Double>, solid: [UInt8]
    )] {
        let grid = PoissonCases.grid(shape)
        let a: [Double] = PoissonCases.noise(grid.count, index: 4).map { $0 > 0 ? 12 : 3 }
        var systems: [(PoissonSystem<Double>, [UInt8])] = []
        for sides in [PoissonSide.value, .flux] {
            for solid in [[], PoissonCases.blocks(grid), PoissonCases.scattered(grid, share: 0.4)] {
                for coefficient in [[], a] {
                    let system = try PoissonSystem(
                        grid, sides: .all(sides, dimensions: shape.count), solid: solid, coefficient: coefficient)
                    systems.append((system, solid))
                }
            }
        }
        return systems
    }

    private static func solvers(_ system: PoissonSystem<Double>) -> [(String, any PoissonSolver<Double>)] {
        let preconditioners: [any PoissonPreconditioner] = [.none, .ssor(1.5), .incompleteCholesky, .multigrid]
        return zip(["none", "ssor", "cholesky", "multigrid"], preconditioners).map {
            ($0, ConjugateGradients(system, preconditioner: $1, tolerance: 1e-10))
        } + [("sor", SuccessiveOverRelaxation(system, overRelaxation: 1.3, tolerance: 1e-10, iterationLimit: 40000))]
    }

    @Test(arguments: shapes)
    func itAddsToTheDiagonalOfFluidCells(_ shape: [Int]) throws {
        for (system, solid) in try Self.systems(shape) {
            let u: [Double] = PoissonCases.noise(system.grid.count)
            let fluid = u.indices.map { solid.isEmpty || solid[$0] == 0 ? 1.0 : 0 }
            let plain = system.applied(to: u)
            for shift in [0.7, 3e4, 0] {
                system.shift = shift
                let image = system.applied(to: u)
                let size = image.map(abs).max()!
                for cell in u.indices {
                    #expect(abs(image[cell] - (plain[cell] + shift * fluid[cell] * u[cell])) <= 1e-13 * size)
                }
            }
        }
    }

    /// Changes on the way leave nothing behind: a solver that went through other shifts gives the bits of a fresh one.
    @Test(arguments: shapes)
    func aChangedShiftIsAFreshSystem(_ shape: [Int]) throws {
        for ((changed, _), (fresh, _)) in zip(try Self.systems(shape), try Self.systems(shape)) {
            let b: [Double] = PoissonCases.noise(changed.grid.count)
            let old = Self.solvers(changed).filter { $0.0 != "sor" }
            for shift in [5e3, 2e7, 40] {
                changed.shift = shift
                fresh.shift = shift
                for ((name, solver), (_, new)) in zip(old, Self.solvers(fresh)) {
                    let (first, second) = (solver.solution(b), new.solution(b))
                    #expect(first.u == second.u, "\(name) \(shift)")
                    #expect(first.report.residualHistory == second.report.residualHistory)
                }
            }
        }
    }

    /// From a shift that is almost none to one beside which all else vanishes.
    @Test(arguments: shapes)
    func allSolversAgreeAndNothingFloats(_ shape: [Int]) throws {
        for (system, _) in try Self.systems(shape) {
            let b: [Double] = PoissonCases.noise(system.grid.count)
            let solvers = Self.solvers(system)
            for shift in [1, 1e3, 1e6, 1e12] {
                system.shift = shift
                #expect(system.floatingRegions == 0)
                var first: [Double] = []
                // Successive over-relaxation takes too long where next to nothing holds the solution.
                for (name, solver) in solvers where shift > 1 || name != "sor" {
                    let (u, report) = solver.solution(b)
                    #expect(report.hasConverged && report.imbalance == 0, "\(name) \(shift) \(report.outcome)")
                    if first.isEmpty { first = u }
                    let size = first.map(abs).max()!
                    #expect(zip(u, first).allSatisfy { abs($0 - $1) <= 1e-7 * size }, "\(name) \(shift)")
                }
            }
        }
    }

    @Test func backToNoShiftFloatsAgain() throws {
        let grid = PoissonCases.grid([40, 40])
        let b: [Double] = PoissonCases.noise(grid.count)
        let sides = PoissonSides.all(.flux, dimensions: 2)
        let system = try PoissonSystem<Double>(grid, sides: sides, shift: 7)
        let solver = ConjugateGradients(system)
        #expect(system.floatingRegions == 0 && solver.solution(b).report.imbalance == 0)
        system.shift = 0
        #expect(system.floatingRegions == 1)
        let plain = ConjugateGradients(try PoissonSystem<Double>(grid, sides: sides)).solution(b)
        #expect(solver.solution(b).u == plain.u && plain.report.imbalance > 0)
    }

    /// The cycle stays a good preconditioner: a shift makes the system easier, never harder.
    @Test func multigridTakesNoMoreIterations() throws {
        for shape in [[256, 256], [101, 99], [40, 40, 40]] {
            let grid = PoissonCases.grid(shape)
            let b: [Double] = PoissonCases.noise(grid.count)
            for sides in [PoissonSide.value, .flux] {
                for solid in [[], PoissonCases.blocks(grid)] {
                    let system = try PoissonSystem<Double>(
                        grid, sides: .all(sides, dimensions: shape.count), solid: solid)
                    let solver = ConjugateGradients(system, tolerance: 1e-8)
                    let plain = solver.solution(b).report.iterations
                    for shift in [1e-3, 1, 100, 1e4, 1e6] {
                        system.shift = shift
                        let count = solver.solution(b).report.iterations
                        #expect(count <= plain + 2, "\(shape) \(sides) \(shift): \(count), \(plain) without")
                    }
                }
            }
        }
    }

    @Test func anotherOmegaIsAFreshSolver() throws {
        let grid = PoissonCases.grid([50, 44])
        let b: [Double] = PoissonCases.noise(grid.count)
        let system = try PoissonSystem<Double>(grid, solid: PoissonCases.blocks(grid), shift: 30)
        let solver = ConjugateGradients(system, preconditioner: .ssor(1))
        for omega in [1.5, 1.9, 1] {
            solver.overRelaxation = omega
            #expect(solver.overRelaxation == omega)
            #expect(solver.solution(b).u == ConjugateGradients(system, preconditioner: .ssor(omega)).solution(b).u)
        }
        #expect(ConjugateGradients(system).overRelaxation == nil)
    }

    @Test func aWarmChangeAllocatesNothing() throws {
        for shape in [[64, 72], [20, 18, 22]] {
            let grid = PoissonCases.grid(shape)
            let system = try PoissonSystem<Double>(grid, solid: PoissonCases.blocks(grid), shift: 1)
            let b: [Double] = PoissonCases.noise(grid.count)
            var u = b
            for (name, solver) in Self.solvers(system) {
                var counts: [Int] = []
                counts.reserveCapacity(4)
                for shift in [2e4, 5e4, 3e4] {
                    let before = allocation_count()
                    system.shift = shift
                    if let gradients = solver as? ConjugateGradients<Double>, gradients.overRelaxation != nil {
                        gradients.overRelaxation = shift / 5e4
                    }
                    u.withUnsafeMutableBufferPointer {
                        _ = solver.solve(b, into: $0.baseAddress!, startsFromSolution: false)
                    }
                    counts.append(allocation_count() - before)
                }
                #expect(counts.dropFirst().allSatisfy { $0 == 0 }, "\(name) \(counts)")
            }
        }
    }
}
