import Synchronization

/// The shards of a split, opened when they are needed; so many of them at once.
final class ShardPool: Sendable {
    let entries: [RecordedShard]
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
        _ entries: [RecordedShard], fields: [StoredField], mostOpen: Int, usesHDF5: Bool
    ) {
        self.entries = entries
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
        let values = try entries[number].open().read(field: fields[field].name, sample: 0)
        state.withLock { $0.shared[field] = values }
        return values
    }

    private func open(_ number: Int, _ index: ShardIndex?) throws(DataError) -> OpenShard {
        let entry = entries[number]
        if let index, !index.needsHDF5 { return try OpenShard(entry.file, index: index, reader: nil) }
        let reader = try entry.open()
        let found = if let index { index } else { try makeIndex(reader, entry.file) }
        return try OpenShard(entry.file, index: found, reader: found.needsHDF5 ? reader : nil)
    }

    private func makeIndex(_ reader: ShardReader, _ file: RecordedFile) throws(DataError) -> ShardIndex {
        var index = ShardIndex(addresses: fields.map { _ in [] }, needsHDF5: false)
        for (position, field) in fields.enumerated() where field.description.isSampleVarying {
            // Of datasets that are read as one, a shard's samples may share what another's have each for themselves.
            let isShared = reader.description.fields.first { $0.name == field.name }?.isSampleVarying == false
            let addresses =
                usesHDF5 || isShared ? nil : try reader.checkedChunks(of: field.name, chunk: field.chunk)
            let last = UInt64(max(0, file.bytes - field.bytesPerChunk))
            if let outside = addresses?.first(where: { $0 > last }) {
                throw .corrupt(
                    path: file.path,
                    problem: "a chunk of field '\(field.name)' should be at byte \(outside) of \(file.bytes)",
                    remedy: RecordedFile.remedy)
            }
            index.addresses[position] = addresses ?? []
            if addresses == nil { index.needsHDF5 = true }
        }
        return index
    }
}
