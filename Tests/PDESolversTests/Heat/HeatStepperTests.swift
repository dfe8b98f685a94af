import CAllocationCounter
import Glibc
import PDECore
import PDESolvers
import Testing

@Suite struct HeatStepperTests {
    private static func solver(_ system: PoissonSystem<Double>, _ tolerance: Double = 1e-13) -> ConjugateGradients<
        Double
    > {
        ConjugateGradients(system, preconditioner: .incompleteCholesky, tolerance: tolerance)
    }

    /// A mode of the discrete operator and its eigenvalue: sines vanish on sides that hold 0.
    private static func mode(_ grid: Grid) -> (shape: (SIMD3<Double>) -> Double, eigenvalue: Double) {
        var eigenvalue = 0.0
        for (axis, wave) in zip(grid.axes, [1.0, 2, 1]) {
            let root = 2 / axis.spacing * sin(0.5 * .pi * wave * axis.spacing)
            eigenvalue += root * root
        }
        let isSolid = grid.dimensions == 3
        return ({ p in sin(.pi * p.x) * sin(2 * .pi * p.y) * (isSolid ? sin(.pi * p.z) : 1) }, eigenvalue)
    }

    /// A step multiplies a mode by (1 − z)/(1 + z), z = κhλ/2.
    @Test(arguments: [[20, 24], [10, 12, 8]])
    func aModeDecaysByItsFactor(_ shape: [Int]) throws {
        let grid = PoissonCases.grid(shape)
        let stepper = HeatStepper(
            solver: Self.solver(try PoissonSystem(grid)), timeStep: 0.02, diffusivity: { _ in 0.7 })
        let (shape, eigenvalue) = Self.mode(grid)
        var state = stepper.state(shape)
        let before = state.temperature.values.values
        stepper.advance(&state)
        let z = 0.5 * 0.7 * 0.02 * eigenvalue
        let factor = (1 - z) / (1 + z)
        #expect(stepper.lastOutcome == .converged && state.time == 0.02)
        #expect(zip(state.temperature.values.values, before).allSatisfy { abs($0 - factor * $1) <= 1e-11 })
    }

    /// Against exp(−λ∫κ), with κ and a source that vary in time: order 2.
    @Test func itIsOfSecondOrderInTime() throws {
        let grid = PoissonCases.grid([12, 10])
        let system = try PoissonSystem<Double>(grid)
        let (shape, eigenvalue) = Self.mode(grid)
        let values = system.cellValues(shape)
        // u = cos(t) exp(−λ∫κ) shape with κ = 0.03 (1 + sin 5t).
        func decay(_ t: Double) -> Double { exp(-eigenvalue * 0.03 * (t + (1 - cos(5 * t)) / 5)) }
        let errors = [20, 40, 80].map { steps in
            let stepper = HeatStepper(
                solver: Self.solver(system), timeStep: 1 / Double(steps), diffusivity: { 0.03 * (1 + sin(5 * $0)) },
                source: { time, f in
                    for cell in f.indices { f[cell] = -sin(time) * decay(time) * values[cell] }
                })
            var state = stepper.state(shape)
            stepper.advance(&state, steps: steps)
            return zip(state.temperature.values.values, values).reduce(0) {
                max($0, abs($1.0 - cos(1) * decay(1) * $1.1))
            }
        }
        for (coarse, fine) in zip(errors, errors.dropFirst()) {
            #expect(abs(log2(coarse / fine) - 2) < 0.1, "\(errors)")
        }
    }

    /// However long the step; and no flux keeps the mean.
    @Test func energyDecaysAndTheMeanStays() throws {
        let grid = PoissonCases.grid([30, 26])
        for side in PoissonSide.allCases {
            let solid = PoissonCases.blocks(grid)
            let system = try PoissonSystem<Double>(grid, sides: .all(side, dimensions: 2), solid: solid)
            let stepper = HeatStepper(
                solver: Self.solver(system), timeStep: 0.01, diffusivity: { $0 < 0.1 ? 1e-3 : 50 })
            let noise: [Double] = PoissonCases.noise(grid.count)
            var state = stepper.state { p in noise[Int(p.x * 30) * 26 + Int(p.y * 26)] }
            #expect(zip(state.temperature.values.values, solid).allSatisfy { $1 == 0 || $0 == 0 })
            func measures() -> (energy: Double, sum: Double) {
                let u = state.temperature.values.values
                return (u.reduce(0) { $0 + $1 * $1 }, u.reduce(0, +))
            }
            var last = measures()
            let first = last
            for _ in 0..<20 {
                stepper.advance(&state)
                let now = measures()
                #expect(now.energy <= last.energy * (1 + 1e-12))
                if side == .flux { #expect(abs(now.sum - first.sum) <= 1e-9 * Double(grid.count)) }
                last = now
            }
            #expect(last.energy < 0.999 * first.energy)
        }
    }

    /// Values on two sides and a flux through the others: u = 1 + 2x + 3y is steady, and is reached.
    @Test func itReachesTheSteadyStateThatTheSidesGive() throws {
        let grid = PoissonCases.grid([14, 18])
        let sides = PoissonSides(lower: [.value, .flux], upper: [.value, .flux])
        let stepper = HeatStepper(
            solver: Self.solver(try PoissonSystem(grid, sides: sides)), timeStep: 0.05, diffusivity: { _ in 1 },
            boundary: { point in
                if point.axis == 1 { return point.isUpper ? 3 : -3 }
                return 1 + 2 * point.position.x + 3 * point.position.y
            })
        func steady(_ p: SIMD3<Double>) -> Double { 1 + 2 * p.x + 3 * p.y }
        var state = stepper.state(steady)
        let expected = state.temperature.values.values
        stepper.advance(&state)
        #expect(zip(state.temperature.values.values, expected).allSatisfy { abs($0 - $1) <= 1e-10 })
        state = stepper.state { p in sin(3 * p.x + p.y) }
        stepper.advance(&state, steps: 400)
        #expect(zip(state.temperature.values.values, expected).allSatisfy { abs($0 - $1) <= 1e-6 })
    }

    @Test func withoutDiffusionOnlyTheSourceActs() throws {
        let grid = PoissonCases.grid([8, 8])
        let stepper = HeatStepper(
            solver: Self.solver(try PoissonSystem(grid)), timeStep: 0.25, diffusivity: { _ in 0 },
            source: { time, f in f.update(repeating: time) })
        var state = stepper.state { $0.x }
        let before = state.temperature.values.values
        stepper.advance(&state, steps: 4)
        #expect(stepper.iterations == 0 && state.time == 1)
        #expect(zip(state.temperature.values.values, before).allSatisfy { abs($0 - $1 - 0.5) <= 1e-15 })
    }

    @Test func aWarmStepAllocatesNothing() throws {
        let system = try PoissonSystem<Double>(PoissonCases.grid([40, 48]))
        let omegas = SolverArms.usualOverRelaxations
        let solvers: [(String, any PoissonSolver<Double>)] = [
            ("fixed", Self.solver(system)), ("multigrid", ConjugateGradients(system)),
            (
                "tsallis",
                try TunedSolver(
                    system, arms: .symmetricOverRelaxation(omegas), learner: TsallisINF(armCount: 20), seed: 1)
            ),
            (
                "chebyshev",
                try TunedSolver(
                    system, arms: .symmetricOverRelaxation(omegas),
                    learner: ChebCB(armCount: 20, contexts: 1...10), seed: 1)
            ),
        ]
        for (name, solver) in solvers {
            let stepper = HeatStepper(
                solver: solver, timeStep: 0.01, diffusivity: { 1 + $0 },
                source: { time, f in f.update(repeating: time) })
            var state = stepper.state { $0.x * $0.y }
            stepper.advance(&state, steps: 3)
            let before = allocation_count()
            stepper.advance(&state, steps: 20)
            #expect(allocation_count() - before == 0, "\(name)")
        }
    }
}
