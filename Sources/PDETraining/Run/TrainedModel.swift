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
        let (file, state, description) = try Checkpoint.best(of: folder).read()
        let surrogate: Surrogate<Scalar> = try description.surrogate(Initialization(seed: 0, backend: backend))
        try Checkpoint.load(file, into: surrogate.parameters, converting: true, path: folder)
        self.description = description
        self.surrogate = surrogate
        self.state = state
        self.backend = backend
    }

    /// The mean loss of one step, or of the chain that the task trains, over a split.
    ///
    /// - Parameters:
    ///   - dataset: the dataset's folder; that of the training if left out.
    ///   - stride: every how many points are used, if not as in training.
    public func loss(
        dataset: String? = nil, split: Split, stride: Int? = nil
    ) throws -> (loss: Double, count: Int, grid: [Int]) {
        let data = try splitData(dataset, split, stride)
        let experiment = description.experiment
        let objective = Objective<Scalar>(
            task: experiment.task,
            loss: Loss(experiment.loss, isPeriodic: data.isPeriodic, description.normalization),
            penalty: JacobianPenalty(.none), seed: 0)
        let assembler = try data.assembler(description.normalization, on: backend)
        let loader = data.orderedLoader(batch: experiment.budget.batch)
        let found = try objective.validation(surrogate, loader, assembler)
        return (found.loss, found.count, data.selection.resolution)
    }

    /// What the network sees and says for the first batch of a split: `input` and `output`, [samples][grid…][channels], both
    /// normalised, for a look at the network by other programs. Parameters as in `loss`.
    public func example(dataset: String? = nil, split: Split, stride: Int? = nil) throws -> SafetensorsFile {
        let data = try splitData(dataset, split, stride)
        let loader = data.orderedLoader(batch: description.experiment.budget.batch)
        guard let read = try loader.next() else {
            throw TrainingError.data(
                path: data.reader.path, problem: "its split '\(split.rawValue)' has no window",
                remedy: "Name another split.")
        }
        let batch = try data.assembler(description.normalization, on: backend)(read)
        let states = Tensor.concatenated(
            Array(batch.frames[..<surrogate.history]), along: batch.frames[0].rank - 1)
        let input = surrogate.input(states, conditions: batch.conditions)
        return SafetensorsFile(
            [("input", input), ("output", surrogate.network(input))].map { name, value in
                SafetensorsEntry(name, shape: value.shape, value.exported)
            }, metadata: ["format": "pdekit"])
    }

    /// A split as the network sees it.
    private func splitData(_ dataset: String?, _ split: Split, _ stride: Int?) throws -> TrainingData<Scalar> {
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
        // Made for this grid, the model says itself whether it fits.
        var description = description
        description.grid = data.selection.resolution
        do {
            let _: Surrogate<Scalar> = try description.surrogate(Initialization(seed: 0, backend: backend))
        } catch {
            guard case .grid(_, let problem, _) = error else { throw error }
            throw TrainingError.grid(key: "stride", problem: problem, remedy: "Use a smaller stride.")
        }
        return data
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
