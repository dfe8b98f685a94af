import PDEConfig
import PDECore
import PDEData
import PDETensor

/// A task on trajectories.
public protocol EvolutionTask: TrainingTask {
    /// What goes in and comes out, and how it is trained.
    var step: StepTask { get }
    /// Whether the one step goes from the first frame to the last.
    var spansTrajectory: Bool { get }
}

extension EvolutionTask {
    /// See `TrainingTask`.
    public func check(_ experiment: Experiment) throws(ConfigurationError) {
        guard !experiment.regularizer.asksSolver || step.history == 1 else {
            throw .combination(
                paths: ["regularizer.kind", "task.history"],
                found: "\(experiment.regularizer.kindName) and \(step.history)",
                why: "the classical solver goes on from one state", advice: "set task.history to 1")
        }
    }

    /// States on a grid and what is around the network.
    public var descriptionType: any RunDescription.Type { ModelDescription.self }

    /// Over the test split, if the dataset has one.
    public func test(_ training: Training) throws -> TestResult? {
        guard try Catalogue(of: training.dataset).splits.contains(.test) else { return nil }
        func loss<Scalar: Real>(_: Scalar.Type) throws -> TestResult {
            try TrainedModel<Scalar>(
                folder: training.folder, on: CPUBackend(threads: training.threads), kinds: training.kinds
            ).loss(split: .test)
        }
        return switch training.experiment.precision {
        case .float: try loss(Float.self)
        case .double: try loss(Double.self)
        }
    }

    /// See `TrainingTask`.
    public func problem<Scalar: Real>(_ setting: ProblemSetting) throws -> any RunProblem<Scalar> {
        try EvolutionProblem<Scalar>(setting)
    }
}

extension Checkpoint.Content {
    /// What it says of a model of trajectories.
    /// - Throws: `TrainingError.checkpoint` for a run of another task.
    func evolution() throws -> ModelDescription {
        guard experiment.task is any EvolutionTask else {
            throw TrainingError.checkpoint(
                path: path, problem: "its task is \(experiment.task.kindName), which knows no trajectories",
                remedy: "Name a run of frames.")
        }
        return try description(ModelDescription.self)
    }
}

extension Experiment {
    /// The task of an experiment on trajectories, as those of all runs are that are read as such.
    package var evolution: any EvolutionTask {
        guard let task = task as? any EvolutionTask else {
            preconditionFailure("task: expected one on trajectories, got \(task.kindName)")
        }
        return task
    }
}
