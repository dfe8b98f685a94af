import PDEData

/// One shard while its samples come in.
final class ShardAssembly {
    let shard: PlannedShard
    private let generation: Generation
    private let lease: ShardLease
    private let journal: SampleJournal
    /// Made with the first sample: shards are leased some time before.
    private var writer: ShardWriter?
    private var records: [SampleRecord] = []
    private var writing = Duration.zero

    init(_ lease: ShardLease, _ shard: PlannedShard, _ generation: Generation) {
        self.shard = shard
        self.lease = lease
        self.generation = generation
        journal = generation.folder.journal(
            of: shard, generation.description, provenance: generation.provenance, lease: lease)
    }

    /// How many of its samples an earlier run has left finished.
    var foundCount: Int { journal.count }

    /// The samples that are to be made.
    var indices: Range<Int> { shard.indices.dropFirst(journal.count) }

    /// Whether all samples are there.
    var isWhole: Bool { max(records.count, journal.count) == shard.indices.count }

    func append(_ generated: GeneratedSample) throws {
        try add(generated.record, generated.sample, to: openWriter())
        try journal.append(generated.record, generated.sample)
    }

    /// Keeps what came in since the last time for another run.
    func keep() throws(DataError) { try journal.flush() }

    /// Puts the shard in place.
    func store() throws -> ShardRecord {
        let writer = try openWriter()
        let start = ContinuousClock.now
        let image = try writer.finish()
        writing += ContinuousClock.now - start
        return try generation.folder.store(
            image, as: shard, samples: records, secondsGenerating: records.reduce(0) { $0 + $1.wallTime },
            secondsAssembling: writing / .seconds(1), lease: lease)
    }

    private func openWriter() throws -> ShardWriter {
        if let writer { return writer }
        let writer = try ShardWriter(
            description: generation.description, provenance: generation.provenance, capacity: shard.indices.count)
        self.writer = writer
        try journal.replay { try add($0, $1, to: writer) }
        return writer
    }

    private func add(_ record: SampleRecord, _ sample: Sample?, to writer: ShardWriter) throws {
        records.append(record)
        let clock = ContinuousClock()
        if let sample { writing += try clock.measure { try writer.append(sample) } }
    }
}
