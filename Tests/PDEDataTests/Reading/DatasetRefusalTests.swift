import PDEConfig
import PDEData
import Testing

@Suite struct DatasetRefusalTests {
    private func message(_ body: () throws -> Void) throws -> String {
        "\(try #require(#expect(throws: DataError.self) { try body() }))"
    }

    @Test func whatIsNoFinishedDatasetIsRefusedWithWhatToRun() throws {
        let root = try TemporaryFolder()
        let nowhere = root.file("nowhere")
        #expect(
            try message { _ = try DatasetReader(path: nowhere, split: .train) }
                == "\(nowhere): there is no such folder\n"
                + "Make the dataset with `pdegen RECIPE --out \(nowhere)`, or correct the path.")
        try Generation(patience: 2).run(in: root.file("half"))
        #expect(
            try message { _ = try DatasetReader(path: root.file("half"), split: .train) }
                == "\(root.file("half"))/manifest.json: it is not there: the dataset is not finished\n"
                + "Run its recipe again with `pdegen RECIPE --out \(root.file("half"))`; finished shards are kept.")
        try AtomicFile.write("hello", to: root.file("text"))
        #expect(
            try message { _ = try DatasetReader(path: root.file("text"), split: .train) }.contains(
                "this is not a folder"))
        #expect(
            try message { _ = try DatasetReader(path: root.path, split: .train) }.contains(
                "it is not there: no dataset"))
    }

    @Test func aSplitWithoutSamplesIsRefused() throws {
        var generation = Generation(failing: [5, 6])
        generation.plan.removeLast()
        let set = try FinishedSet(generation)
        let empty = try message { _ = try set.reader(.test) }
        #expect(empty.contains("the split 'test' has no samples\nThere are samples in train."))
        #expect(empty.contains("`pdegen RECIPE --test N"))
        #expect(try message { _ = try set.reader(.valid) }.contains("all 2 samples of the split 'valid' failed"))
    }

    @Test func fieldsAndNumbersThatAreNotThereAreRefusedWithTheNearest() throws {
        let set = try FinishedSet(Generation(description: Datasets.plane))
        let reader = try set.reader()
        #expect(
            try message { _ = try reader.select(["velocty"]) }
                == "\(set.path): there is no field 'velocty'\n"
                + "It has velocity, pressure, mask, depth, stress. Was 'velocity' meant?")
        #expect(try message { _ = try reader.scalar("renolds") }.hasSuffix("Was 'reynolds' meant?"))
        #expect(try message { _ = try reader.select([]) }.contains("no field is selected"))
        #expect(
            try message { _ = try reader.select(["mask", "mask"]) }.contains("a field is selected twice: mask, mask"))
        for stride in [0, -1, 7] {
            #expect(
                try message { _ = try reader.select(["mask"], stride: stride) }
                    .contains("every \(stride)th point is selected of [8, 6]"))
        }
        #expect(
            try message { _ = try reader.select(["velocity", "mask"]) }
                .contains("field 'mask' is constant in time and 'velocity' is not"))
    }

    @Test func numbersOfSamplesComeFromTheShardsAndTheManifest() throws {
        let set = try FinishedSet(Generation(failing: [1]))
        let line = try set.reader()
        #expect(try line.scalar("viscosity") == [0, 2, 3, 4].map { Double(Float(0.1 + Double($0))) })
        #expect(try line.scalar("waves") == [0, 2, 3, 4].map { Double(Float(0.1 + Double($0))) })
        #expect(try line.scalar("steps") == [0, 2, 3, 4].map { 0.1 + Double($0) })
        #expect(try line.scalar("amplitude") == [Double](repeating: Double(Float(0.1)), count: 4))
        let (shard, row) = try line.shard(of: 3)
        #expect(shard.path == set.path + "/data/train/line_train_0001.hdf5" && row == 1)
        #expect(line.scalarNames == ["viscosity", "amplitude", "waves", "steps"])
        #expect(line.inputNames == ["viscosity", "amplitude", "waves"])
        #expect(try line.input("waves") == line.scalar("waves"))
        #expect(
            try message { _ = try line.input("steps") }.contains(
                "'steps' is measured on the solution: told of it, a model is told the future"))
        #expect(try message { _ = try line.input("wave") }.contains("Did you mean waves?"))
        let other = try FinishedSet(Generation(description: Datasets.plane))
        let plane = try other.reader(.test)
        #expect(try plane.scalar("reynolds") == [7, 8].map { Double(Float(0.1 + $0)) })
        // Only the manifest has it there.
        #expect(try plane.scalar("viscosity") == [0.01, 0.01])
    }

    @Test func theFingerprintIsThatOfTheContent() throws {
        let set = try FinishedSet()
        let first = try set.reader().fingerprint
        #expect(try set.reader(.test).fingerprint == first)
        #expect(try FinishedSet().reader().fingerprint == first)
        #expect(try set.reader().fingerprintText.count == 16)
        var other = Generation()
        other.recipe = ["equation": "burgers", "grid": ["resolution": 32], "seed": 8]
        #expect(try FinishedSet(other).reader().fingerprint != first)
        #expect(try FinishedSet(Generation(failing: [8])).reader().fingerprint != first)
        // Wall times are not part of it.
        try set.changeManifest { text in
            let slower = text.split(separator: "\"wallTime\": 0.5", omittingEmptySubsequences: false)
            #expect(slower.count == 10)
            return slower.joined(separator: "\"wallTime\": 7.5")
        }
        #expect(try set.reader().fingerprint == first)
    }
}
