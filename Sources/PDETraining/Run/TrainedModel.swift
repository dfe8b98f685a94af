import PDEConfig
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
    private let folder: String
    private let backend: any Backend

    /// Reads the best checkpoint of a run.
    /// - Throws: `TrainingError.checkpoint` when there is none or it does not fit, `DataError`.
    ///
    /// - Parameter kinds: what an experiment can name.
    public init(folder: String, on backend: any Backend, kinds: Kinds = Kinds()) throws {
        let checkpoint = try Checkpoint.best(of: folder, kinds)
        let content = try checkpoint.read()
        let model = try content.evolution()
        let surrogate: Surrogate<Scalar> = try content.filled { (admit) throws(TrainingError) in
            try model.surrogate(Initialization(seed: 0, backend: backend), admit: admit)
        }
        self.folder = folder
        description = model
        self.surrogate = surrogate
        state = content.state
        self.backend = backend
    }

    /// The mean loss of one step, or of the chain that the task trains, over a split.
    ///
    /// - Parameters:
    ///   - dataset: the dataset's folder; that of the training if left out.
    ///   - stride: every how many points are used; what gives the grid of the training if left out.
    /// - Throws: `TrainingError.data` when the dataset is not what the network expects (`DatasetFit`), or when nothing of its
    ///   test split is unseen (`ScoredSamples`); `TrainingError.grid`, `DataError`.
    public func loss(dataset: String? = nil, split: Split, stride: Int? = nil) throws -> TestResult {
        let (data, fit, scored) = try splitData(dataset, split, stride)
        let experiment = description.experiment
        let objective = Objective<Scalar>(
            task: experiment.evolution.step,
            loss: FieldLoss(experiment.loss, isPeriodic: data.isPeriodic, description.normalization),
            penalty: NoPenalty(), seed: 0)
        let batches = TrainingBatches(
            data.orderedLoader(batch: experiment.budget.batch, samples: scored.positions),
            try data.assembler(description.normalization, on: backend))
        let found = try objective.validation(surrogate, batches, stepsPerFrame: fit.stepsPerFrame)
        return TestResult(
            loss: found.loss, count: found.count, grid: data.selection.resolution, samples: scored.positions.count,
            seen: scored.seen, notes: fit.notes + scored.notes)
    }

    /// What the network sees and says for the first batch of a split: `input` and `output`, [samples][grid…][channels], both
    /// normalised, for a look at the network by other programs. Parameters as in `loss`.
    public func example(dataset: String? = nil, split: Split, stride: Int? = nil) throws -> SafetensorsFile {
        let (data, _, scored) = try splitData(dataset, split, stride)
        let loader = data.orderedLoader(batch: description.experiment.budget.batch, samples: scored.positions)
        guard let read = try loader.next() else {
            throw TrainingError.data(
                path: data.reader.path, problem: "its split '\(split.rawValue)' has no window",
                remedy: "Name another split.")
        }
        let batch = try data.assembler(description.normalization, on: backend)(read)
        return surrogate.example(batch.states(surrogate.history), conditions: batch.conditions)
    }

    /// A split as the network sees it, and which of its samples are scored.
    private func splitData(
        _ dataset: String?, _ split: Split, _ stride: Int?
    ) throws -> (TrainingData<Scalar>, DatasetFit, ScoredSamples) {
        let run = try TrainedRun(folder, state, description)
        let reader = try DatasetReader(path: dataset ?? description.dataset, split: split)
        let fit = try DatasetFit(run, reader, stride: stride)
        var experiment = description.experiment
        experiment.data.fields = description.fields
        experiment.data.stride = fit.states.stride
        experiment.data.valid = nil
        let data = try TrainingData<Scalar>(
            experiment, reader, seed: 0, mixes: false, frameStride: fit.frameStride)
        // Made for this grid, the model says itself whether it fits.
        var description = description
        description.grid = data.selection.resolution
        do {
            let _: Surrogate<Scalar> = try description.surrogate(Initialization(seed: 0, backend: backend)) { _ in }
        } catch {
            guard case .grid(_, let problem, _) = error else { throw error }
            throw TrainingError.grid(key: "stride", problem: problem, remedy: "Use a smaller stride.")
        }
        let scored = try ScoredSamples([run.memory], reader, among: Array(0..<reader.sampleCount))
        return (data, fit, scored)
    }
}

/// The error of a trained network on a split.
public struct TestResult: Sendable {
    /// The mean loss.
    public var loss: Double
    /// How many windows it is the mean of.
    public var count: Int
    /// Points along each axis.
    public var grid: [Int]
    /// How many samples the windows are of.
    public var samples: Int
    /// How many of these the run was trained or validated on; nil where that cannot be said.
    public var seen: Int?
    /// What a reader must know of the data, a sentence each.
    public var notes: [String]

    /// A result.
    public init(loss: Double, count: Int, grid: [Int], samples: Int, seen: Int?, notes: [String]) {
        (self.loss, self.count, self.grid) = (loss, count, grid)
        (self.samples, self.seen, self.notes) = (samples, seen, notes)
    }
}

extension Training {
    /// The loss of the best state over what it has not seen, or nil if there is nothing such.
    public func test() throws -> TestResult? { try experiment.task.test(self) }
}
