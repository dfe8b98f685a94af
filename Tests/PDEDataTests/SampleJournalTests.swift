import Foundation
import PDEData
import Testing

/// What an ended run leaves of a shard.
@Suite struct SampleJournalTests {
    private let root: TemporaryFolder
    private let folder: DatasetFolder
    private let shard = PlannedShard(ShardID(.train, 0), indices: 4..<9)
    private let lease: ShardLease

    init() throws {
        root = try TemporaryFolder()
        folder = DatasetFolder(path: root.file("set"), name: "set")
        lease = try #require(try folder.acquire(ShardID(.train, 0)))
    }

    private func journal(
        _ description: DatasetDescription, _ provenance: [String: String] = ["recipe": "{}"]
    ) -> SampleJournal {
        folder.journal(of: shard, description, provenance: provenance, lease: lease)
    }

    private func record(_ index: Int) -> SampleRecord {
        SampleRecord(
            index: index, attempt: index % 3, difficulty: ["viscosity": 0.1 / 3], health: ["max_cfl": 1e-300], steps: 7,
            wallTime: 0.25, rejections: [Rejection(attempt: 0, reason: "µ: \"blew up\"")], initialState: .max - 3)
    }

    /// Adds samples, the second of which failed, each flushed by itself.
    private func fill(_ description: DatasetDescription, _ indices: Range<Int>) throws {
        let journal = journal(description)
        for index in indices {
            var record = record(index)
            if index == 5 { record.failure = "no" }
            try journal.append(record, index == 5 ? nil : Datasets.sample(index, of: description))
            #expect(journal.isWaiting)
            try journal.flush()
        }
        #expect(!journal.isWaiting)
    }

    private func found(_ journal: SampleJournal) throws -> [(SampleRecord, Sample?)] {
        var found: [(SampleRecord, Sample?)] = []
        try journal.replay { found.append(($0, $1)) }
        #expect(found.count == journal.count)
        return found
    }

    @Test(arguments: [Datasets.line, Datasets.plane, Datasets.cloud])
    func samplesComeBackBitForBit(_ description: DatasetDescription) throws {
        try fill(description, 4..<6)
        let first = journal(description)
        #expect(first.count == 2)
        try first.append(record(6), Datasets.sample(6, of: description))
        try first.flush()
        let entries = try found(journal(description))
        #expect(entries.map(\.0.index) == [4, 5, 6])
        #expect(entries[0].0 == record(4) && entries[1].0.failure == "no" && entries[1].1 == nil)
        for place in [0, 2] {
            let (sample, original) = (try #require(entries[place].1), Datasets.sample(4 + place, of: description))
            #expect(sample.index == original.index && sample.attempt == entries[place].0.attempt)
            #expect(sample.fields == original.fields && sample.particles == original.particles)
            #expect(sample.scalars == original.scalars && sample.notes == original.notes)
        }
    }

    /// Cut anywhere, and with any bit flipped, only samples that are whole count, and new ones follow them.
    @Test func whatIsNotWholeDoesNotCount() throws {
        let path = folder.path + "/.shards/train_0000.samples"
        try fill(Datasets.line, 4..<7)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        let original = Datasets.sample(4, of: Datasets.line)
        for place in stride(from: 0, to: whole.count, by: 61) {
            var flipped = whole
            flipped[place] ^= 1 << UInt8(place % 8)
            for bytes in [whole.prefix(place), flipped] {
                try bytes.write(to: URL(fileURLWithPath: path))
                let journal = journal(Datasets.line)
                #expect(journal.count < 3)
                if journal.count > 0 { #expect(try found(journal)[0].1?.fields == original.fields) }
                try journal.append(record(4 + journal.count), nil)
                try journal.flush()
                #expect(self.journal(Datasets.line).count == journal.count + 1)
            }
        }
    }

    @Test func samplesOfAnotherKindDoNotCount() throws {
        try fill(Datasets.line, 4..<6)
        #expect(journal(Datasets.line, ["recipe": "{}", "fftw": "4"]).count == 0)
        #expect(journal(Datasets.plane).count == 0)
        let other = PlannedShard(ShardID(.train, 0), indices: 5..<9)
        let moved = folder.journal(of: other, Datasets.line, provenance: ["recipe": "{}"], lease: lease)
        #expect(moved.count == 0)
        #expect(journal(Datasets.line).count == 2)
    }

    @Test func storingTheShardRemovesIt() throws {
        try fill(Datasets.line, 4..<5)
        let image = try Datasets.image(of: Datasets.line, 4..<9)
        let records = (4..<9).map { SampleRecord(index: $0) }
        try folder.store(image, as: shard, samples: records, secondsGenerating: 1, lease: lease)
        #expect(try root.names(in: "set/.shards").sorted() == ["train_0000.json", "train_0000.lock"])
        #expect(journal(Datasets.line).count == 0)
    }
}
