import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor

/// Numbers and state of a run in one safetensors file, which is replaced in one step.
///
/// The parameters have their own names; what belongs to the optimiser stands under `average/` and what its rule names,
/// such as `adam.mean/` and `adam.square/`. The metadata hold the experiment, the normalisation and the state as JSON.
package struct Checkpoint {
    let path: String
    /// What its experiment can name.
    let kinds: Kinds

    init(path: String, _ kinds: Kinds) { (self.path, self.kinds) = (path, kinds) }

    /// The layout's name and the version that is written. The first had no checksum and no number; the second had every key of every
    /// kind in its experiment.
    private static let (layout, version) = ("pdekit", 3)

    func write<Scalar: Real>(
        _ tensors: [(name: String, value: Tensor<Scalar>)], _ state: TrainingState,
        _ description: some RunDescription
    ) throws {
        let entries = tensors.map { name, value in SafetensorsEntry(name, shape: value.shape, value.exported) }
        var metadata = ["format": "\(Self.layout)-\(Self.version)"]
        metadata["state"] = try StrictEncoder().encode(state).serialized(pretty: false)
        metadata["model"] = try StrictEncoder().encode(description).serialized(pretty: false)
        try SafetensorsFile(entries, metadata: metadata).write(to: path)
    }

    var exists: Bool { FileSystem.exists(path) }

    /// The state of a run that validated best.
    package static func best(of folder: String, _ kinds: Kinds) throws(TrainingError) -> Checkpoint {
        let checkpoint = Checkpoint(path: "\(folder)/checkpoint/best.safetensors", kinds)
        guard checkpoint.exists else {
            throw .checkpoint(
                path: folder, problem: "there is no checkpoint/best.safetensors",
                remedy: "Train first: pdetrain EXPERIMENT --out \(folder).")
        }
        return checkpoint
    }

    /// What a checkpoint holds.
    package struct Content {
        let path: String
        let file: SafetensorsFile
        package let state: TrainingState
        package let experiment: Experiment
        /// What its user should know; nil where there is nothing.
        package let note: String?
        fileprivate let kinds: Kinds
        fileprivate let model: JSON

        /// The checksum of what the run keeps of its data; nil where it keeps nothing.
        var recordChecksum: UInt32? { model["dataRecord"]?.number.flatMap { $0.integer() } }

        /// The folder of the dataset; nil for a problem without one.
        var dataset: String? { model["dataset"]?.string }

        /// Whether two are of one run, which may have been gone on with for longer, or from where its data are now.
        func isOfRun(of other: Content) -> Bool {
            func fixed(_ content: Content) -> JSON {
                .object(
                    (content.model.members ?? []).filter { !["experiment", "dataset"].contains($0.name) }.map {
                        ($0.name, $0.value)
                    })
            }
            return fixed(self) == fixed(other) && experiment.difference(from: other.experiment) == nil
        }

        /// Whether it is of a task whose runs are described so.
        package func isOf<D: RunDescription>(_: D.Type) -> Bool { experiment.task.descriptionType == D.self }

        /// What it says of its model, if it is of a task.
        /// - Throws: `TrainingError.checkpoint` where it is of another one; what `description` throws.
        package func description<D: RunDescription>(_ type: D.Type, of task: String) throws -> D {
            guard isOf(type) else {
                throw TrainingError.checkpoint(
                    path: path, problem: "its task is \(experiment.task.kindName), and not \(task)",
                    remedy: "Name a run of the task \(task).")
            }
            return try description(type)
        }

        /// What it says of its model, checked.
        /// - Throws: `ConfigurationError`, `TrainingError.checkpoint` when it is not what pdetrain wrote.
        package func description<D: RunDescription>(_: D.Type) throws -> D {
            let description = try StrictDecoder(kinds: kinds).decode(D.self, from: model)
            if let problem = description.problem { throw TrainingError.unsound(path, problem) }
            return description
        }
    }

    /// Reads and checks everything but whether the numbers are those of the model.
    /// - Throws: `DataError`, `ConfigurationError`, `TrainingError.checkpoint` when it is not what pdetrain wrote.
    package func read() throws -> Content {
        let file = try SafetensorsFile(path: path)
        guard let state = file.metadata["state"], let model = file.metadata["model"] else {
            throw TrainingError.unsound(path, "it holds no training state")
        }
        try checkLayout(of: file)
        let json = try JSON.parse(model, file: path)
        guard let experiment = json["experiment"] else { throw TrainingError.unsound(path, "it has no experiment") }
        let content = Content(
            path: path, file: file,
            state: try StrictDecoder().decode(TrainingState.self, from: .parse(state, file: path)),
            experiment: try StrictDecoder(kinds: kinds).decode(Experiment.self, from: experiment),
            note: file.hasChecksum
                ? nil : "\(path) carries no checksum, as checkpoints once did: damage to it would not be seen",
            kinds: kinds, model: json)
        if let problem = content.state.problem { throw TrainingError.unsound(path, problem) }
        _ = try content.description(content.experiment.task.descriptionType)
        return content
    }

    /// Refuses what a later program has written, and what has lost its checksum.
    private func checkLayout(of file: SafetensorsFile) throws(TrainingError) {
        let name = file.metadata["format"] ?? ""
        let version = name == Self.layout ? 1 : name.hasPrefix(Self.layout + "-") ? Int(name.dropFirst(7)) : nil
        guard let version, version >= 1 else { throw .unsound(path, "its layout is unknown") }
        guard version <= Self.version else {
            throw .checkpoint(
                path: path, problem: "its layout is version \(version), and this program knows up to \(Self.version)",
                remedy: "Use the version of pdetrain that wrote it, or a later one.")
        }
        guard file.hasChecksum == (version >= 2) else {
            throw .unsound(path, version == 1 ? "its layout is unknown" : "its checksum was taken away")
        }
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

extension Checkpoint.Content {
    /// A model with the numbers of this checkpoint.
    ///
    /// - Parameter make: makes it with initial values, and tells before how many numbers it will have.
    /// - Throws: `TrainingError.checkpoint` when the numbers are not those of such a model.
    package func filled<M: Module>(
        _ make: (_ admit: (_ parameters: Double) throws(TrainingError) -> Void) throws(TrainingError) -> M
    ) throws(TrainingError) -> M {
        let numbers = file.entries.reduce(0) { $0 + $1.values.count }
        let model = try make { (parameters) throws(TrainingError) in
            guard parameters == Double(numbers) else {
                throw .checkpoint(
                    path: path,
                    problem: "it holds \(numbers) numbers, and a model as it says has \(Int(min(parameters, 1e18)))",
                    remedy: "Name a checkpoint that pdetrain wrote.")
            }
        }
        try Checkpoint.load(file, into: model.parameters, converting: true, path: path)
        return model
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
