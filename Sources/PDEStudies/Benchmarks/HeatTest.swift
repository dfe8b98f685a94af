import Glibc
import PDECore
import PDESolvers

/// The heat test of M. Khodak, E. Chow, M.-F. Balcan & A. Talwalkar, "Learning to relax" (ICLR 2024): a unit square whose sides
/// hold 0, time steps of 1e-3, κ(t) = max(0.1 sin 2πt, −10 sin 2πt), a bump of radius 1/4 in the middle at first, and
/// a source of 32 bumps of radius 1/8 that goes round the middle eight times a unit of time.
///
/// Theirs has the points (i/n, j/n) and solves for the temperature at the step's end, this one n × n cells and that at its
/// middle; both iterate from the last temperature to a relative residual.
struct HeatTest: Sendable {
    /// What one way to solve took.
    struct Run: Sendable {
        let method: String
        /// Of each step.
        var iterations: [Int] = []
        /// Wall time of all solves, choices included, and of choosing and learning in it.
        var seconds = 0.0
        var learningSeconds = 0.0
        /// Solves that did not converge.
        var failures = 0

        /// Iterations of all steps.
        var total: Int { iterations.reduce(0, +) }
    }

    /// Iterations of every arm, from the same state, at some of the steps.
    struct Arms: Sendable {
        /// Numbers of the steps.
        var steps: [Int] = []
        /// [step][arm].
        var iterations: [[Int]] = []

        /// Iterations of the best arm of every step of a run: those at the steps that were tried, as many times as all of the
        /// run's iterations are those at these steps. A few steps alone would miss what lies between.
        func least(by reference: Run) -> Double {
            let least = iterations.reduce(0) { $0 + $1.min()! }
            let tried = steps.reduce(0) { $0 + reference.iterations[$1] }
            return Double(least) * Double(reference.total) / Double(tried)
        }

        /// The arm that is best for all steps.
        var best: Int {
            let sums = iterations[0].indices.map { arm in iterations.reduce(0) { $0 + $1[arm] } }
            return sums.indices.min { sums[$0] < sums[$1] }!
        }
    }

    static let omegas = SolverArms.usualOverRelaxations
    static let timeStep = 1e-3
    /// Logarithms of the least and the largest shift: κ at the middle of a step is 0.1 sin(πh) at least, and 10 at most.
    static let contexts = log(2 / (10 * timeStep))...log(2 / (0.1 * sin(.pi * timeStep) * timeStep))

    let cells, steps: Int
    let tolerance: Double

    func system() throws -> PoissonSystem<Double> {
        let axis = Grid.Axis(count: cells, from: 0, to: 1, placement: .cells)
        return try PoissonSystem(Grid([axis, axis]))
    }

    static func diffusivity(_ time: Double) -> Double { max(0.1 * sin(2 * .pi * time), -10 * sin(2 * .pi * time)) }

    /// exp(1 − 1/(1 − d²/r²)) at distance d below r from a centre, else 0.
    private static func bump(_ squared: Double, _ radius: Double) -> Double {
        let relative = squared / (radius * radius)
        return relative < 1 ? exp(1 - 1 / (1 - relative)) : 0
    }

    func stepper(_ solver: any PoissonSolver<Double>) -> HeatStepper<Double> {
        let n = cells
        let source: HeatStepper<Double>.Source = { time, values in
            let angle = 16 * Double.pi * time
            let (centreX, centreY) = (0.5 + cos(angle) / 4, 0.5 + sin(angle) / 4)
            values.update(repeating: 0)
            func range(_ centre: Double) -> Range<Int> {
                max(0, Int((centre - 0.125) * Double(n)) - 1)..<min(n, Int((centre + 0.125) * Double(n)) + 2)
            }
            for row in range(centreX) {
                let x = (Double(row) + 0.5) / Double(n) - centreX
                for column in range(centreY) {
                    let y = (Double(column) + 0.5) / Double(n) - centreY
                    values[row * n + column] = 32 * Self.bump(x * x + y * y, 0.125)
                }
            }
        }
        return HeatStepper(
            solver: solver, timeStep: Self.timeStep, diffusivity: Self.diffusivity, source: source)
    }

    func initial(_ stepper: HeatStepper<Double>) -> HeatState<Double> {
        stepper.state { p in Self.bump((p.x - 0.5) * (p.x - 0.5) + (p.y - 0.5) * (p.y - 0.5), 0.25) }
    }

    /// All steps by one solver.
    func run(_ method: String, _ solver: any PoissonSolver<Double>) -> Run {
        let stepper = stepper(solver)
        var state = initial(stepper)
        var result = Run(method: method)
        result.iterations.reserveCapacity(steps)
        for _ in 0..<steps {
            stepper.advance(&state)
            result.iterations.append(stepper.lastIterations)
            if stepper.lastOutcome != .converged { result.failures += 1 }
        }
        result.seconds = stepper.solverSeconds
        return result
    }

    /// All steps by a solver that learns.
    func run<Learner: TuningLearner>(
        _ method: String, _ arms: SolverArms, _ learner: Learner, seed: UInt64 = 0
    ) throws -> Run {
        let solver = try TunedSolver(try system(), arms: arms, learner: learner, seed: seed, tolerance: tolerance)
        var result = run(method, solver)
        result.learningSeconds = solver.learningSeconds
        result.seconds += solver.learningSeconds
        return result
    }

    /// All steps by conjugate gradients.
    func run(_ method: String, _ preconditioner: any PoissonPreconditioner) throws -> Run {
        run(
            method,
            ConjugateGradients(
                try system(), preconditioner: preconditioner, tolerance: tolerance, iterationLimit: 10000))
    }

    /// Every ω of symmetric over-relaxation from the same state at each `every`-th step; the steps are made by the best.
    func everyArm(every: Int) throws -> Arms {
        let solver = ConjugateGradients(
            try system(), preconditioner: .ssor(1), tolerance: tolerance, iterationLimit: 10000)
        let stepper = stepper(solver)
        var state = initial(stepper)
        var result = Arms()
        for step in 0..<steps {
            if step % every == 0 {
                let counts = Self.omegas.map { omega in
                    solver.overRelaxation = omega
                    var copy = state
                    stepper.advance(&copy)
                    return stepper.lastIterations
                }
                result.steps.append(step)
                result.iterations.append(counts)
                solver.overRelaxation = Self.omegas[counts.indices.min { counts[$0] < counts[$1] }!]
            }
            stepper.advance(&state)
        }
        return result
    }
}
