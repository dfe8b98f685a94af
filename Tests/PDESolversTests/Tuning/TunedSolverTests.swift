import Glibc
import PDECore
import PDESolvers
import Testing

@Suite struct TunedSolverTests {
    private static let omegas = SolverArms.usualOverRelaxations
    private static let contexts = log(10.0)...log(1e6)

    /// Heat on a square of `n` cells a side with κ that goes between 1e-3 and 10: iterations of all steps, and the state.
    private static func heat(
        _ solver: any PoissonSolver<Double>, steps: Int
    ) -> (iterations: Int, u: [Double], converged: Bool) {
        let stepper = HeatStepper(
            solver: solver, timeStep: 2e-3, diffusivity: { pow(10, -1 + 2 * sin(20 * $0)) },
            source: { time, f in f.update(repeating: cos(40 * time)) })
        var state = stepper.state { p in sin(.pi * p.x) * p.y }
        var converged = true
        for _ in 0..<steps {
            stepper.advance(&state)
            converged = converged && stepper.lastOutcome == .converged
        }
        return (stepper.iterations, state.temperature.values.values, converged)
    }

    private static func system(_ n: Int) throws -> PoissonSystem<Double> {
        try PoissonSystem(PoissonCases.grid([n, n]))
    }

    private static func agree(_ a: [Double], _ b: [Double]) -> Bool {
        let size = a.map(abs).max()!
        return zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * size }
    }

    /// Against the best arm of each system, tried from the same state, and against ω = 1, whose solution is the same.
    @Test func chebyshevComesCloseToTheBestOfEachSystem() throws {
        let (n, steps) = (48, 1500)
        let fixed = Self.heat(
            ConjugateGradients(try Self.system(n), preconditioner: .ssor(1), tolerance: 1e-8), steps: steps)
        let solver = ConjugateGradients(try Self.system(n), preconditioner: .ssor(1), tolerance: 1e-8)
        let best = Self.heat(BestOfAll(solver, Self.omegas), steps: steps)
        #expect(fixed.converged && best.converged)
        for seed in [0, 1] as [UInt64] {
            let tuned = Self.heat(
                try TunedSolver(
                    try Self.system(n), arms: .symmetricOverRelaxation(Self.omegas),
                    learner: ChebCB(armCount: 20, contexts: Self.contexts), seed: seed, tolerance: 1e-8), steps: steps)
            #expect(tuned.converged && Self.agree(fixed.u, tuned.u))
            #expect(Double(tuned.iterations) <= 1.1 * Double(best.iterations), "\(tuned.iterations) \(best.iterations)")
        }
    }

    /// ChebCB takes at most half the iterations of ω = 1; Tsallis-INF, still exploring after so few systems, two fifths less.
    @Test func banditsSaveHalfOrNearlyOfTheIterationsOfOmegaOne() throws {
        let (n, steps) = (80, 1000)
        func run(_ solver: any PoissonSolver<Double>) -> (iterations: Int, u: [Double]) {
            let stepper = HeatStepper(
                solver: solver, timeStep: 1e-2, diffusivity: { 6 + 4 * sin(9 * $0) },
                source: { time, f in f.update(repeating: cos(40 * time)) })
            var state = stepper.state { p in sin(.pi * p.x) * p.y }
            stepper.advance(&state, steps: steps)
            return (stepper.iterations, state.temperature.values.values)
        }
        let fixed = run(ConjugateGradients(try Self.system(n), preconditioner: .ssor(1), tolerance: 1e-8))
        let arms = SolverArms.symmetricOverRelaxation(Self.omegas)
        let tsallis = run(
            try TunedSolver(
                try Self.system(n), arms: arms, learner: TsallisINF(armCount: 20), seed: 3, tolerance: 1e-8))
        let chebyshev = run(
            try TunedSolver(
                try Self.system(n), arms: arms, learner: ChebCB(armCount: 20, contexts: log(20.0)...log(100)), seed: 3,
                tolerance: 1e-8))
        #expect(10 * tsallis.iterations <= 6 * fixed.iterations, "\(tsallis.iterations) \(fixed.iterations)")
        #expect(2 * chebyshev.iterations <= fixed.iterations, "\(chebyshev.iterations) \(fixed.iterations)")
        #expect(Self.agree(fixed.u, tsallis.u) && Self.agree(fixed.u, chebyshev.u))
    }

    @Test func overRelaxationIsTunedLikewise() throws {
        let (n, steps) = (32, 1500)
        func run(_ solver: any PoissonSolver<Double>) -> (iterations: Int, u: [Double], converged: Bool) {
            Self.heat(solver, steps: steps)
        }
        let fixed = run(SuccessiveOverRelaxation(try Self.system(n), overRelaxation: 1, tolerance: 1e-8))
        let tuned = run(
            try TunedSolver(
                try Self.system(n), arms: .overRelaxation(Self.omegas),
                learner: ChebCB(armCount: 20, contexts: Self.contexts), seed: 0, tolerance: 1e-8))
        #expect(tuned.converged && Self.agree(fixed.u, tuned.u))
        #expect(tuned.iterations * 2 < fixed.iterations, "\(tuned.iterations) \(fixed.iterations)")
    }

    /// By wall time, choices are the machine's; whatever they are, the solution is the same.
    @Test func preconditionersAreChosenAndSolutionsAgree() throws {
        let (n, steps) = (32, 300)
        let fixed = Self.heat(ConjugateGradients(try Self.system(n), tolerance: 1e-8), steps: steps)
        let solver = try TunedSolver(
            try Self.system(n), arms: .preconditioners([.none, .incompleteCholesky, .ssor(1.4), .multigrid]),
            learner: TsallisINF(armCount: 4, leastCost: 0), seed: 0, tolerance: 1e-8)
        let tuned = Self.heat(solver, steps: steps)
        #expect(tuned.converged && Self.agree(fixed.u, tuned.u))
        #expect(solver.armCounts.reduce(0, +) == steps && solver.armCounts.allSatisfy { $0 > 0 })
        #expect(solver.learningSeconds > 0)
    }

    /// Two runs of one seed are equal to the bit, and so is one that goes on from a state taken half way.
    @Test func runsRepeatAndResume() throws {
        func solver(_ seed: UInt64) throws -> TunedSolver<Double, ChebCB> {
            try TunedSolver(
                try Self.system(20), arms: .symmetricOverRelaxation(Self.omegas),
                learner: ChebCB(armCount: 20, contexts: Self.contexts), seed: seed, tolerance: 1e-8)
        }
        func solve(_ solver: TunedSolver<Double, ChebCB>, _ steps: Range<Int>) -> [[Double]] {
            let b: [Double] = PoissonCases.noise(400)
            return steps.map { step in
                solver.system.shift = exp(3 + 8 * Double(step * 29 % 50) / 50)
                return solver.solution(b).u
            }
        }
        let first = try solver(5)
        let whole = solve(first, 0..<120)
        #expect(solve(try solver(5), 0..<120) == whole)
        #expect(solve(try solver(6), 0..<120) != whole)
        let (half, resumed) = (try solver(5), try solver(0))
        let start = solve(half, 0..<60)
        resumed.state = half.state
        #expect(start + solve(resumed, 60..<120) == whole)
        #expect(resumed.state == first.state)
    }

    @Test func armsThatCannotBeAreRefused() throws {
        let system = try Self.system(8)
        let learner = try TsallisINF(armCount: 2)
        #expect(throws: TuningError.noArms) {
            try TunedSolver(system, arms: .overRelaxation([]), learner: learner, seed: 0)
        }
        #expect(throws: TuningError.armCount(arms: 3, learner: 2)) {
            try TunedSolver(system, arms: .overRelaxation([1, 1.5, 1.7]), learner: learner, seed: 0)
        }
        for wrong in [0, 2, -1, .nan, .infinity] as [Double] {
            let error = #expect(throws: TuningError.self) {
                try TunedSolver(system, arms: .symmetricOverRelaxation([1, wrong]), learner: learner, seed: 0)
            }
            #expect(error.map { "\($0)".contains("ω of arm 1 is \(wrong)") } == true)
        }
    }
}

/// Tries every ω from the same start and keeps the cheapest: what no learner can beat.
private final class BestOfAll: PoissonSolver {
    let gradients: ConjugateGradients<Double>
    let omegas: [Double]

    init(_ gradients: ConjugateGradients<Double>, _ omegas: [Double]) {
        self.gradients = gradients
        self.omegas = omegas
    }

    var system: PoissonSystem<Double> { gradients.system }

    func solve(
        _ rightHandSide: UnsafePointer<Double>, into solution: UnsafeMutablePointer<Double>, startsFromSolution: Bool
    ) -> SolveReport {
        let start = Array(UnsafeBufferPointer(start: solution, count: system.grid.count))
        var best: SolveReport?
        for omega in omegas {
            solution.update(from: start, count: start.count)
            gradients.overRelaxation = omega
            let report = gradients.solve(rightHandSide, into: solution, startsFromSolution: startsFromSolution)
            if report.iterations < best?.iterations ?? .max { best = report }
        }
        return best!
    }
}
