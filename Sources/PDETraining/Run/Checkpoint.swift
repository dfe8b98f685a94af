import PDEConfig
import PDECore
import PDEData
import PDETensor

/// Numbers and state of a run in one safetensors file, which is replaced in one step.
///
/// The parameters have their own names; what belongs to the optimiser stands under `adam.mean/`, `adam.square/` and `average/`.
/// The metadata hold the experiment, the normalisation and the state as JSON.
struct Checkpoint {
    let path: String
    /// What its experiment can name.
    let kinds: Kinds

    init(path: String, _ kinds: Kinds) { (self.path, self.kinds) = (path, kinds) }

    /// The layout that is written, with a checksum, and the one before it, which had none.
    private static let (layout, unsealedLayout) = ("pdekit-2", "pdekit")

    func write<Scalar: Real>(
        _ tensors: [(name: String, value: Tensor<Scalar>)], _ state: TrainingState, _ description: ModelDescription
    ) throws {
        let entries = tensors.map { name, value in SafetensorsEntry(name, shape: value.shape, value.exported) }
        var metadata = ["format": Self.layout]
        metadata["state"] = try StrictEncoder().encode(state).serialized(pretty: false)
        metadata["model"] = try StrictEncoder().encode(description).serialized(pretty: false)
        try SafetensorsFile(entries, metadata: metadata).write(to: path)
    }

    var exists: Bool { FileSystem.exists(path) }

    /// The state of a run that validated best.
    static func best(of folder: String, _ kinds: Kinds) throws(TrainingError) -> Checkpoint {
        let checkpoint = Checkpoint(path: "\(folder)/checkpoint/best.safetensors", kinds)
        guard checkpoint.exists else {
            throw .checkpoint(
                path: folder, problem: "there is no checkpoint/best.safetensors",
                remedy: "Train first: pdetrain EXPERIMENT --out \(folder).")
        }
        return checkpoint
    }

    /// What a checkpoint holds.
    struct Content {
        let file: SafetensorsFile
        let state: TrainingState
        let model: ModelDescription
        /// What its user should know; nil where there is nothing.
        let note: String?
    }

    /// Reads and checks everything but whether the numbers are those of the model.
    /// - Throws: `DataError`, `ConfigurationError`, `TrainingError.checkpoint` when it is not what pdetrain wrote.
    func read() throws -> Content {
        let file = try SafetensorsFile(path: path)
        func unsound(_ problem: String) -> TrainingError {
            .checkpoint(path: path, problem: problem, remedy: "Name a checkpoint that pdetrain wrote, or train anew.")
        }
        guard let state = file.metadata["state"], let model = file.metadata["model"] else {
            throw unsound("it holds no training state")
        }
        guard file.metadata["format"] == (file.hasChecksum ? Self.layout : Self.unsealedLayout) else {
            throw unsound("its layout is unknown, or its checksum was taken away")
        }
        let content = Content(
            file: file, state: try StrictDecoder().decode(TrainingState.self, from: JSON.parse(state, file: path)),
            model: try StrictDecoder(kinds: kinds).decode(ModelDescription.self, from: JSON.parse(model, file: path)),
            note: file.hasChecksum
                ? nil : "\(path) carries no checksum, as checkpoints once did: damage to it would not be seen")
        if let problem = content.state.problem ?? content.model.problem { throw unsound(problem) }
        return content
    }

    /// Writes a file's numbers into tensors of the same names and shapes.
    ///
    /// - Parameter converting: whether numbers of the other precision will do: to use a network, not to go on with its training.
    static func load<Scalar: Real>(
        _ file: SafetensorsFile, into tensors: [(name: String, value: Tensor<Scalar>)], converting: Bool = false,
        path: String
    ) throws(TrainingError) {
        for (name, tensor) in tensors {
            guard let entry = file[name] else {
                throw .checkpoint(
                    path: path, problem: "it has no '\(name)'",
                    remedy: "It is of another model; train into another --out.")
            }
            guard entry.shape == tensor.shape else {
                throw .checkpoint(
                    path: path, problem: "'\(name)' has shape \(entry.shape), the model's has \(tensor.shape)",
                    remedy: "It is of another model; train into another --out.")
            }
            guard tensor.load(entry.values, converting: converting) else {
                throw .checkpoint(
                    path: path, problem: "'\(name)' is not of \(Scalar.self)s",
                    remedy: "Set precision to what the run was trained in.")
            }
        }
    }
}

extension Tensor {
    /// The values for a file.
    var exported: SafetensorsEntry.Values {
        let values = values
        if let floats = values as? [Float] { return .float(floats) }
        return .double(values as! [Double])
    }

    /// Takes values of this tensor's type from a file, or of the other with `converting`; false if they are of neither.
    func load(_ values: SafetensorsEntry.Values, converting: Bool) -> Bool {
        let found: [Scalar]?
        switch values {
        case .float(let floats): found = floats as? [Scalar] ?? (converting ? floats.map { Scalar($0) } : nil)
        case .double(let doubles): found = doubles as? [Scalar] ?? (converting ? doubles.map { Scalar($0) } : nil)
        default: found = nil
        }
        guard let found else { return false }
        withUnsafeMutableValues { _ = $0.update(fromContentsOf: found) }
        return true
    }
}

/// What is needed to make a trained surrogate again and to use it on data.
public struct ModelDescription: Codable, Equatable, Sendable {
    /// The experiment that it comes from.
    public var experiment: Experiment
    /// The numbers around the network.
    public var normalization: Normalization
    /// Fields that make up a state and the names of its channels.
    public var fields, channels: [String]
    /// Points along each axis in training.
    public var grid: [Int]
    /// Which axes are periodic.
    public var isPeriodic: [Bool]
    /// Stored frames from one step to the next.
    public var frameStride: Int
    /// Time from one step to the next.
    public var timeStep: Double
    /// The dataset's folder and fingerprint.
    public var dataset, fingerprint: String
    /// The extent of the box along each axis; nil in runs that did not keep it.
    public var lengths: [Double]?
    /// The equation of the dataset's recipe; nil in runs that did not keep it.
    public var equation: JSON?
    /// The checksum of the run's `DataRecord`; nil in runs that have none.
    public var dataRecord: UInt32?

    /// The description with the box and the equation of a dataset.
    func expecting(_ reader: DatasetReader) -> ModelDescription {
        var description = self
        description.lengths = reader.description.dimensions.map(\.extent)
        description.equation = reader.recipe["equation"]
        return description
    }
}
