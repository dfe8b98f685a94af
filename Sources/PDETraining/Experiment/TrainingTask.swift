import PDEConfig
import PDECore
import PDETensor

/// What a network learns to do: how an experiment names a training problem.
public protocol TrainingTask: Kind where Family == TrainingTasks {
    /// Whether it is learned from a dataset, which `data` then names.
    var needsData: Bool { get }

    /// Refuses what of the rest of an experiment does not go with it; paths begin at the experiment's root.
    func check(_ experiment: Experiment) throws(ConfigurationError)

    /// What checkpoints of its runs say of their models.
    var descriptionType: any RunDescription.Type { get }
    /// The key of an experiment that says how large the network is.
    var networkKey: String { get }
    /// Copies of the parameters' derivatives that a step keeps beside the model's own.
    var partialGradients: Int { get }

    /// The loss of a run's best state over what it has not seen; nil where there is nothing such.
    func test(_ training: Training) throws -> TestResult?

    /// The problem of a run.
    /// - Throws: `TrainingError`, `DataError` where data or grid do not fit.
    func problem<Scalar: Real>(_ setting: ProblemSetting) throws -> any RunProblem<Scalar>
}

/// The tasks that an experiment can name.
public enum TrainingTasks: KindFamily {
    /// A value of any of them.
    public typealias Member = any TrainingTask
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        StepTask.self,
        OperatorTask.self,
        SteadyTask.self,
    ]
    /// From a state to the next is meant where no kind is named.
    public static var implied: (any Kind.Type)? { StepTask.self }
    /// As experiments of runs once had them.
    public static let formerKeys: Set = [
        "history", "frameStride", "predict", "training", "steps", "detachEvery", "noise",
    ]
}

extension TrainingTask {
    /// There is a dataset.
    public var needsData: Bool { true }
    /// The model.
    public var networkKey: String { "model" }
    /// None.
    public var partialGradients: Int { 0 }
    /// There is nothing unseen.
    public func test(_ training: Training) throws -> TestResult? { nil }
    /// Everything goes with it.
    public func check(_ experiment: Experiment) throws(ConfigurationError) {}
}
