import PDEConfig
import PDECore
import Synchronization

/// Reads one split of a dataset for training and evaluation: of a finished one, or of somebody else's files in The Well's
/// layout.
///
/// Opening reads the manifest only, or the structure of all files where there is none; a shard is opened when one of its
/// samples is. Several threads may read at once:
/// chunks that PDEKit wrote are read past HDF5, which serves one caller at a time, and checked by the same Fletcher32
/// checksums; other layouts are read through HDF5, and their shards' CRC-32 is compared once where HDF5 finds no
/// checksums in them. Samples are numbered 0..<`sampleCount` by their *position* in the
/// split; `sampleNumbers` has their numbers in the dataset.
///
/// Memory: the manifest's numbers of each sample, eight bytes a chunk, and chunks that were read, up to a limit.
public final class DatasetReader: Sendable {
    /// The dataset's folder.
    public let path: String
    /// The split that is read.
    public let split: Split
    /// What the files have in common: axes with their coordinates, frame times, fields with their orders and constness,
    /// boundary conditions.
    public let description: DatasetDescription
    /// The resolved recipe that made the dataset; null for files of others.
    public let recipe: JSON
    /// A fingerprint of the dataset: recipe, seed and the shards' sizes and checksums of all splits, in 64 bits. The
    /// same recipe gives the same one on every run that ends in the same bytes; wall times and versions do not count.
    /// Of files of others: their sizes, numbers of samples, first and last bytes.
    public let fingerprint: UInt64
    /// The number in the dataset of every sample, by position. Samples that failed are not among them.
    public let sampleNumbers: [Int]
    /// The axes of difficulty of every sample as the manifest records them, by position; empty where it has none.
    public let difficulty: [[String: Double]]
    /// The fingerprint of every sample's first frame, by position: samples that begin alike share it in every dataset.
    /// Nil where the manifest has none.
    public let initialStates: [UInt64?]
    /// The statistics of the training split, in the order of `description.fields`: mean and standard deviation of every
    /// component, and the same of its change from a stored frame to the next; empty where nobody stored any.
    public let moments: [FieldMoments]

    /// Whether values are looked at when they are read: files of others carry no checksums.
    private let isForeign: Bool
    let fields: [StoredField]
    private let packing: ChannelPacking
    private let pool: ShardPool
    private let cache: ChunkCache
    /// The shard of every sample and its row in it.
    private let places: [(shard: Int32, row: Int32)]
    private let scalars = Mutex<[String: [Double]]>([:])

    /// How many samples the split has.
    public var sampleCount: Int { sampleNumbers.count }
    /// How many frames a sample has.
    public var frameCount: Int { description.times.count }
    /// The fingerprint as 16 hexadecimal digits.
    public var fingerprintText: String {
        let digits = String(fingerprint, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
    /// The statistics of one field in the training split; nil when there is no such field.
    public func moments(of field: String) -> FieldMoments? { moments.first { $0.field == field } }

    /// Bytes of chunks that are kept in memory unless another limit is given: 256 MiB.
    public static let defaultCacheBytes = 256 << 20

    /// How many files are compared with their checksums at once: more would wait for the disk.
    private static let mostComparing = 8

    /// Opens a dataset.
    /// - Parameters:
    ///   - path: The dataset's folder.
    ///   - split: The split to read.
    ///   - cacheBytes: The most bytes of checked chunks to keep in memory; a chunk a field is kept whatever it says.
    ///   - openShards: How many shards may be open at once; a shard that PDEKit wrote takes one file descriptor.
    /// - Throws: `DataError.file` (ENOENT) when there is no dataset, `DataError.corrupt` when the manifest cannot be read,
    ///   files of others do not fit together or the split has no samples, `DataError.splits` when splits leak into each
    ///   other.
    public convenience init(
        path: String, split: Split, cacheBytes: Int = DatasetReader.defaultCacheBytes, openShards: Int = 8
    ) throws(DataError) {
        try self.init(path: path, split: split, cacheBytes: cacheBytes, openShards: openShards, usesHDF5: false)
    }

    /// Opens several datasets as one: the samples of the first, then those of the others.
    /// - Throws: as for one; `DataError.corrupt` for the first that has other axes, times, boundaries or fields that vary in time.
    package convenience init(joining paths: [String], split: Split) throws(DataError) {
        try self.init(
            Catalogue(joining: paths), split: split, cacheBytes: Self.defaultCacheBytes, openShards: 8, usesHDF5: false)
    }

    /// Opens a dataset; tests choose HDF5 for what can be read past it.
    package convenience init(
        path: String, split: Split, cacheBytes: Int, openShards: Int, usesHDF5: Bool
    ) throws(DataError) {
        try self.init(
            Catalogue(of: path), split: split, cacheBytes: cacheBytes, openShards: openShards, usesHDF5: usesHDF5)
    }

    private init(
        _ catalogue: Catalogue, split: Split, cacheBytes: Int, openShards: Int, usesHDF5: Bool
    ) throws(DataError) {
        let shards = catalogue.shards.filter { $0.split == split }
        guard !shards.isEmpty else { throw Catalogue.noSamples(of: split, in: catalogue) }
        self.path = catalogue.path
        self.split = split
        description = catalogue.description
        recipe = catalogue.recipe
        fingerprint = catalogue.fingerprint
        moments = catalogue.moments
        isForeign = catalogue.isForeign
        fields = catalogue.description.fields.map { [description] in StoredField($0, in: description) }
        packing = ChannelPacking(resolution: description.resolution)
        pool = ShardPool(
            shards.map(\.file), fields: fields, mostOpen: openShards, usesHDF5: usesHDF5)
        cache = ChunkCache(sizes: fields.map { $0.run * $0.valuesPerFrame }, limit: cacheBytes)
        sampleNumbers = shards.flatMap(\.numbers)
        difficulty = shards.flatMap(\.difficulty)
        initialStates = shards.flatMap(\.initialStates)
        places = shards.enumerated().flatMap { number, shard in
            (0..<shard.trajectories).map { (Int32(number), Int32($0)) }
        }
    }

    /// The bytes of chunks in memory.
    package var cachedBytes: Int { cache.bytes }
    /// How many shards are open.
    package var openShardCount: Int { pool.openCount }

    // MARK: Frames

    /// Resolves names of fields once, for any number of reads.
    /// - Parameters:
    ///   - names: Fields that all vary in time, or are all constant; none twice.
    ///   - stride: Every how many points along each axis to take. On a periodic axis it should divide the number of
    ///     points.
    /// - Throws: `DataError.corrupt` when there is no such field, moving and constant fields are mixed, or the
    ///   selection has no field, one twice, or a stride that the grid does not have.
    public func select(_ names: [String], stride: Int = 1) throws(DataError) -> FieldSelection {
        let refusal: String? =
            if names.isEmpty {
                "no field is selected"
            } else if Set(names).count < names.count {
                "a field is selected twice: \(names.joined(separator: ", "))"
            } else if stride < 1 || stride > description.resolution.min() ?? 0 {
                "every \(stride)th point is selected of \(description.resolution)"
            } else {
                nil
            }
        if let refusal { throw .corrupt(path: path, problem: refusal, remedy: "Correct the selection.") }
        var parts: [FieldSelection.Part] = []
        var channels: [String] = []
        for name in names {
            guard let position = fields.firstIndex(where: { $0.name == name }) else { throw unknown("field", name) }
            parts.append(.init(field: position, channel: channels.count))
            channels += description.componentNames(of: fields[position].description)
        }
        let moving = parts.filter { fields[$0.field].description.isTimeVarying }
        guard moving.isEmpty || moving.count == parts.count else {
            let constant = parts.filter { !fields[$0.field].description.isTimeVarying }
            throw .corrupt(
                path: path,
                problem: "field '\(fields[constant[0].field].name)' is constant in time and "
                    + "'\(fields[moving[0].field].name)' is not",
                remedy: "Select those that vary in time and those that do not apart.")
        }
        return FieldSelection(
            dataset: fingerprint, fields: names, channelNames: channels, isTimeVarying: !moving.isEmpty, stride: stride,
            resolution: description.resolution.map { ($0 + stride - 1) / stride }, parts: parts)
    }

    /// Reads frames of one sample.
    /// - Parameters:
    ///   - sample: The sample's position in the split.
    ///   - first: The first frame.
    ///   - count: How many frames.
    ///   - step: How many stored frames it is from one to the next.
    ///   - selection: Fields that vary in time.
    ///   - target: Room for [frame][space…][channel]: `count` × `selection.valuesPerFrame` values.
    /// - Throws: `DataError.corrupt` with file, field, sample and frames when a checksum differs, `DataError.file`.
    public func read(
        sample: Int, from first: Int, count: Int, step: Int = 1, _ selection: FieldSelection,
        into target: UnsafeMutablePointer<Float>
    ) throws(DataError) {
        precondition(places.indices.contains(sample), "DatasetReader.read: sample \(sample) of \(sampleCount)")
        precondition(selection.isTimeVarying, "DatasetReader.read: \(selection.fields) are constant in time")
        precondition(selection.dataset == fingerprint, "DatasetReader.read: a selection of another dataset")
        precondition(
            first >= 0 && count >= 0 && step > 0 && (count == 0 || first + (count - 1) * step < frameCount),
            "DatasetReader.read: \(count) frames from \(first), \(step) apart, of \(frameCount)")
        let size = selection.valuesPerFrame
        for part in selection.parts {
            let run = fields[part.field].run
            var done = 0
            while done < count {
                let number = (first + done * step) / run
                // All frames that lie in one chunk at once.
                let end = min(count, ((number + 1) * run - first + step - 1) / step)
                try withRun(number, of: part.field, sample: sample, frames: first + done * step, end - done, step) {
                    (source, spacing) in
                    for place in 0..<(end - done) {
                        packing.pack(
                            source + place * spacing, components: fields[part.field].components,
                            stride: selection.stride, into: target + (done + place) * size + part.channel,
                            channels: selection.channelCount)
                    }
                }
                done = end
            }
        }
    }

    /// Reads frames of one sample that follow each other.
    /// - Parameter target: Room for [frame][space…][channel].
    /// - Throws: As above.
    public func read(
        sample: Int, frames: Range<Int>, _ selection: FieldSelection, into target: UnsafeMutablePointer<Float>
    ) throws(DataError) {
        try read(sample: sample, from: frames.lowerBound, count: frames.count, selection, into: target)
    }

    /// Reads fields of one sample that are constant in time, such as mask and sdf.
    /// - Parameter target: Room for [space…][channel]: `selection.valuesPerFrame` values.
    /// - Throws: As for frames.
    public func readConstants(
        sample: Int, _ selection: FieldSelection, into target: UnsafeMutablePointer<Float>
    ) throws(DataError) {
        precondition(places.indices.contains(sample), "DatasetReader.readConstants: sample \(sample) of \(sampleCount)")
        precondition(!selection.isTimeVarying, "DatasetReader.readConstants: \(selection.fields) vary in time")
        precondition(selection.dataset == fingerprint, "DatasetReader.readConstants: a selection of another dataset")
        for part in selection.parts {
            try withRun(0, of: part.field, sample: sample, frames: 0, 1, 1) { (source, _) in
                packing.pack(
                    source, components: fields[part.field].components, stride: selection.stride,
                    into: target + part.channel, channels: selection.channelCount)
            }
        }
    }

    /// Calls `body` with `count` frames of one chunk, beginning with frame `first`, and the number of values from one
    /// to the next.
    private func withRun(
        _ run: Int, of position: Int, sample: Int, frames first: Int, _ count: Int, _ step: Int,
        _ body: (UnsafePointer<Float>, _ spacing: Int) -> Void
    ) throws(DataError) {
        let field = fields[position]
        let place = places[sample]
        guard field.description.isSampleVarying else {
            try pool.shared(position, from: Int(place.shard)).withUnsafeBufferPointer { body($0.baseAddress!, 0) }
            return
        }
        let key = sample &* field.runs &+ run
        let offset = (first &- run &* field.run) &* field.valuesPerFrame
        if let held = cache.hold(position, key: key) {
            body(held.values + offset, step &* field.valuesPerFrame)
            cache.release(held)
            return
        }
        let shard = try pool.take(Int(place.shard))
        guard !shard.index.addresses[position].isEmpty else {
            let last = first + (count - 1) * step
            let values = try shard.readThroughHDF5(
                field, row: Int(place.row), frames: first..<(last + 1), sample: sampleNumbers[sample])
            if isForeign, let frame = FrameCheck.firstNonFinite(values, frames: last - first + 1) {
                throw .corrupt(
                    path: shard.path,
                    problem:
                        "field '\(field.name)' of sample \(place.row) holds NaN or infinity in frame \(first + frame)",
                    remedy: "Leave this sample out; `pdegen verify` names all that are like it.")
            }
            values.withUnsafeBufferPointer { body($0.baseAddress!, step &* field.valuesPerFrame) }
            return
        }
        let held = cache.reserve(position)
        defer { cache.release(held) }
        try shard.read(
            field, at: position, row: Int(place.row), run: run, sample: sampleNumbers[sample], into: held.values)
        cache.publish(held, key: key)
        body(held.values + offset, step &* field.valuesPerFrame)
    }

    // MARK: Numbers of samples

    /// The shard that holds a sample and the sample's row in it, for what only `ShardReader` gives: scalars of every
    /// frame, notes.
    /// - Throws: `DataError.corrupt` when the shard is not the recorded one, `DataError.file`.
    public func shard(of sample: Int) throws(DataError) -> (reader: ShardReader, row: Int) {
        precondition(places.indices.contains(sample), "DatasetReader.shard: sample \(sample) of \(sampleCount)")
        return (try pool.entries[Int(places[sample].shard)].open(), Int(places[sample].row))
    }

    /// The names of all numbers that `scalar` gives.
    public var scalarNames: [String] {
        let stored = description.numbers.filter { !$0.isTimeVarying }.map(\.name)
        return stored + Set(difficulty.flatMap(\.keys)).subtracting(stored).sorted()
    }

    /// The names of those among them that a model may be told: what was drawn or chosen before a sample was computed.
    public var inputNames: [String] { description.inputs.filter { !$0.isTimeVarying }.map(\.name) }

    /// One number of every sample: a parameter such as `viscosity` or `reynolds`, an axis of difficulty, the solver's
    /// health; read from the shards once and kept.
    /// - Returns: One value a sample, by position; NaN where a sample has none.
    /// - Throws: `DataError.corrupt` when there is none of that name, `DataError.hdf5`.
    public func scalar(_ name: String) throws(DataError) -> [Double] {
        if let known = scalars.withLock({ $0[name] }) { return known }
        guard scalarNames.contains(name) else { throw unknown("number", name) }
        let values: [Double]
        if let stored = description.scalar(name) {
            values = try storedScalar(stored)
        } else {
            values = difficulty.map { $0[name] ?? .nan }
        }
        scalars.withLock { $0[name] = values }
        return values
    }

    /// One of the numbers of every sample that a model may be told.
    /// - Returns: One value a sample, by position.
    /// - Throws: `DataError.corrupt` when there is none of that name, or when it was measured on the solution;
    ///   `DataError.hdf5`.
    public func input(_ name: String) throws(DataError) -> [Double] {
        let inputs = inputNames
        guard !inputs.contains(name) else { return try scalar(name) }
        let isDiagnostic = scalarNames.contains(name)
        let known = inputs.isEmpty ? "There are none." : "They are \(inputs.joined(separator: ", "))."
        throw .corrupt(
            path: path,
            problem: isDiagnostic
                ? "the number '\(name)' is measured on the solution: told of it, a model is told the future"
                : "its samples have no number '\(name)', which a model is told (data.parameters)",
            remedy: isDiagnostic
                ? "data.parameters takes numbers that were drawn before solving; levels and cuts take any. \(known)"
                : nearest(name, among: inputs).map { "Did you mean \($0)?" } ?? known)
    }

    private func storedScalar(_ scalar: ScalarDescription) throws(DataError) -> [Double] {
        // A number of every sample needs every shard: their bytes are compared side by side.
        let entries = pool.entries
        let team = ThreadTeam(threads: min(entries.count, Processor.coreCount, Self.mostComparing))
        try team.forEach(0..<entries.count) { (number, _) throws(DataError) in try entries[number].file.check() }
        var values: [Double] = []
        values.reserveCapacity(sampleCount)
        for entry in entries {
            let reader = try entry.open()
            let found = try reader.scalar(scalar.name)
            // Whether samples share it is a matter of the file: others store a parameter once in each.
            let isShared = reader.description.scalar(scalar.name)?.isSampleVarying == false
            guard found.count == (isShared ? 1 : entry.trajectories) else {
                throw .corrupt(
                    path: entry.file.path,
                    problem: "scalar '\(scalar.name)' has \(found.count) values of \(entry.trajectories) samples",
                    remedy: RecordedFile.remedy)
            }
            values += isShared ? Array(repeating: found[0], count: entry.trajectories) : found
        }
        return values
    }

    private func unknown(_ kind: String, _ name: String) -> DataError {
        let names = kind == "field" ? fields.map(\.name) : scalarNames
        let near = nearest(name, among: names).map { " Was '\($0)' meant?" } ?? ""
        return .corrupt(
            path: path, problem: "there is no \(kind) '\(name)'",
            remedy: "It has \(names.joined(separator: ", ")).\(near)")
    }
}
