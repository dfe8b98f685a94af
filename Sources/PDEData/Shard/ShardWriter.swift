/// Builds one shard in memory: an HDF5 file in The Well's layout.
///
/// Equal descriptions, provenance and samples give equal bytes. Give it samples in the order of their indices.
public final class ShardWriter {
    /// What the file follows.
    public let description: DatasetDescription
    /// The largest number of samples.
    public let capacity: Int
    private let provenance: [String: String]
    private let image: HDF5Image
    /// The datasets by their fields' places.
    private var fields: [Int: HDF5Object]
    /// Writers of the fields that every sample brings, by the fields' places.
    private var chunks: [Int: HDF5ChunkWriter] = [:]
    /// Writers of the clouds of particles, in the description's order.
    private var clouds: [HDF5ChunkWriter] = []
    private var indices: [Int] = []
    private var attempts: [Int] = []
    private var scalars: [String: [Double]] = [:]
    private var notes: [String: [String]] = [:]
    private var shared: [String: [Float]] = [:]
    private var moments: [FieldMoments]
    private var isFinished = false

    /// Starts a shard.
    /// - Parameters:
    ///   - description: What the dataset's files have in common.
    ///   - provenance: Texts by name for the group `provenance`: the resolved recipe, versions.
    ///   - capacity: The largest number of samples.
    /// - Throws: `DataError.description` when no file can follow it, `DataError.hdf5`.
    public init(description: DatasetDescription, provenance: [String: String], capacity: Int) throws(DataError) {
        precondition(capacity > 0, "ShardWriter: capacity is \(capacity), expected at least 1")
        try description.validate()
        for note in description.notes where provenance[note] != nil {
            throw .description(name: description.name, problem: "'\(note)' is both a note and a provenance text")
        }
        self.description = description
        self.capacity = capacity
        self.provenance = provenance
        image = try HDF5Image(expectedSize: ShardLayout.expectedBytes(of: description, samples: capacity))
        moments = FieldMoments.none(of: description)
        try ShardLayout.writeDimensions(of: description, to: image.file)
        try ShardLayout.writeBoundaries(of: description, to: image.file)
        if description.dimensions.count > 1 { try MeshPoints.write(of: description, to: image.file) }
        fields = try ShardLayout.createFields(of: description, in: image.file)
        try ShardLayout.writeUniformFields(of: description, to: image.file)
        let particles = try ShardLayout.createParticles(of: description, in: image.file)
        clouds = zip(particles, description.particles).map { dataset, cloud in
            let shape = description.shape(of: cloud)
            return HDF5ChunkWriter(
                dataset, row: shape, chunk: ShardLayout.chunk(frames: shape), hasChecksums: description.hasChecksums)
        }
        for (number, field) in description.fields.enumerated() where field.isSampleVarying {
            guard let dataset = fields[number] else { continue }
            chunks[number] = HDF5ChunkWriter(
                dataset, row: description.shape(of: field), chunk: ShardLayout.chunk(of: field, in: description),
                hasChecksums: description.hasChecksums)
        }
    }

    /// Adds one sample, or nothing of it if it is refused.
    /// - Throws: `DataError.sample` when a field has the wrong size, holds NaN or infinity, repeats a frame or differs
    ///   where all samples should share one, when a scalar or note is missing, or when the index is not larger than
    ///   the one before; `DataError.hdf5`.
    public func append(_ sample: Sample) throws(DataError) {
        precondition(!isFinished, "ShardWriter.append: the shard is finished")
        precondition(indices.count < capacity, "ShardWriter.append: the shard is full with \(capacity) samples")
        if let problem = problem(with: sample) { throw .sample(index: sample.index, problem: problem) }
        let position = indices.count
        for (number, field) in description.fields.enumerated() {
            let values = sample.fields[number]
            if let chunks = chunks[number] {
                try chunks.append(values, at: position)
            } else if position == 0 {
                try fields[number]?.write(values, .float)
                shared[field.name] = values
            }
            if field.isSampleVarying || position == 0 {
                moments[number].add(values, frames: field.isTimeVarying ? description.times.count : 1)
            }
        }
        for (number, values) in sample.particles.enumerated() {
            try clouds[number].append(values, at: position)
            moments[description.fields.count + number].add(values, frames: description.times.count)
        }
        for scalar in description.numbers where scalar.isSampleVarying || position == 0 {
            scalars[scalar.name, default: []] += sample.scalars[scalar.name] ?? []
        }
        for note in description.notes { notes[note, default: []].append(sample.notes[note] ?? "") }
        indices.append(sample.index)
        attempts.append(sample.attempt)
    }

    /// Ends the shard; it takes no more samples.
    ///
    /// A shard without samples is a file like others: its fields have no rows, and what all samples would share is NaN.
    /// - Returns: The file's bytes and the statistics of its fields.
    /// - Throws: `DataError.hdf5`.
    public func finish() throws(DataError) -> ShardImage {
        precondition(!isFinished, "ShardWriter.finish: the shard is finished")
        isFinished = true
        if indices.isEmpty { try leaveSharedUnknown() }
        try writeRootAttributes()
        try writeScalars()
        try writeProvenance()
        if description.hasNamedAxes {
            try DimensionScales(of: description, samples: indices).write(to: image.file)
        }
        chunks = [:]
        clouds = []
        fields = [:]
        return ShardImage(memory: try image.close(), trajectories: indices.count, moments: moments)
    }

    private func leaveSharedUnknown() throws(DataError) {
        for (number, field) in description.fields.enumerated() where !field.isSampleVarying {
            let count = description.shape(of: field).reduce(1, *)
            try fields[number]?.write([Float](repeating: .nan, count: count), .float)
        }
        for scalar in description.numbers where !scalar.isSampleVarying {
            scalars[scalar.name] = Array(repeating: .nan, count: scalar.isTimeVarying ? description.times.count : 1)
        }
    }

    private func problem(with sample: Sample) -> String? {
        if let last = indices.last, sample.index <= last { return "it comes after sample \(last); order by index" }
        guard sample.fields.count == description.fields.count else {
            return "it has \(sample.fields.count) fields, expected \(description.fields.count)"
        }
        for (values, field) in zip(sample.fields, description.fields) {
            let shape = description.shape(of: field)
            let count = shape.reduce(1, *)
            guard values.count == count else {
                return "field '\(field.name)' has \(values.count) values, expected \(count) of shape \(shape)"
            }
            let frames = field.isTimeVarying ? description.times.count : 1
            if let frame = FrameCheck.firstNonFinite(values, frames: frames) {
                return "field '\(field.name)' holds NaN or infinity in frame \(frame)"
            }
            if !description.mayRepeat, let frame = FrameCheck.firstRepeated(values, frames: frames) {
                return "field '\(field.name)' repeats frame \(frame - 1) in frame \(frame)"
            }
            if let value = field.uniformValue, let other = values.first(where: { $0 != value }) {
                return "field '\(field.name)' is \(other) at a point, and should be \(value) at all"
            }
            if let first = shared[field.name], first != values {
                return "field '\(field.name)' differs from the first sample's, and all should share one"
            }
        }
        guard sample.particles.count == description.particles.count else {
            return "it has \(sample.particles.count) clouds of particles, expected \(description.particles.count)"
        }
        for (values, cloud) in zip(sample.particles, description.particles) {
            let shape = description.shape(of: cloud)
            guard values.count == shape.reduce(1, *) else {
                return "cloud '\(cloud.name)' has \(values.count) values, expected those of shape \(shape)"
            }
            if let frame = FrameCheck.firstNonFinite(values, frames: shape[0]) {
                return "cloud '\(cloud.name)' holds NaN or infinity in frame \(frame)"
            }
            if !description.mayRepeat, let frame = FrameCheck.firstRepeated(values, frames: shape[0]) {
                return "cloud '\(cloud.name)' repeats frame \(frame - 1) in frame \(frame)"
            }
        }
        for scalar in description.numbers {
            let count = scalar.isTimeVarying ? description.times.count : 1
            guard let values = sample.scalars[scalar.name] else { return "scalar '\(scalar.name)' is missing" }
            guard values.count == count else {
                return "scalar '\(scalar.name)' has \(values.count) values, expected \(count)"
            }
            guard values.allSatisfy(\.isFinite), description.stored(values).allSatisfy(\.isFinite) else {
                return "scalar '\(scalar.name)' is \(values)"
            }
            if !scalar.isSampleVarying, let first = scalars[scalar.name], first != values {
                return "scalar '\(scalar.name)' is \(values), the first sample's is \(first), and all should share one"
            }
        }
        for note in description.notes where sample.notes[note] == nil { return "note '\(note)' is missing" }
        return nil
    }

    private func writeRootAttributes() throws(DataError) {
        let root = image.file
        try root.attach(description.name, as: "dataset_name")
        try root.attach(description.title, as: "title")
        try root.attach("cartesian", as: "grid_type")
        try root.attach(description.dimensions.count, as: "n_spatial_dims")
        try root.attach(indices.count, as: "n_trajectories")
        let parameters = description.listedParameters
        try root.attach(parameters.map(\.name), as: "simulation_parameters")
        for parameter in parameters {
            let values = scalars[parameter.name] ?? []
            if !parameter.isSampleVarying, let value = values.first {
                try root.attach(value, as: parameter.name)
            } else {
                try root.attach(values, as: parameter.name)
            }
        }
    }

    private func writeScalars() throws(DataError) {
        let holdsAll = description.diagnostics == nil
        try write(description.inputs, description.realType, to: "scalars", withNumbers: holdsAll)
        if let diagnostics = description.diagnostics {
            try write(diagnostics, .double, to: ShardLayout.diagnosticsGroup, withNumbers: true)
        }
    }

    /// Makes a group of scalars.
    /// - Parameter withNumbers: Whether the samples' numbers and attempts are among them.
    private func write(
        _ described: [ScalarDescription], _ type: HDF5Type, to name: String, withNumbers: Bool
    ) throws(DataError) {
        let group = try image.file.createGroup(name)
        try group.attach(
            described.map(\.name) + (withNumbers ? DatasetDescription.reservedScalars : []), as: "field_names")
        for scalar in described {
            let extents =
                (scalar.isSampleVarying ? [indices.count] : [])
                + (scalar.isTimeVarying ? [description.times.count] : [])
            let values = scalars[scalar.name] ?? []
            let dataset = try group.createDataset(scalar.name, type, extents.isEmpty ? nil : extents)
            try dataset.write(values, .double)
            try ShardLayout.attachFlags(sample: scalar.isSampleVarying, time: scalar.isTimeVarying, to: dataset)
            try dataset.attach(scalar.summary, as: "description")
        }
        guard withNumbers else { return }
        let numbers = [
            ("index", indices, "The sample's number in the dataset: with the recipe and its seed, all it takes."),
            ("attempt", attempts, "How many draws were refused before this one."),
        ]
        for (name, values, summary) in numbers {
            let dataset = try group.createDataset(name, .integer, [values.count])
            try dataset.write(values.map { Int64($0) }, .integer)
            try ShardLayout.attachFlags(sample: true, time: false, to: dataset)
            try dataset.attach(summary, as: "description")
        }
    }

    private func writeProvenance() throws(DataError) {
        let group = try image.file.createGroup("provenance")
        for (name, text) in provenance.sorted(by: { $0.key < $1.key }) {
            try group.createDataset(name, .string, nil).write(texts: [text])
        }
        for note in description.notes {
            let texts = notes[note] ?? []
            try group.createDataset(note, .string, [texts.count]).write(texts: texts)
        }
    }
}
