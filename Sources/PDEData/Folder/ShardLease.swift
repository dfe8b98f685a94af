import PDEConfig

/// The right to make one shard; given back when it goes out of scope, or by the kernel when the process ends.
public final class ShardLease: Sendable {
    /// The shard.
    public let shard: ShardID
    private let lock: FileLock

    init(shard: ShardID, lock: FileLock) {
        self.shard = shard
        self.lock = lock
    }
}

extension DatasetFolder {
    /// Takes the right to make a shard, and removes what a killed run left of it.
    ///
    /// Ask for the shard's status after this: another process may have finished it a moment ago.
    /// - Returns: nil when another process is making it.
    /// - Throws: `DataError.file`.
    public func acquire(_ shard: ShardID) throws(DataError) -> ShardLease? {
        guard let lock = try FileLock.take(shardLockPath(shard), waits: false) else { return nil }
        for file in [shardPath(shard), recordPath(shard)] {
            try FileSystem.remove(AtomicFile.temporaryPath(of: file))
        }
        return ShardLease(shard: shard, lock: lock)
    }

    /// Who is making a shard, and what to do if that process runs no more; nil if nobody is.
    /// - Throws: `DataError.file`.
    public func holder(of shard: ShardID) throws(DataError) -> String? { try FileLock.holder(of: shardLockPath(shard)) }

    /// The finished samples that earlier runs have left of a shard, for which `lease` is held.
    /// - Parameters:
    ///   - description: What the dataset's files have in common.
    ///   - provenance: What the samples depend on.
    package func journal(
        of planned: PlannedShard, _ description: DatasetDescription, provenance: [String: String], lease: ShardLease
    ) -> SampleJournal {
        precondition(lease.shard == planned.id, "DatasetFolder.journal: \(planned.id) with a lease of \(lease.shard)")
        return SampleJournal(path: journalPath(planned.id), of: planned, description, provenance: provenance)
    }

    /// Puts a finished shard in place, then its record, and removes what was kept of it until then.
    /// - Parameters:
    ///   - image: The shard's bytes and statistics.
    ///   - planned: The shard's name, for which `lease` is held, and its samples.
    ///   - samples: One record for each planned sample, in order.
    ///   - secondsGenerating: The wall time that its samples took.
    ///   - secondsAssembling: The wall time that making the image took; it counts as writing.
    ///   - lease: The right to make it.
    /// - Returns: The record that was written.
    /// - Throws: `DataError.file`, `DataError.corrupt` as `AtomicFile.write`.
    @discardableResult
    public func store(
        _ image: ShardImage, as planned: PlannedShard, samples: [SampleRecord], secondsGenerating: Double,
        secondsAssembling: Double = 0, lease: ShardLease
    ) throws(DataError) -> ShardRecord {
        precondition(lease.shard == planned.id, "DatasetFolder.store: \(planned.id) with a lease of \(lease.shard)")
        precondition(
            samples.map(\.index) == Array(planned.indices),
            "DatasetFolder.store: records of samples \(samples.map(\.index)), expected \(planned.indices)")
        let held = samples.count { $0.failure == nil }
        precondition(
            held == image.trajectories,
            "DatasetFolder.store: \(held) records without failure, \(image.trajectories) samples in the shard")
        let start = ContinuousClock.now
        try FileSystem.createFolder(absolute("data/\(planned.id.split.rawValue)"))
        let checksum = try image.withUnsafeBytes { (bytes) throws(DataError) in
            try AtomicFile.write(bytes, to: shardPath(planned.id))
        }
        let record = ShardRecord(
            id: planned.id, path: relativePath(of: planned.id), indices: planned.indices,
            trajectories: image.trajectories, bytes: image.byteCount, crc32: checksum, samples: samples,
            moments: image.moments, secondsGenerating: secondsGenerating,
            secondsWriting: secondsAssembling + (ContinuousClock.now - start) / .seconds(1))
        try AtomicFile.write(SealedText.sealed(try encoded(record)), to: recordPath(planned.id))
        try FileSystem.remove(journalPath(planned.id))
        return record
    }

    /// The text of a manifest, sealed. Shards are encoded one at a time: the tree of a whole manifest would take several times the
    /// memory of its text, and grow with the number of samples.
    package func text(of manifest: Manifest) throws(DataError) -> String {
        func indented(_ text: String, by spaces: Int) -> String {
            text.split(separator: "\n").joined(separator: "\n" + String(repeating: " ", count: spaces))
        }
        var frame = manifest
        frame.shards = []
        let json: JSON
        do throws(ConfigurationError) { json = try StrictEncoder().encode(frame) } catch {
            throw .description(name: name, problem: "a number cannot be recorded: \(error)")
        }
        var text = "{"
        for (place, member) in (json.members ?? []).enumerated() {
            text += "\(place == 0 ? "" : ",")\n  \"\(member.name)\": "
            guard member.name == "shards" else {
                text += indented(member.value.serialized(), by: 2)
                continue
            }
            text += "["
            for (number, shard) in manifest.shards.enumerated() {
                text += "\(number == 0 ? "" : ",")\n    " + indented(try encoded(shard), by: 4)
            }
            text += "\n  ]"
        }
        return SealedText.sealed(text + "\n}\n")
    }

    /// The text of a record.
    func encoded<T: Encodable>(_ value: T) throws(DataError) -> String {
        do throws(ConfigurationError) {
            return try StrictEncoder().encode(value).serialized() + "\n"
        } catch {
            throw .description(name: name, problem: "a number cannot be recorded: \(error)")
        }
    }
}
