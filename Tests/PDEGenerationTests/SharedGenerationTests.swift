import Foundation
import PDEData
import PDEGeneration
import Synchronization
import Testing

/// Several runs of one dataset, side by side and one after the other.
@Suite struct SharedGenerationTests {
    private let folder = TemporaryFolder()

    /// Two test samples, two valid ones, and eight or more of train.
    private func generation(_ name: String, train: Int = 8, perShard: Int = 1) throws -> Generation {
        let samples = "{\"train\": \(train), \"valid\": 2, \"test\": 2, \"perShard\": \(perShard)}"
        return try Generation(recipe(["samples": samples]), in: folder(name))
    }

    /// After its part a run goes on with what nobody makes, from any place on.
    @Test(arguments: [0, 5, 11]) func aRunGoesOnWithWhatNobodyMakes(_ start: Int) throws {
        _ = try generation("whole").run(threads: 2)
        var expected = 0
        let observer = Generation.Observer(start: { expected = $0 }, change: { expected += $0 })
        let outcome = try generation("set").run(
            threads: 2, including: { $0 % 4 == 1 }, continuingAt: start, observer: observer)
        #expect(outcome.manifest != nil && outcome.made.count == 12 && expected == 12)
        #expect(Set(outcome.made.prefix(3).map(\.id)) == [ShardID(.test, 1), ShardID(.train, 1), ShardID(.train, 5)])
        #expect(try promisedBytes(in: folder("set")) == promisedBytes(in: folder("whole")))
        // One whose numbers are known to nobody has no part of its own.
        let none = try generation("none").run(threads: 1, including: { _ in false }, continuingAt: start)
        #expect(none.manifest != nil && none.made.count == 12)
    }

    @Test func aPartAloneSaysWhatNobodyMakes() throws {
        let outcome = try generation("set").run(threads: 2, including: { $0 % 2 == 0 })
        #expect(outcome.manifest == nil && outcome.made.count == 6)
        #expect(outcome.elsewhere.isEmpty && outcome.unheld == Set(outcome.missing) && outcome.missing.count == 6)
    }

    /// A second run that begins while the first one is at work finds all shards that the first has not come to, makes them,
    /// and says who makes the others.
    @Test func twoRunsShareWhatIsLeft() throws {
        _ = try generation("whole").run(threads: 2)
        var second: Generation.Outcome?
        let other = try generation("set")
        let observer = Generation.Observer(sample: { _ in
            if second == nil { second = try? other.run(threads: 1, including: { _ in true }) }
        })
        let first = try generation("set").run(threads: 1, observer: observer)
        let both = try #require(second)
        // With one worker four samples are asked for ahead.
        #expect(both.made.count >= 7 && both.made.count < 12 && first.made.count + both.made.count == 12)
        #expect(both.manifest == nil && both.unheld.isEmpty)
        #expect(Set(both.elsewhere.values) == ["\(LockHolder.this)"])
        #expect(first.manifest != nil)
        #expect(try promisedBytes(in: folder("set")) == promisedBytes(in: folder("whole")))
    }

    /// A run that is stopped in the middle of a shard leaves its finished samples, and the next one makes the others alone.
    @Test(arguments: [1, 3]) func finishedSamplesOfUnfinishedShardsSurvive(_ threads: Int) throws {
        _ = try generation("whole", train: 40, perShard: 20).run(threads: 2)
        let stop = Atomic(false)
        var done = 0
        let stopping = Generation.Observer(sample: { _ in
            done += 1
            if done == 6 { stop.store(true, ordering: .relaxed) }
        })
        let first = try generation("set", train: 40, perShard: 20).run(
            threads: threads, observer: stopping, shouldStop: { stop.load(ordering: .relaxed) })
        #expect(first.isInterrupted && first.made.count == 2 && done >= 6)
        // Of what was asked for, four samples a thread ahead, nothing is of the last shard.
        #expect(done < 4 + 20)
        var (again, notes) = (0, [String]())
        let counting = Generation.Observer(sample: { _ in again += 1 }, note: { notes.append($0) })
        let second = try generation("set", train: 40, perShard: 20).run(threads: threads, observer: counting)
        #expect(second.manifest != nil && again == 44 - done)
        #expect(notes.contains { $0.contains("samples were finished by an earlier run") })
        #expect(try promisedBytes(in: folder("set")) == promisedBytes(in: folder("whole")))
        #expect(!FileManager.default.fileExists(atPath: folder("set/.shards")))
    }

    /// Every sample was finished when the run ended, and the shard was not yet there.
    @Test func aShardOfFinishedSamplesIsStored() throws {
        let set = try generation("set", perShard: 12)
        _ = try generation("whole", perShard: 12).run(threads: 2)
        _ = try set.run(threads: 2, including: { $0 != 2 })
        // A folder where the shard should be makes storing it fail.
        let path = folder("set/data/train/small_train_0000.hdf5")
        try FileManager.default.createDirectory(atPath: path + "/x", withIntermediateDirectories: true)
        #expect(throws: DataError.self) { try set.run(threads: 2) }
        try FileManager.default.removeItem(atPath: path)
        var again = 0
        let outcome = try set.run(threads: 2, observer: Generation.Observer(sample: { _ in again += 1 }))
        #expect(again == 0 && outcome.manifest != nil)
        #expect(try promisedBytes(in: folder("set")) == promisedBytes(in: folder("whole")))
    }
}
