import Foundation
import PDEConfig
import PDEData
import Testing

@Suite struct DatasetFolderTests {
    @Test(arguments: [Datasets.line, Datasets.plane])
    func aWholeGenerationIsSound(_ description: DatasetDescription) throws {
        let root = try TemporaryFolder()
        let path = root.file("set")
        let (made, assembly) = try Generation(description: description, failing: [4]).run(in: path)
        guard case .complete(let manifest) = assembly else { throw Unfinished() }
        #expect(made.count == 4)
        #expect(manifest.sampleCount == 8)
        #expect(manifest.splits == [.train: 0..<5, .valid: 5..<7, .test: 7..<9])
        #expect(
            try root.names(in: "set")
                == [
                    "README.md", "data", "\(description.name).yaml", "manifest.json", "stats.yaml",
                ].sorted())
        let folder = DatasetFolder(path: path, name: description.name)
        #expect(try folder.manifest() == manifest)
        #expect(try folder.reader(of: manifest.shards[1], following: description).scalar("index") == [3])
        let result = folder.verify()
        #expect(result.findings.isEmpty, "\(result.findings)")
        #expect(result.shards == 4 && result.samples == 8)
        #expect(try root.text("set/README.md") == "\(description.name): 8 samples\n")
    }

    @Test(arguments: [Datasets.line, Datasets.plane])
    func aShardWhoseSamplesAllFailedIsStored(_ description: DatasetDescription) throws {
        let root = try TemporaryFolder()
        let generation = Generation(description: description, failing: [0, 1, 2, 7, 8])
        guard case .complete(let manifest) = try generation.run(in: root.file("set")).1 else { throw Unfinished() }
        #expect(manifest.shards.map(\.trajectories) == [0, 2, 2, 0])
        #expect(manifest.moments(of: .test).allSatisfy { $0.values.allSatisfy { $0 == Moments() } })
        let folder = DatasetFolder(path: root.file("set"), name: description.name)
        #expect(try folder.manifest() == manifest)
        #expect(try folder.reader(of: manifest.shards[0], following: description).sampleCount == 0)
        #expect(folder.verify().isSound, "\(folder.verify().findings)")
        #expect(!(try root.text("set/stats.yaml")).lowercased().contains("nan"))
    }

    /// A folder that was begun before there were diagnostics, or names of axes, goes on without, and stays sound.
    @Test(arguments: [Datasets.line.inFirstLayout, Datasets.line.inSecondLayout])
    func aFolderGoesOnInTheLayoutThatItWasBegunIn(_ before: DatasetDescription) throws {
        let root = try TemporaryFolder()
        let (folder, plan) = (DatasetFolder(path: root.file("set"), name: "line"), Generation().plan)
        #expect(try folder.layout(of: Datasets.line, for: plan, manifest: nil) == Datasets.line)
        try Generation(description: before).run(in: root.file("whole"))
        try Generation(description: before, patience: 1).run(in: root.file("set"))
        #expect(try folder.layout(of: Datasets.line, for: plan, manifest: nil) == before)
        try Generation(description: try folder.layout(of: Datasets.line, for: plan, manifest: nil)).run(in: folder.path)
        let manifest = try #require(try folder.manifest())
        #expect(try folder.layout(of: Datasets.line, for: plan, manifest: manifest) == before)
        #expect(folder.verify().isSound, "\(folder.verify().findings)")
        for shard in manifest.shards {
            #expect(try root.bytes("set/\(shard.path)") == root.bytes("whole/\(shard.path)"))
        }
        let reader = try DatasetReader(path: folder.path, split: .train)
        #expect(reader.inputNames == before.inputs.map(\.name).filter { $0 != "energy" })
        #expect(try reader.scalar("steps") == [0, 1, 2, 3, 4].map { 0.1 + Double($0) })
    }

    @Test func aKilledRunGoesOnAndEndsInTheSameBytes() throws {
        let root = try TemporaryFolder()
        try Generation().run(in: root.file("whole"))
        let first = try Generation(patience: 2).run(in: root.file("killed"))
        guard case .waiting(let waiting) = first.1 else { throw Unfinished() }
        #expect(waiting == [ShardID(.valid, 0), ShardID(.test, 0)])
        let folder = DatasetFolder(path: root.file("killed"), name: "line")
        #expect(try folder.manifest() == nil)
        #expect(folder.verify().findings.map(\.path) == ["manifest.json"])
        // What a kill in the middle of writing leaves.
        let partial = "killed/data/valid/.line_valid_0000.hdf5.partial"
        try FileManager.default.createDirectory(
            atPath: root.file("killed/data/valid"), withIntermediateDirectories: true)
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: root.file(partial)))
        let second = try Generation().run(in: root.file("killed"))
        #expect(second.made == [ShardID(.valid, 0), ShardID(.test, 0)])
        #expect(folder.verify().isSound)
        for planned in Generation().plan {
            let file = folder.relativePath(of: planned.id)
            #expect(try root.bytes("whole/" + file) == root.bytes("killed/" + file))
        }
        for file in ["stats.yaml", "line.yaml", "data/train/line_train_0000.xdmf"] {
            #expect(try root.bytes("whole/" + file) == root.bytes("killed/" + file))
        }
    }

    @Test func anotherRecipeIsRefusedByItsFirstDifferentKey() throws {
        let root = try TemporaryFolder()
        try Generation(patience: 1).run(in: root.file("set"))
        let before = try root.names(in: "set/.shards")
        for finishes in [false, true] {
            if finishes { try Generation().run(in: root.file("set")) }
            var other = Generation()
            other.recipe = ["equation": "burgers", "grid": ["resolution": 64], "seed": 7]
            let error = #expect(throws: DataError.self) { try other.run(in: root.file("set")) }
            guard case .occupied(_, let reason) = error else { throw Unfinished() }
            #expect(
                reason == "the folder belongs to another recipe: grid.resolution is 32 there and 64 here")
            if !finishes { #expect(try root.names(in: "set/.shards") == before) }
        }
    }

    /// Titles follow from the rest, so that another key says more.
    @Test func anotherTitleIsNamedOnlyWhereNothingElseDiffers() throws {
        let root = try TemporaryFolder()
        let folder = DatasetFolder(path: root.file("set"), name: "set")
        _ = try folder.claim(recipe: ["title": "slow", "viscosity": 1])
        for (other, key) in [
            (["title": "fast", "viscosity": 2] as JSON, "viscosity"), (["title": "fast", "viscosity": 1], "title"),
        ] {
            let error = #expect(throws: DataError.self) { try folder.claim(recipe: other) }
            #expect("\(try #require(error))".contains("another recipe: \(key) is "))
        }
    }

    @Test func aFolderWithOtherThingsIsRefusedAndUntouched() throws {
        let root = try TemporaryFolder()
        try Data("mine".utf8).write(to: URL(fileURLWithPath: root.file("thesis.tex")))
        let error = #expect(throws: DataError.self) { try Generation().run(in: root.path) }
        #expect("\(try #require(error))".contains("thesis.tex"))
        #expect(try root.names() == ["thesis.tex"])
        #expect(throws: DataError.self) { try Generation().run(in: root.file("thesis.tex")) }
    }

    @Test func aSecondClaimOfTheSameRecipeContinues() throws {
        let root = try TemporaryFolder()
        let folder = DatasetFolder(path: root.file("a/b/set"), name: "line")
        #expect(try folder.claim(recipe: ["seed": 1, "n": 2]) == .new)
        #expect(try folder.claim(recipe: ["n": 2, "seed": 1]) == .unfinished)
    }

    @Test func aShardIsMadeByOneAtATime() throws {
        let root = try TemporaryFolder()
        let folder = DatasetFolder(path: root.file("set"), name: "line")
        let shard = ShardID(.train, 0)
        var lease = try folder.acquire(shard)
        #expect(lease?.shard == shard)
        #expect(try folder.acquire(shard) == nil)
        #expect(try folder.acquire(ShardID(.train, 1)) != nil)
        lease = nil
        #expect(try folder.acquire(shard) != nil)
    }

    @Test func brokenShardsAreNamedAndMadeAgain() throws {
        let root = try TemporaryFolder()
        try Generation().run(in: root.file("set"))
        let folder = DatasetFolder(path: root.file("set"), name: "line")
        let plan = Generation().plan
        let sound = try plan.map { try root.bytes("set/" + folder.relativePath(of: $0.id)) }
        let files = plan.map { URL(fileURLWithPath: folder.shardPath($0.id)) }
        try Data(sound[0].dropLast(100)).write(to: files[0])
        var flipped = sound[1]
        flipped[flipped.count / 2] ^= 4
        try Data(flipped).write(to: files[1])
        try FileManager.default.removeItem(at: files[3])
        try Data("x".utf8).write(to: URL(fileURLWithPath: root.file("set/data/test/extra.hdf5")))
        try Data("x".utf8).write(to: URL(fileURLWithPath: root.file("set/stats.yaml")))
        let manifest = try folder.manifest()
        #expect(
            try folder.status(of: plan[0], manifest: manifest)
                == .wrongSize(expected: sound[0].count, found: sound[0].count - 100))
        guard case .corrupt = try folder.status(of: plan[1], manifest: manifest) else { throw Unfinished() }
        #expect(try folder.status(of: plan[2], manifest: manifest).record != nil)
        #expect(try folder.status(of: plan[3], manifest: manifest) == .missing)
        let findings = folder.verify().findings
        for finding in findings {
            #expect(!finding.description.contains(".. ") && !finding.description.contains("\n"), "\(finding)")
        }
        let named = Set(findings.map(\.path))
        #expect(
            named == [
                "data/train/line_train_0000.hdf5", "data/train/line_train_0001.hdf5", "data/test/line_test_0000.hdf5",
                "data/test/extra.hdf5", "stats.yaml",
            ])
        try FileManager.default.removeItem(atPath: root.file("set/data/test/extra.hdf5"))
        #expect(try Generation().run(in: root.file("set")).made == [plan[0].id, plan[1].id, plan[3].id])
        #expect(folder.verify().isSound, "\(folder.verify().findings)")
        #expect(try plan.map { try root.bytes("set/" + folder.relativePath(of: $0.id)) } == sound)
    }

    @Test func everyFlippedBitOfFieldsIsFoundByHDF5Too() throws {
        let root = try TemporaryFolder()
        var bytes = try Datasets.image(of: Datasets.line, 0..<2).bytes
        let first = Datasets.sample(1, of: Datasets.line).fields[0].withUnsafeBytes { Array($0) }
        let position = try #require(bytes.indices.first { bytes[$0...].starts(with: first) })
        bytes[position + 5] ^= 1
        try AtomicFile.write(bytes, to: root.file("shard.hdf5"))
        let reader = try ShardReader(path: root.file("shard.hdf5"))
        #expect(throws: DataError.self) { try reader.read(field: "u", sample: 1) }
        #expect(try reader.read(field: "u", sample: 0) == Datasets.sample(0, of: Datasets.line).fields[0])
    }

    @Test func manyProcessesMayFinishAtOnce() async throws {
        let root = try TemporaryFolder()
        let path = root.file("set")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    if case .complete = try Generation().run(in: path).1 { true } else { false }
                }
            }
            var finished = false
            for try await result in group { finished = finished || result }
            #expect(finished)
        }
        #expect(DatasetFolder(path: path, name: "line").verify().isSound)
        #expect(!FileManager.default.fileExists(atPath: path + "/.shards"))
    }

    struct Unfinished: Error {}
}
