import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor

/// What is trained on what, as a trainer sees it: a model, batches, a loss and a validation. A trainer knows no data.
public protocol TrainingProblem<Scalar> {
    associatedtype Scalar: Real
    /// Everything with parameters that is trained together.
    associatedtype Model: Module where Model.Scalar == Scalar
    /// What one step works on.
    associatedtype Batch: TrainingSamples

    /// What is trained, with its initial values, which the optimiser changes in place.
    var model: Model { get }

    /// The model's parameters, that of the first group being what a reader needs: what is only trained along comes after.
    func groups(of model: Model) -> [ParameterGroup<Scalar>]

    /// Batches of an epoch.
    func batchCount(size: Int) -> Int

    /// Batches from a position on, until so many epochs are over.
    func batches(size: Int, from start: BatchPosition, epochs: Int) -> any BatchSource<Batch>

    /// What is made small, a mean over the batch's samples. Random choices depend on the seed and the step alone.
    ///
    /// - Parameters:
    ///   - model: with its parameters as variables.
    ///   - constant: the same with constant parameters, for what needs no derivatives.
    func loss(_ model: Model, constant: Model, _ batch: Batch, step: Int) -> Tensor<Scalar>

    /// What the model says of a batch, to see whether it depends on a parameter.
    func prediction(_ model: Model, _ batch: Batch) -> Tensor<Scalar>

    /// The number that decides which state is best, the smaller the better.
    /// - Throws: `TrainingError.interrupted` after `shouldStop`, which is asked before every batch; what reading throws.
    func validate(_ model: Model, batch: Int, shouldStop: () -> Bool) throws -> Double
}

extension TrainingProblem {
    /// All parameters are the network's.
    public func groups(of model: Model) -> [ParameterGroup<Scalar>] { [ParameterGroup("network", of: model)] }

    /// What of a model its readers need.
    func kept(of model: Model) -> [NamedTensor<Scalar>] { groups(of: model)[0].parameters }
}

/// A problem whose runs are kept in folders: a reader makes the model again, and a run goes on with the same data only.
public protocol RunProblem<Scalar>: TrainingProblem {
    /// Where the data come from.
    var source: ProblemSource { get }
    /// What a reader makes the model again from.
    var description: any RunDescription { get }
    /// What the run keeps of its data beside the checkpoints; nil for nothing.
    var record: SafetensorsFile? { get }
    /// What a network in closed form is fitted to, from the training split, or judged by, from the validation split.
    /// - Throws: `TrainingError.check` where there are no such pairs, `.interrupted` after `shouldStop`; what reading throws.
    func pairs(of split: Split, _ shouldStop: () -> Bool) throws -> FittedPairs<Scalar>
    /// The validation error as far as the model is to be used: where it makes steps that of rollouts, else that of `validate`.
    /// - Throws: as `validate`.
    func farError(_ model: Model, shouldStop: () -> Bool) throws -> Double
}

extension RunProblem {
    /// Nothing is kept.
    public var record: SafetensorsFile? { nil }
    /// That of `validate`.
    public func farError(_ model: Model, shouldStop: () -> Bool) throws -> Double {
        try validate(model, batch: description.experiment.budget.batch, shouldStop: shouldStop)
    }
    /// There are none.
    public func pairs(of split: Split, _ shouldStop: () -> Bool) throws -> FittedPairs<Scalar> {
        throw TrainingError.noPairs(description.experiment)
    }
}

/// What one step of training works on.
public protocol TrainingSamples {
    /// The number of samples, all of which count alike.
    var count: Int { get }
}

/// Batches in the order of training.
public protocol BatchSource<Batch>: AnyObject {
    associatedtype Batch

    /// The next batch; nil when all epochs are over.
    func next() throws -> Batch?
    /// Seconds that `next` has waited so far.
    var waitingSeconds: Double { get }
}

/// Where a problem's data come from, and what they take.
public struct ProblemSource: Sendable {
    /// The dataset's folder, or what else messages call it.
    public var path: String
    /// What tells one source from another.
    public var fingerprint: String
    /// Samples of an epoch.
    public var samples: Int
    /// Points along each axis.
    public var grid: [Int]
    /// Bytes that are read ahead for each sample of a batch.
    public var bytesPerSample: Double

    /// A source.
    public init(path: String, fingerprint: String, samples: Int, grid: [Int], bytesPerSample: Double) {
        (self.path, self.fingerprint, self.samples) = (path, fingerprint, samples)
        (self.grid, self.bytesPerSample) = (grid, bytesPerSample)
    }
}

/// What is needed to make a trained model again, as a checkpoint keeps it.
public protocol RunDescription: Codable, Sendable {
    /// The experiment that it comes from.
    var experiment: Experiment { get }
    /// What no model can be; nil for a sound description. Asked before anything is made of it.
    var problem: String? { get }
}

/// What a problem is made from.
public struct ProblemSetting {
    /// What to train on what.
    public let experiment: Experiment
    /// The dataset's folder.
    public let dataset: String
    /// The seed of the run.
    public let seed: UInt64
    /// What computes.
    public let backend: CPUBackend
    /// The part of every batch that is this process's.
    public let rank: Rank
    /// What the run goes on from; nil for one that begins with initial values.
    public let origin: RunOrigin?
    /// Makes the classical solver of the dataset.
    public let makeSolver: (@Sendable (_ grid: [Int], _ timeStep: Double) -> Training.ClassicalSolver?)?
    /// Admits a network by its number of parameters before it is made, and throws for too many.
    public let admit: (_ parameters: Double) throws(TrainingError) -> Void
    /// Whether the run shall end; asked while data are looked at.
    public let shouldStop: () -> Bool
}

/// A run whose numbers another one begins with.
public struct RunOrigin {
    /// Its folder.
    public let folder: String
    /// Whether it is the same run, which is gone on with, or another one that is tuned further.
    public let isSameRun: Bool
    let content: Checkpoint.Content

    /// What it says of its model.
    public func description<D: RunDescription>(_ type: D.Type) throws -> D { try content.description(type) }
}
