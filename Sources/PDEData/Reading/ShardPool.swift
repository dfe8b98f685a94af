import Synchronization

/// The shards of a split, opened when they are needed; so many of them at once.
final class ShardPool: Sendable {
    /// What the manifest says of a shard.
    struct Entry: Sendable {
        var path: String
        var trajectories: Int
        var bytes: Int
        var crc32: UInt32
    }

    let entries: [Entry]
    private let description: DatasetDescription
    private let fields: [StoredField]
    private let mostOpen: Int
    private let usesHDF5: Bool

    private struct State {
        var indices: [ShardIndex?]
        /// The open shards by their numbers, the last used one at the end.
        var open: [(number: Int, shard: OpenShard)] = []
        /// The values of fields that all samples share, by their places in the description.
        var shared: [Int: [Float]] = [:]
    }

    private let state: Mutex<State>

    init(
        _ entries: [Entry], description: DatasetDescription, fields: [StoredField], mostOpen: Int, usesHDF5: Bool
    ) {
        self.entries = entries
        self.description = description
        self.fields = fields
        self.mostOpen = max(1, mostOpen)
        self.usesHDF5 = usesHDF5
        state = Mutex(State(indices: entries.map { _ in nil }))
    }

    /// How many shards are open.
    var openCount: Int { state.withLock { $0.open.count } }

    /// An open shard. It stays open for the caller, whatever others open meanwhile.
    /// - Throws: `DataError.corrupt` when it is not the described one, `DataError.file`, `DataError.hdf5`.
    func take(_ number: Int) throws(DataError) -> OpenShard {
        let (found, index) = state.withLock { state -> (OpenShard?, ShardIndex?) in
            guard let place = state.open.lastIndex(where: { $0.number == number }) else {
                return (nil, state.indices[number])
            }
            let entry = state.open.remove(at: place)
            state.open.append(entry)
            return (entry.shard, nil)
        }
        if let found { return found }
        let shard = try open(number, index)
        // What has to go is closed after the lock is given back: HDF5 may take its time.
        let closed = state.withLock { state -> OpenShard? in
            state.indices[number] = shard.index
            state.open.append((number, shard))
            return state.open.count > mostOpen ? state.open.removeFirst().shard : nil
        }
        withExtendedLifetime(closed) {}
        return shard
    }

    /// The values of a field that all samples share.
    func shared(_ field: Int, from number: Int) throws(DataError) -> [Float] {
        if let values = state.withLock({ $0.shared[field] }) { return values }
        try checkWhole(entries[number])
        let values = try ShardReader(path: entries[number].path).read(field: fields[field].name, sample: 0)
        state.withLock { $0.shared[field] = values }
        return values
    }

    private func open(_ number: Int, _ index: ShardIndex?) throws(DataError) -> OpenShard {
        let entry = entries[number]
        if let index, !index.needsHDF5 {
            return try OpenShard(path: entry.path, bytes: entry.bytes, index: index, reader: nil)
        }
        switch FileSystem.kind(entry.path) {
        case .file(let bytes) where bytes != entry.bytes:
            throw OpenShard.wrongSize(entry.path, found: bytes, expected: entry.bytes)
        case nil: throw FileSystem.error(entry.path, doing: "this shard cannot be opened")
        default: break
        }
        let reader = try ShardReader(path: entry.path)
        let found = if let index { index } else { try makeIndex(reader, entry) }
        return try OpenShard(
            path: entry.path, bytes: entry.bytes, index: found, reader: found.needsHDF5 ? reader : nil)
    }

    private func makeIndex(_ reader: ShardReader, _ entry: Entry) throws(DataError) -> ShardIndex {
        let order = description.loaderOrder.map { description.fields[$0] }
        let problem: String? =
            if reader.sampleCount != entry.trajectories {
                "it holds \(reader.sampleCount) samples, recorded are \(entry.trajectories)"
            } else if reader.description.fields != order {
                "its fields are not the described ones"
            } else if reader.description.dimensions != description.dimensions {
                "its axes are not the described ones"
            } else if reader.description.times != description.times {
                "its times are not the described ones"
            } else {
                nil
            }
        if let problem {
            throw .corrupt(
                path: entry.path, problem: problem, remedy: "Run the dataset's recipe again: it makes this file anew.")
        }
        var isChecked = true
        var index = ShardIndex(addresses: fields.map { _ in [] }, needsHDF5: false)
        for (position, field) in fields.enumerated() where field.description.isSampleVarying {
            let addresses = usesHDF5 ? nil : try reader.checkedChunks(of: field.name, chunk: field.chunk)
            if let outside = addresses?.first(where: { $0 >= UInt64(entry.bytes) }) {
                throw .corrupt(
                    path: entry.path,
                    problem: "a chunk of field '\(field.name)' should be at byte \(outside) of \(entry.bytes)",
                    remedy: OpenShard.remedy)
            }
            index.addresses[position] = addresses ?? []
            if addresses == nil {
                index.needsHDF5 = true
                if try !reader.hasChecksums(field.name) { isChecked = false }
            }
        }
        if !isChecked { try checkWhole(entry) }
        return index
    }

    /// Reads a whole shard, for fields whose parts have no checksums of their own.
    private func checkWhole(_ entry: Entry) throws(DataError) {
        let checksum = try FileSystem.checksum(of: entry.path)
        guard checksum == entry.crc32 else {
            throw .corrupt(
                path: entry.path,
                problem: "the shard's CRC-32 is \(hexadecimal(checksum)), recorded is \(hexadecimal(entry.crc32))",
                remedy: OpenShard.remedy)
        }
    }
}
