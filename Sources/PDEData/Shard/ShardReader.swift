/// Reads one shard; nothing but its structure until it is asked for.
///
/// Reads of all threads take turns: HDF5 works for one caller at a time.
public final class ShardReader: Sendable {
    /// The file's path.
    public let path: String
    /// The file's description; its fields in the loader's order: scalars, vectors, matrices.
    public let description: DatasetDescription
    /// How many samples it holds.
    public let sampleCount: Int
    private let root: HDF5Object
    private let datasets: [String: HDF5Object]
    private let clouds: [String: HDF5Object]
    /// The fields that are stored without axes along which they do not change.
    private let constantAxes: [String: ConstantAxes]

    /// Opens a shard.
    /// - Throws: `DataError.hdf5` when the file cannot be opened or lacks a part of The Well's layout,
    ///   `DataError.corrupt` when a part is not as it should be.
    public init(path: String) throws(DataError) {
        self.path = path
        root = try HDF5Object.open(path: path)
        sampleCount = try root.integer("n_trajectories")
        (description, datasets, clouds) = try ShardStructure.read(from: root)
        guard sampleCount >= 0, (1...3).contains(description.dimensions.count),
            product(of: description.resolution) != nil
        else {
            throw root.place.unsound("has \(sampleCount) samples on a grid of \(description.resolution) points")
        }
        for cloud in description.particles {
            try Self.check(clouds[cloud.name], [sampleCount] + description.shape(of: cloud))
        }
        var constantAxes: [String: ConstantAxes] = [:]
        for field in description.fields {
            var varies: [Bool] = []
            if let dataset = datasets[field.name], try dataset.hasAttribute("dim_varying") {
                varies = try dataset.flags("dim_varying")
            }
            let axes = ConstantAxes(
                varies: varies, resolution: description.resolution,
                components: description.componentCount(of: field))
            constantAxes[field.name] = axes
            let rows = field.isSampleVarying ? [sampleCount] : []
            let full = rows + description.shape(of: field)
            try Self.check(
                datasets[field.name], axes?.stored(full, spaceFrom: rows.count + (field.isTimeVarying ? 1 : 0)) ?? full)
        }
        self.constantAxes = constantAxes
    }

    private static func check(_ dataset: HDF5Object?, _ expected: [Int]) throws(DataError) {
        guard let dataset else { return }
        let found = try dataset.extents()
        guard found != expected else { return }
        let isOneLonger = found.count == expected.count && zip(found, expected).allSatisfy { (0...1).contains($1 - $0) }
        throw dataset.place.unsound(
            "has shape \(found), expected \(expected)"
                + (isOneLonger ? ": times or coordinates are one longer than the data" : ""))
    }

    /// Reads frames of one sample of one field.
    /// - Parameters:
    ///   - field: The field's name.
    ///   - sample: The position in this file; without meaning for a field that all samples share.
    ///   - frames: Which frames; all by default, and without meaning for a field that is constant in time.
    /// - Returns: [frames][spatial…][components] in C order, without frames when the field is constant in time.
    /// - Throws: `DataError.corrupt` when there is no such field or a checksum fails, `DataError.hdf5`.
    public func read(field name: String, sample: Int, frames: Range<Int>? = nil) throws(DataError) -> [Float] {
        precondition(
            (0..<max(sampleCount, 1)).contains(sample), "ShardReader.read: sample \(sample) of \(sampleCount)")
        let field = description.fields.first { $0.name == name }
        if let value = field?.uniformValue { return Array(repeating: value, count: description.pointCount) }
        guard let field, let dataset = datasets[name] else {
            let names = description.fields.map(\.name).joined(separator: ", ")
            throw .corrupt(path: path, problem: "there is no field '\(name)'", remedy: "It has \(names).")
        }
        var start = description.shape(of: field).map { _ in 0 }
        var count = description.shape(of: field)
        if field.isTimeVarying, let frames {
            precondition(
                frames.lowerBound >= 0 && frames.upperBound <= count[0],
                "ShardReader.read: frames \(frames) of \(count[0])")
            start[0] = frames.lowerBound
            count[0] = frames.count
        }
        if field.isSampleVarying {
            start.insert(sample, at: 0)
            count.insert(1, at: 0)
        }
        guard let axes = constantAxes[name] else { return try read(dataset, start, count) }
        let first = (field.isSampleVarying ? 1 : 0) + (field.isTimeVarying ? 1 : 0)
        return axes.spread(
            try read(dataset, axes.stored(start, spaceFrom: first), axes.stored(count, spaceFrom: first)))
    }

    /// Reads frames of one sample of a cloud of particles.
    /// - Parameters:
    ///   - name: The cloud's name.
    ///   - sample: The position in this file.
    ///   - frames: Which frames; all by default.
    /// - Returns: [frames][particle][component] in C order.
    /// - Throws: `DataError.corrupt` when there is no such cloud or a checksum fails, `DataError.hdf5`.
    public func read(particles name: String, sample: Int, frames: Range<Int>? = nil) throws(DataError) -> [Float] {
        precondition(
            (0..<max(sampleCount, 1)).contains(sample), "ShardReader.read: sample \(sample) of \(sampleCount)")
        guard let dataset = clouds[name], let cloud = description.particles.first(where: { $0.name == name }) else {
            let names = description.particles.map(\.name).joined(separator: ", ")
            throw .corrupt(
                path: path, problem: "there are no particles '\(name)'",
                remedy: names.isEmpty ? "It has none." : "It has \(names).")
        }
        let shape = description.shape(of: cloud)
        let frames = frames ?? 0..<shape[0]
        precondition(
            frames.lowerBound >= 0 && frames.upperBound <= shape[0], "ShardReader.read: frames \(frames) of \(shape[0])"
        )
        return try read(dataset, [sample, frames.lowerBound, 0, 0], [1, frames.count, shape[1], shape[2]])
    }

    private func read(_ dataset: HDF5Object, _ start: [Int], _ count: [Int]) throws(DataError) -> [Float] {
        let total = count.reduce(1, *)
        guard total > 0 else { return [] }
        var failure: DataError?
        let values = [Float](unsafeUninitializedCapacity: total) { buffer, initialized in
            do throws(DataError) {
                try dataset.read(into: buffer.baseAddress!, .float, block: (start, count))
                initialized = total
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return values
    }

    /// Where the chunks of a field are in the file.
    /// - Returns: The address of every chunk, [sample][run]; nil unless they can be read past HDF5: chunks of that
    ///   shape, Float32, each followed by its Fletcher32 checksum.
    /// - Throws: `DataError.hdf5`.
    package func checkedChunks(of field: String, chunk: [Int]) throws(DataError) -> [UInt64]? {
        guard let dataset = datasets[field], try root.userBlock() == 0 else { return nil }
        return try dataset.checkedChunks(of: chunk)
    }

    /// Reads a parameter, scalar or diagnostic, `index` and `attempt` among them.
    /// - Returns: One value a sample, a frame or both ([N][T]); one value when all samples share it.
    /// - Throws: `DataError.hdf5` when there is none of that name, `DataError.corrupt` when it has another shape.
    public func scalar(_ name: String) throws(DataError) -> [Double] {
        let isInput = description.diagnostics == nil || description.inputs.contains { $0.name == name }
        let group = try root.open(isInput ? "scalars" : ShardLayout.diagnosticsGroup, as: .group)
        let dataset = try group.open(name, as: .dataset)
        let scalar = description.scalar(name)
        let expected =
            (scalar?.isSampleVarying == false ? [] : [sampleCount])
            + (scalar?.isTimeVarying == true ? [description.times.count] : [])
        // Others store what is one number as a list of one.
        let isList = try dataset.extents() == [1]
        if !expected.isEmpty || !isList { try Self.check(dataset, expected) }
        return try dataset.readNumbers()
    }

    /// Reads a text of the group `provenance`: one, or one a sample.
    /// - Throws: `DataError.hdf5` when there is none of that name.
    public func provenance(_ name: String) throws(DataError) -> [String] {
        try root.open("provenance", as: .group).open(name, as: .dataset).readTexts()
    }

    /// The names of all texts of the group `provenance`.
    /// - Throws: `DataError.hdf5`.
    public func provenanceNames() throws(DataError) -> [String] {
        guard try root.contains("provenance") else { return [] }
        return try root.open("provenance", as: .group).members()
    }
}
