import PDECore
import PDEData
import PDETensor

/// A model trained in memory: no dataset, no folder, nothing written.
///
///     let problem = try ArrayProblem(network, inputs: x, outputs: y, grid: [64])
///     let fit = try Fit(problem, TrainingPlan(budget: Budget(epochs: 50)))
///     let y = fit.model(x)
public struct Fit<Problem: TrainingProblem> {
    /// The model in the state that validated best.
    public let model: Problem.Model
    /// How things stood at each validation.
    public let log: [LogRecord]
    /// How training ended.
    public let outcome: Training.Outcome

    /// Trains until the plan's end, or until `shouldStop`, which is asked before every step.
    ///
    /// The problem's model is changed on the way; two fits begin alike with two problems.
    ///
    /// - Parameters:
    ///   - backend: what the model's parameters compute on.
    ///   - observer: is told of steps and validations.
    /// - Throws: `TrainingError.diverged` when the loss is no number any more; what the problem's batches throw.
    public init(
        _ problem: Problem, _ plan: TrainingPlan, on backend: CPUBackend,
        observer: Training.Observer = Training.Observer(), shouldStop: () -> Bool = { false }
    ) throws {
        let trainer = try Trainer(problem, plan, on: backend)
        var state = TrainingState(seed: 0, fingerprint: "")
        let keeper = MemoryKeeper<Problem.Scalar>()
        try trainer.settlePace(&state, shouldStop)
        observer.begin(0, trainer.stepCount)
        outcome = try trainer.run(&state, keeping: keeper, observer, shouldStop)
        log = keeper.log
        model = problem.model.mappingParameters { name, value in keeper.best[name] ?? value }
    }
}

/// Keeps the best parameters and the log in memory.
private final class MemoryKeeper<Scalar: Real>: StateKeeper {
    private(set) var best: [String: Tensor<Scalar>] = [:]
    private(set) var log: [LogRecord] = []

    func save(_ tensors: [NamedTensor<Scalar>], _ state: TrainingState) {}

    /// Steps change parameters in place: a copy is kept.
    func keepBest(_ parameters: [NamedTensor<Scalar>], _ state: TrainingState) {
        for (name, value) in parameters {
            best[name] = value.withUnsafeValues {
                Tensor(copying: $0.baseAddress!, shape: value.shape, on: value.backend)
            }
        }
    }

    func append(_ record: LogRecord, behind extent: LogExtent) -> LogExtent {
        log.append(record)
        return extent
    }

    var savingInterval: Duration { .seconds(1 << 40) }
    var lastPath: String? { nil }
}
