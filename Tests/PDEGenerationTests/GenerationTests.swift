import Foundation
import PDEConfig
import PDEData
import PDEGeneration
import Testing

@Suite struct GenerationTests {
    private let folder = TemporaryFolder()

    @discardableResult
    private func generate(
        _ recipe: Recipe, _ name: String, threads: Int = 2, including: (Int) -> Bool = { _ in true }
    ) throws -> Generation.Outcome {
        try Generation(recipe, in: folder(name)).run(threads: threads, including: including)
    }

    @Test func makesASoundDataset() throws {
        let outcome = try generate(recipe(), "set")
        let manifest = try #require(outcome.manifest)
        #expect(manifest.sampleCount == 11)
        #expect(outcome.made.count == 6)
        let verification = DatasetFolder(path: folder("set"), name: "small").verify()
        #expect(verification.findings.map(\.description) == [])
        #expect(verification.samples == 11)
        for record in manifest.shards.flatMap(\.samples) {
            #expect(record.difficulty["viscosity"]! >= 0.02 && record.difficulty["viscosity"]! <= 0.1)
            #expect(record.health["max_cfl"]! <= 0.5 && record.health["energy_balance"]! < 1e-4)
            #expect(record.steps >= 20 && record.wallTime > 0)
        }
        let accuracy = try #require(outcome.accuracy)
        #expect(accuracy.largest < 1e-4 && accuracy.largest > 0)
    }

    /// A folder from before there were diagnostics goes on as it was begun, and a finished one is left as it is.
    @Test func foldersGoOnInTheirLayout() throws {
        let recipe = try recipe()
        var old = try Generation(recipe, in: folder("old"))
        var before = old.description
        (before.diagnostics, before.hasNamedAxes) = (nil, false)
        old.description = old.description.laidOut(as: before)
        _ = try old.run(threads: 1, including: { $0 == 0 })
        let outcome = try generate(recipe, "old")
        let manifest = try #require(outcome.manifest)
        #expect(outcome.kept == 1 && manifest.description == old.description)
        #expect(DatasetFolder(path: folder("old"), name: "small").verify().isSound)
        #expect(try generate(recipe, "old").kept == manifest.shards.count)
        let reader = try DatasetReader(path: folder("old"), split: .train)
        #expect(reader.inputNames.contains("steepness") && !reader.inputNames.contains("index"))
    }

    @Test func bytesDoNotDependOnTheThreads() throws {
        try generate(recipe(), "one", threads: 1)
        try generate(recipe(), "three", threads: 3)
        #expect(try promisedBytes(in: folder("one")) == promisedBytes(in: folder("three")))
    }

    @Test func partsMakeTheWhole() throws {
        try generate(recipe(), "whole")
        let first = try generate(recipe(), "parts", including: { $0 % 2 == 1 })
        #expect(first.manifest == nil && first.missing.count == 3)
        let second = try generate(recipe(), "parts", including: { $0 % 2 == 0 })
        #expect(second.manifest != nil)
        #expect(try promisedBytes(in: folder("whole")) == promisedBytes(in: folder("parts")))
    }

    /// A sample made alone has the bytes that it has in the whole run, in both precisions.
    @Test(arguments: ["float", "double"])
    func samplesDoNotDependOnOneAnother(_ precision: String) throws {
        let whole = ["solver": "{\"precision\": \"\(precision)\"}", "seed": "5"]
        try generate(recipe(whole), "whole-\(precision)")
        for (address, number, place) in [("test/0", 0, 0), ("valid/1", 0, 1), ("train/4", 2, 0)] {
            let name = "only-\(precision)-\(number)-\(place)"
            let outcome = try generate(
                recipe(whole.merging(["samples.only": "\"\(address)\""]) { $1 }), name, threads: 1)
            let shard = try #require(outcome.manifest?.shards.first)
            let alone = try ShardReader(path: folder(name) + "/" + shard.path)
            let together = try ShardReader(
                path: DatasetFolder(path: folder("whole-\(precision)"), name: "small")
                    .shardPath(ShardID(shard.id.split, number)))
            #expect(try alone.read(field: "u", sample: 0) == together.read(field: "u", sample: place))
            #expect(try alone.scalar("index")[0] == together.scalar("index")[place])
            #expect(outcome.manifest?.address(of: shard.indices.lowerBound)?.description == address)
            #expect(try alone.scalar("viscosity")[0] == together.scalar("viscosity")[place])
        }
    }

    /// Another seed, and another number, give another sample.
    @Test func seedsAndNumbersMatter() throws {
        let first = try generate(recipe(), "seed0").manifest!
        let second = try generate(recipe(["seed": "1"]), "seed1").manifest!
        let states = (first.shards + second.shards).flatMap(\.samples).map(\.initialState)
        #expect(Set(states).count == 22)
    }

    /// Samples that fail their health check are drawn again for the same number, and say why; others are as they were.
    @Test func refusedDrawsAreDrawnAgain() throws {
        // Fixed steps are not made shorter for the sake of the budget.
        let steps = ["solver": "{\"step\": 0.002}"]
        let free = try generate(recipe(steps), "free").manifest!.shards.flatMap(\.samples)
        // The limit splits the samples that a free run makes.
        let tails = free.map { $0.health["energy_balance"]! }.sorted()
        let limit = (tails[7] + tails[8]) / 2
        let strict = try recipe(
            steps.merging(["health": "{\"energyBalance\": \(limit), \"attempts\": 20}"]) { $1 })
        let found = try generate(strict, "strict").manifest!.shards.flatMap(\.samples)
        #expect(found.contains { $0.attempt > 0 })
        for (a, b) in zip(free, found) {
            #expect(a.index == b.index)
            if a.health["energy_balance"]! <= limit {
                #expect(b.attempt == a.attempt && a.initialState == b.initialState)
            } else {
                #expect(b.attempt > a.attempt && a.initialState != b.initialState)
                #expect(b.rejections.count == b.attempt && b.rejections[0].reason.contains("energy budget"))
            }
        }
    }

    @Test func hopelessRecipesEndEarly() throws {
        let hopeless = try recipe(["health": "{\"energyBalance\": 1e-30}"])
        #expect(throws: GenerationError.self) { try generate(hopeless, "hopeless") }
        #expect(!FileManager.default.fileExists(atPath: folder("hopeless/manifest.json")))
    }

    @Test func anotherRecipesFolderIsRefusedAndUntouched() throws {
        try generate(recipe(), "set")
        let before = try promisedBytes(in: folder("set"))
        #expect(throws: DataError.self) { try generate(recipe(["seed": "3"]), "set") }
        #expect(try promisedBytes(in: folder("set")) == before)
    }

    @Test func damagedShardsAreFoundAndRepaired() throws {
        try generate(recipe(), "set")
        let before = try promisedBytes(in: folder("set"))
        let shard = folder("set/data/train/small_train_0001.hdf5")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: shard))
        bytes[bytes.count / 2] ^= 4
        try bytes.write(to: URL(fileURLWithPath: shard))
        try before["data/test/small_test_0000.hdf5"]!.prefix(1000)
            .write(to: URL(fileURLWithPath: folder("set/data/test/small_test_0000.hdf5")))
        let data = DatasetFolder(path: folder("set"), name: "small")
        #expect(
            Set(data.verify().findings.map(\.path)) == [
                "data/train/small_train_0001.hdf5", "data/test/small_test_0000.hdf5",
            ])
        let outcome = try generate(recipe(), "set")
        #expect(outcome.made.count == 2 && outcome.kept == 4)
        #expect(data.verify().isSound)
        #expect(try promisedBytes(in: folder("set")) == before)
    }

    @Test(arguments: [
        [
            "equation": "{\"name\": \"burgers\", \"dimensions\": 2, \"viscosity\": 0.05}", "resolution": "32",
            "frames.resolution": "16",
        ],
        [
            "equation": "{\"name\": \"burgers\", \"dimensions\": 3, \"viscosity\": 0.2}", "resolution": "24",
            "frames.resolution": "8",
        ],
        ["equation": "{\"name\": \"kuramoto-sivashinsky\"}", "length": "32", "frames.interval": "0.5"],
        ["equation": "{\"name\": \"korteweg-de-vries\"}", "length": "20"],
        [
            "equation": "{\"name\": \"advection-diffusion\", \"dimensions\": 2, \"diffusivity\": 0.01}",
            "resolution": "32", "frames.resolution": "32",
        ],
    ])
    func everyEquationMakesASoundDataset(_ changes: [String: String]) throws {
        let name = "set-\(abs(changes.hashValue))"
        try generate(recipe(changes), name)
        #expect(DatasetFolder(path: folder(name), name: "small").verify().findings.map(\.description) == [])
    }
}
