import PDECore
import PDEData
import PDEOperators
import PDETensor

/// A trained surrogate from a run folder: the state that validated best.
public struct TrainedModel<Scalar: Real>: Sendable {
    /// What it was made from and how to use it.
    public let description: ModelDescription
    /// The surrogate.
    public let surrogate: Surrogate<Scalar>
    /// Where the run stood when it was written.
    public let state: TrainingState
    private let backend: any Backend

    /// Reads the best checkpoint of a run.
    /// - Throws: `TrainingError.checkpoint` when there is none or it does not fit, `DataError`.
    public init(folder: String, on backend: any Backend) throws {
        let checkpoint = Checkpoint(path: "\(folder)/checkpoint/best.safetensors")
        guard checkpoint.exists else {
            throw TrainingError.checkpoint(
                path: folder, problem: "there is no checkpoint/best.safetensors",
                remedy: "Train first: pdetrain EXPERIMENT --out \(folder).")
        }
        let (file, state, description) = try checkpoint.read()
        let surrogate: Surrogate<Scalar> = try description.surrogate(Initialization(seed: 0, backend: backend))
        try Checkpoint.load(file, into: surrogate.parameters, path: checkpoint.path)
        self.description = description
        self.surrogate = surrogate
        self.state = state
        self.backend = backend
    }

    /// The precision that a run was trained in.
    public static func precision(folder: String) throws -> Experiment.Precision {
        let checkpoint = Checkpoint(path: "\(folder)/checkpoint/best.safetensors")
        guard checkpoint.exists else {
            throw TrainingError.checkpoint(
                path: folder, problem: "there is no checkpoint/best.safetensors",
                remedy: "Train first: pdetrain EXPERIMENT --out \(folder).")
        }
        return try checkpoint.read().model.experiment.precision
    }

    /// The mean loss of one step, or of the chain that the task trains, over a split.
    ///
    /// - Parameters:
    ///   - dataset: the dataset's folder; that of the training if left out.
    ///   - stride: every how many points are used, if not as in training.
    public func loss(
        dataset: String? = nil, split: Split, stride: Int? = nil
    ) throws -> (loss: Double, count: Int, grid: [Int]) {
        var experiment = description.experiment
        if let stride { experiment.data.stride = stride }
        experiment.data.valid = nil
        let data = try TrainingData<Scalar>(
            experiment, path: dataset ?? description.dataset, split: split, seed: 0, mixes: false)
        guard data.selection.channelNames == description.channels else {
            throw TrainingError.data(
                path: data.reader.path,
                problem: "its channels are \(data.selection.channelNames.joined(separator: ", ")), the network's "
                    + description.channels.joined(separator: ", "),
                remedy: "Name a dataset with the fields that it was trained on.")
        }
        if case .fourier(let choice) = experiment.model {
            for (axis, points) in data.selection.resolution.enumerated() {
                let modes = choice.modes.count == 1 ? choice.modes[0] : choice.modes[axis]
                guard 2 * modes <= points + 2 else {
                    throw TrainingError.grid(
                        key: "stride", problem: "\(points) points along axis \(axis) do not have \(modes) modes",
                        remedy: "Use a smaller stride.")
                }
            }
        }
        let objective = Objective<Scalar>(
            task: experiment.task, loss: Loss(experiment.loss, isPeriodic: data.isPeriodic),
            isMasked: experiment.data.geometry, penalty: JacobianPenalty(.none), seed: 0)
        let assembler = data.assembler(description.normalization, on: backend)
        let loader = data.orderedLoader(batch: experiment.budget.batch, limit: .max)
        var (sum, count) = (0.0, 0)
        while let batch = try loader.next() {
            sum += objective.validation(surrogate, assembler(batch)) * Double(batch.count)
            count += batch.count
        }
        return (sum / Double(count), count, data.selection.resolution)
    }
}

extension Training {
    /// The loss of the best state over the test split, or nil if the dataset has none.
    public func test() throws -> (loss: Double, count: Int, grid: [Int])? {
        let manifest = try DatasetFolder(path: dataset, name: "").manifest()
        guard manifest?.shards.contains(where: { $0.id.split == .test && $0.trajectories > 0 }) ?? false else {
            return nil
        }
        let backend = CPUBackend(threads: threads)
        return switch experiment.precision {
        case .float: try TrainedModel<Float>(folder: folder, on: backend).loss(split: .test)
        case .double: try TrainedModel<Double>(folder: folder, on: backend).loss(split: .test)
        }
    }
}
