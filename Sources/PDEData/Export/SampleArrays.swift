/// What takes the samples of a split, one after the other.
protocol SampleSink {
    func append(_ sample: Sample) throws(DataError)
    /// Flushes everything; all samples were there.
    /// - Returns: The bytes of all files.
    func finish() throws(DataError) -> Int
}

/// A part of all samples of a split that can have a `.npy` file of its own.
enum SamplePart {
    /// A field, by its place in the description: [sample][time][space…][component].
    case field(Int)
    /// A cloud of particles, by its place in the description: [sample][time][particle][component].
    case cloud(Int)
    /// A number, and the group that it stands in: [sample], or [sample][time].
    case number(ScalarDescription, group: String)

    /// All parts of a dataset's samples, in the order in which they are described.
    static func all(of description: DatasetDescription) -> [SamplePart] {
        description.fields.indices.map { .field($0) } + description.particles.indices.map { .cloud($0) }
            + description.inputs.map { .number($0, group: "scalars") }
            + (description.diagnostics ?? []).map { .number($0, group: "diagnostics") }
    }

    /// The file's path in the folder of its split.
    func path(in description: DatasetDescription) -> String {
        switch self {
        case .field(let place): "\(description.fields[place].name).npy"
        case .cloud(let place): "particles/\(description.particles[place].name).npy"
        case .number(let scalar, let group): "\(group)/\(scalar.name).npy"
        }
    }

    /// The shape of one sample's part; matrices have one axis of components.
    func shape(in description: DatasetDescription) -> [Int] {
        switch self {
        case .field(let place):
            let field = description.fields[place]
            return (field.isTimeVarying ? [description.times.count] : []) + description.resolution
                + (field.order > 0 ? [description.componentCount(of: field)] : [])
        case .cloud(let place): return description.shape(of: description.particles[place])
        case .number(let scalar, _): return scalar.isTimeVarying ? [description.times.count] : []
        }
    }
}

/// The `.npy` files of a split: one for each part that is asked for.
struct SampleArrays: SampleSink {
    private let files: [(part: SamplePart, writer: NPYWriter)]

    /// - Parameters:
    ///   - folder: The split's folder; made with those in it.
    ///   - count: How many samples will come.
    init(
        _ parts: [SamplePart], of description: DatasetDescription, samples count: Int, in folder: String
    ) throws(DataError) {
        var files: [(SamplePart, NPYWriter)] = []
        for part in parts {
            let path = "\(folder)/\(part.path(in: description))"
            try FileSystem.createFolder(String(path[..<path.lastIndex(of: "/")!]))
            var element = NPYWriter.Element.float32
            if case .number = part { element = .float64 }
            files.append(
                (part, try NPYWriter(path: path, element, shape: [count] + part.shape(in: description))))
        }
        self.files = files
    }

    func append(_ sample: Sample) throws(DataError) {
        for (part, writer) in files {
            switch part {
            case .field(let place): try writer.append(sample.fields[place])
            case .cloud(let place): try writer.append(sample.particles[place])
            case .number(let scalar, _): try writer.append(sample.scalars[scalar.name] ?? [])
            }
        }
    }

    func finish() throws(DataError) -> Int {
        var bytes = 0
        for (_, writer) in files { bytes += try writer.finish() }
        return bytes
    }
}
