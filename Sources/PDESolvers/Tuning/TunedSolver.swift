import Glibc
import PDECore

/// A solver for a sequence of systems that differ in shift and right-hand side, which chooses before each solve, by a bandit, ω
/// or the preconditioner that it expects to be cheapest.
///
/// It is a `PoissonSolver` like those that it chooses among: an implicit stepper sets the system's shift, calls `solve`, and
/// needs to know nothing of the choice. The context of a choice is the logarithm of the shift.
///
/// - Measured (`pdegen bench heat`, 5000 steps to 1e-8), iterations relative to the best ω of each system:
///
///       cells a side    ω = 1   best fixed ω   Tsallis-INF   ChebCB
///            100        2.35       1.27           1.39        1.01
///            200        3.26       1.33           1.49        1.02
///
/// - Good values: `ChebCB` on the range of the logarithm of the shift, where it changes along the sequence and is known
///   beforehand; `TsallisINF` otherwise. Arms by iterations, which come out the same every time.
/// - Cost: choosing and learning take about a microsecond, new pivots for another ω a pass over memory.
/// - Signs of failure: `armCounts` spread evenly after thousands of solves; then arms cost the same, or the context says
///   little.
/// - Reference: M. Khodak, E. Chow, M.-F. Balcan & A. Talwalkar, "Learning to relax: setting solver parameters across a
///   sequence of linear system instances", ICLR 2024.
public final class TunedSolver<Scalar: Real, Learner: TuningLearner>: PoissonSolver {
    /// The system.
    public let system: PoissonSystem<Scalar>
    /// What the learner knows, and its place in the sequence: take it to keep, set it to go on from there.
    public var state: ParameterTuner<Learner> {
        didSet {
            precondition(
                state.learner.armCount == armCounts.count,
                "state: expected a learner of \(armCounts.count) arms, got \(state.learner.armCount)")
        }
    }
    /// How often each arm was played.
    public private(set) var armCounts: [Int]
    /// Wall time spent in choosing and learning.
    public private(set) var learningSeconds = 0.0
    private let method: Method
    private let iterationLimit: Int

    private enum Method {
        case symmetric(ConjugateGradients<Scalar>, [Double])
        case relaxation(SuccessiveOverRelaxation<Scalar>, [Double])
        case preconditioners([ConjugateGradients<Scalar>])
    }

    /// A solver for `system`.
    ///
    /// - Parameters:
    ///   - system: the system; its shift may change between solves.
    ///   - arms: what to choose among.
    ///   - learner: chooses among as many arms.
    ///   - seed: of its chances.
    ///   - index: tells sequences of one seed apart.
    ///   - tolerance: relative residual in the 2-norm; by default 1e-10 in double and 1e-5 in single precision.
    ///   - iterationLimit: the most iterations in one solve, which a failed solve counts for.
    /// - Throws: `TuningError` when arms are missing, impossible, or not as many as the learner's.
    public init(
        _ system: PoissonSystem<Scalar>, arms: SolverArms, learner: Learner, seed: UInt64, index: Int = 0,
        tolerance: Double? = nil, iterationLimit: Int = 10000
    ) throws(TuningError) {
        try arms.check()
        guard arms.count == learner.armCount else {
            throw .armCount(arms: arms.count, learner: learner.armCount)
        }
        self.system = system
        self.iterationLimit = iterationLimit
        state = ParameterTuner(learner, seed: seed, index: index)
        armCounts = [Int](repeating: 0, count: arms.count)
        func gradients(_ preconditioner: any PoissonPreconditioner) -> ConjugateGradients<Scalar> {
            ConjugateGradients(
                system, preconditioner: preconditioner, tolerance: tolerance, iterationLimit: iterationLimit)
        }
        switch arms {
        case .symmetricOverRelaxation(let values): method = .symmetric(gradients(.ssor(values[0])), values)
        case .overRelaxation(let values):
            let solver = SuccessiveOverRelaxation(
                system, overRelaxation: values[0], tolerance: tolerance, iterationLimit: iterationLimit)
            method = .relaxation(solver, values)
        case .preconditioners(let values): method = .preconditioners(values.map(gradients))
        }
    }

    /// Solves for u by the arm that is chosen; allocates nothing once the last report is gone.
    public func solve(
        _ rightHandSide: UnsafePointer<Scalar>, into solution: UnsafeMutablePointer<Scalar>,
        startsFromSolution: Bool = false
    ) -> SolveReport {
        let clock = ContinuousClock()
        let start = clock.now
        let arm = state.next(log(system.shift))
        armCounts[arm] += 1
        let chosen = clock.now
        let report: SolveReport
        switch method {
        case .symmetric(let solver, let values):
            solver.overRelaxation = values[arm]
            report = solver.solve(rightHandSide, into: solution, startsFromSolution: startsFromSolution)
        case .relaxation(let solver, let values):
            solver.overRelaxation = values[arm]
            report = solver.solve(rightHandSide, into: solution, startsFromSolution: startsFromSolution)
        case .preconditioners(let solvers):
            report = solvers[arm].solve(rightHandSide, into: solution, startsFromSolution: startsFromSolution)
        }
        let solved = clock.now
        state.take(cost(report))
        learningSeconds += ((chosen - start) + (clock.now - solved)) / .seconds(1)
        return report
    }

    /// What a solve cost. One that failed must not look cheap because it ended early.
    private func cost(_ report: SolveReport) -> Double {
        let isUsable = report.outcome == .converged || report.outcome == .roundOff
        if case .preconditioners = method { return isUsable ? report.seconds : 10 * report.seconds }
        return Double(isUsable ? max(1, report.iterations) : iterationLimit)
    }
}
