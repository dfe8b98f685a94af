import Foundation
import PDEConfig
import PDEData
import PDEGeneration
import Testing

/// Which sample is which, whatever else a dataset holds.
@Suite struct NumberingTests {
    private let folder = TemporaryFolder()

    @discardableResult
    private func generate(_ changes: [String: String], _ name: String) throws -> Manifest {
        try #require(try Generation(recipe(changes), in: folder(name)).run(threads: 2).manifest)
    }

    /// Fingerprints of the initial states of a split, by place.
    private func states(_ manifest: Manifest, _ split: Split) -> [UInt64?] {
        manifest.shards.filter { $0.id.split == split }.flatMap(\.samples).map(\.initialState)
    }

    @Test func noSplitChangesTheSamplesOfAnother() throws {
        let small = try generate(["samples": "{\"train\": 5, \"perShard\": 2}"], "small")
        let large = try generate(["samples": "{\"train\": 7, \"valid\": 4, \"test\": 9}"], "large")
        #expect(states(large, .train).prefix(5) == states(small, .train)[...])
        let all = Split.allCases.flatMap { states(large, $0) }
        #expect(Set(all).count == 20)
        #expect(large.address(of: 2_000_000_006)?.description == "train/6")
        #expect(large.address(of: 1_000_000_003)?.description == "valid/3")
        #expect(large.address(of: 8)?.description == "test/8" && large.address(of: 9) == nil)
        #expect(large.recipe.value(at: "samples.numbering")?.string == "by-split")
    }

    /// Numbers that run through all splits are those of test samples: what older datasets hold.
    @Test func consecutiveNumbersAreThoseOfOlderDatasets() throws {
        let older = try generate(["samples.numbering": "\"consecutive\""], "older")
        let numbers = try generate(["samples": "{\"test\": 11}"], "numbers")
        #expect(older.splits == [.test: 0..<3, .valid: 3..<5, .train: 5..<11])
        let sequence = [Split.test, .valid, .train].flatMap { states(older, $0) }
        #expect(sequence == states(numbers, .test))
        #expect(older.address(of: 6)?.description == "train/1")
    }

    /// Makes a folder as it was before splits had numbers of their own: nothing in the recipe says how they are numbered.
    private func olderFolder(_ name: String, _ changes: [String: String] = [:]) throws -> JSON {
        let older = try recipe(changes.merging(["samples.numbering": "\"consecutive\""]) { $1 })
        var stored = try StrictEncoder().encode(older)
        let members = try #require(stored["samples"]?.members).filter { $0.name != "numbering" }
        try stored.set("samples", to: .object(members.map { ($0.name, $0.value) }))
        let data = DatasetFolder(path: folder(name), name: "small")
        #expect(try data.claim(recipe: stored) == .new)
        return stored
    }

    @Test func anOlderFolderGoesOnAsItWasBegun() throws {
        let stored = try olderFolder("set")
        let made = try generate([:], "set")
        #expect(made.recipe == stored && made.splits == [.test: 0..<3, .valid: 3..<5, .train: 5..<11])
        let again = try Generation(recipe(), in: folder("set")).run(threads: 1)
        #expect(again.made.isEmpty && again.kept == 6 && again.manifest == made)
        // What was never an older dataset's.
        let other = try recipe(["samples.numbering": "\"by-split\""])
        let error = #expect(throws: DataError.self) { try Generation(other, in: folder("set")).run(threads: 1) }
        #expect("\(try #require(error))".contains("samples.numbering is not set there and \"by-split\" here"))
        // A stored recipe is read as what it was, and an explicit wish gives the same samples elsewhere.
        let copy = try generate(["samples.numbering": "\"consecutive\""], "copy")
        #expect(
            try Recipe(stored: stored).splits.map(\.indices)
                == copy.splits.values.sorted { $0.lowerBound < $1.lowerBound })
        for split in Split.allCases { #expect(states(copy, split) == states(made, split)) }
    }

    @Test func anOlderFolderOfOneSampleGoesOn() throws {
        let stored = try olderFolder("one", ["samples.only": "6"])
        #expect(stored.value(at: "samples.only")?.int == 6)
        let made = try generate(["samples.only": "\"train/1\""], "one")
        #expect(made.recipe == stored && made.shards.map(\.indices) == [6..<7])
        #expect(try Recipe(stored: stored).samples.only == SampleAddress(.train, 1))
    }

    @Test func growingSaysWhatToDo() throws {
        try generate([:], "set")
        let error = #expect(throws: DataError.self) { try generate(["samples.train": "9"], "set") }
        let message = "\(try #require(error))"
        #expect(message.contains("samples.train is 6 there and 9 here; a dataset does not grow in its folder"))
        #expect(message.contains("made in another one, it has the samples that are here, bit for bit"))
        let other = #expect(throws: DataError.self) { try generate(["samples.train": "9", "seed": "3"], "set") }
        #expect(!"\(try #require(other))".contains("grow"))
    }
}
