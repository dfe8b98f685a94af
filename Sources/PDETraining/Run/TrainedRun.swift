import PDEConfig
import PDEData

/// A run that has been trained, without its numbers: what it expects of data, and which it has seen.
public struct TrainedRun: Sendable {
    /// Its folder.
    public let folder: String
    /// What its network expects of data.
    public let model: ModelDescription
    /// What it has seen; nil for a run without a record whose training data are not there any more.
    public let record: DataRecord?
    /// What its user should know of its checkpoint, such as that it carries no checksum.
    public let warning: String?

    /// What is known of the data that it has seen.
    public var memory: RunMemory { RunMemory(folder: folder, dataset: model.dataset, record: record) }

    /// Reads a run's best state.
    /// - Throws: `TrainingError.checkpoint` when there is none, `DataError`.
    ///
    /// - Parameter kinds: what an experiment can name.
    public init(folder: String, kinds: Kinds = Kinds()) throws {
        let content = try Checkpoint.best(of: folder, kinds).read()
        try self.init(folder, content.state, content.evolution(), content.note)
    }

    init(_ folder: String, _ state: TrainingState, _ model: ModelDescription, _ warning: String? = nil) throws {
        self.warning = warning
        self.folder = folder
        if let crc32 = model.dataRecord {
            self.model = model
            record = try DataRecord(
                folder: folder, crc32: crc32, meanFrameSize: model.grid.reduce(model.channels.count, *))
        } else {
            (self.model, record) = try Self.remade(state, model)
        }
    }

    /// What runs did not keep at first, from their training data where these are still the same.
    private static func remade(
        _ state: TrainingState, _ model: ModelDescription
    ) throws -> (ModelDescription, DataRecord?) {
        guard let reader = try? DatasetReader(path: model.dataset, split: .train),
            reader.fingerprintText == model.fingerprint
        else { return (model, nil) }
        let experiment = model.experiment
        let train = try TrainingData<Float>(experiment, reader, seed: state.seed, mixes: true)
        let valid = try TrainingData<Float>(
            experiment, path: model.dataset, split: .valid, seed: state.seed, mixes: false)
        let record = DataRecord(
            train: train, valid: valid, meanFrame: try train.statistics(experiment.evolution.step).meanFrame)
        return (model.expecting(reader), record)
    }
}
