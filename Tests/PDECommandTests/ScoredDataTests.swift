import Foundation
import PDEData
import Testing

/// A score is of samples that the network has not seen, from data that it was made for; whatever else it is, is said.
@Suite(.serialized) struct ScoredDataTests {
    private let pdetrain: Pdetrain

    init() throws { pdetrain = try Pdetrain() }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    /// Gives the first test samples of a dataset the initial states of those that `data/tiny` was trained or validated on.
    private func repeatStates(in dataset: String, count: Int, of split: Split) throws {
        let folder = DatasetFolder(path: "\(pdetrain.folder)/\(dataset)", name: "tiny")
        let seen = try DatasetReader(path: "\(pdetrain.folder)/data/tiny", split: split).initialStates
        var manifest = try #require(try folder.manifest())
        let shard = try #require(manifest.shards.firstIndex { $0.id.split == .test })
        for place in 0..<count { manifest.shards[shard].samples[place].initialState = seen[place] }
        try AtomicFile.write(try folder.text(of: manifest), to: folder.manifestPath)
    }

    @Test func samplesThatWereSeenAreLeftOutOrRefused() throws {
        #expect(try pdetrain.train("--out", "run").status == 0)
        #expect(
            try pdetrain.generate("tiny", "--seed", "5", "--train", "0", "--valid", "0", "--out", "other").status == 0)
        let unseen = try pdetrain("test", "run", "--data", "other")
        #expect(unseen.status == 0 && unseen.errors.isEmpty, "\(unseen.errors)")
        let whole = try object(unseen.output)
        #expect(whole["seen"] as? Int == 0 && whole["samples"] as? Int == 4 && whole["windows"] as? Int == 32)

        // One that it was trained on, one more that chose its best state.
        try repeatStates(in: "other", count: 2, of: .valid)
        try repeatStates(in: "other", count: 1, of: .train)
        let part = try pdetrain("test", "run", "--data", "other", "--stride", "2,1")
        let note = "note: 2 of 4 samples are left out: run was trained or validated on them\n"
        #expect(part.status == 0 && part.errors == note, "\(part.errors)")
        let last = try object(String(part.output.split(separator: "\n")[1]))
        #expect(last["samples"] as? Int == 2 && last["windows"] as? Int == 16 && last["seen"] as? Int == 0)
        #expect(last["value"] as? Double != whole["value"] as? Double)
        let rolled = try pdetrain.evaluate("run", "--data", "other", "--out", "report", "--no-solver")
        #expect(rolled.status == 0 && rolled.output.hasPrefix(note), "\(rolled.output)\(rolled.errors)")
        #expect(
            rolled.output.contains("training mean"), "the mean is the run's, and this dataset has no training split")
        let metrics = try object(pdetrain.text("report/metrics.json"))
        #expect(metrics["trajectoryCount"] as? Int == 2)
        #expect(try pdetrain.text("report/report.html").contains("2 of 4 samples are left out"))

        try repeatStates(in: "other", count: 4, of: .train)
        for result in [
            try pdetrain("test", "run", "--data", "other"), try pdetrain.evaluate("run", "--data", "other"),
            try pdetrain.evaluate("compare", "run", "--data", "other"),
        ] {
            #expect(result.status == 65 && result.output.isEmpty, "\(result.output)")
            #expect(result.errors.contains("other: all 4 samples of the split 'test' were among those that run was"))
            #expect(result.errors.contains("pdegen RECIPE --seed N --out DIR"), "\(result.errors)")
        }
    }

    /// Writes another viscosity of the first test sample into its file, and its checksum into the manifest.
    private func changeViscosity(in dataset: String, to value: Float) throws {
        let folder = DatasetFolder(path: "\(pdetrain.folder)/\(dataset)", name: "tiny")
        var manifest = try #require(try folder.manifest())
        let shard = try #require(manifest.shards.firstIndex { $0.id.split == .test })
        let path = folder.absolute(manifest.shards[shard].path)
        let stored = try DatasetReader(path: folder.path, split: .test).scalar("viscosity").map { Float($0) }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: stored.withUnsafeBytes { Data($0) }))
        bytes.replaceSubrange(place.lowerBound..<place.lowerBound + 4, with: withUnsafeBytes(of: value) { Data($0) })
        manifest.shards[shard].crc32 = try AtomicFile.write(Array(bytes), to: path)
        try AtomicFile.write(try folder.text(of: manifest), to: folder.manifestPath)
    }

    @Test func coefficientsThatTheSolverDoesNotTakeAreRefused() throws {
        #expect(try pdetrain.train("--out", "run", "--set", "budget.epochs=1").status == 0)
        try #require(
            try pdetrain.generate("tiny", "--seed", "5", "--train", "0", "--valid", "0", "--out", "other").status == 0)
        for value in [Float(0), -1] {
            try changeViscosity(in: "other", to: value)
            for verb in [[], ["compare"]] {
                let program = Pdetrain.program.replacingOccurrences(of: "pdetrain", with: "pdeeval")
                let words = verb + ["run", "--data", "other", "--out", "report"]
                let result = try pdetrain.wait(pdetrain.start(words, program: program))
                #expect(result.status == 65, "\(result.status) \(result.errors)")
                #expect(
                    result.errors.contains("sample 0: its viscosity is \(Double(value)), and the solver of burgers"))
                #expect(!pdetrain.exists("report"))
                let without = try pdetrain.wait(pdetrain.start(words + ["--no-solver"], program: program))
                #expect(without.status == 0, "\(without.errors)")
                try FileManager.default.removeItem(atPath: pdetrain.folder + "/report")
            }
        }
    }

    /// On purpose one may score what was seen, and it is said to be that.
    @Test func otherSplitsAreScoredWholeAndLabelled() throws {
        #expect(try pdetrain.train("--out", "run", "--set", "data.train=7").status == 0)
        let train = try pdetrain("test", "run", "--split", "train")
        #expect(train.errors == "note: run was trained on 7 of these 12 samples: this is no error on unseen data\n")
        #expect(try object(train.output)["seen"] as? Int == 7 && object(train.output)["samples"] as? Int == 12)
        let valid = try pdetrain.evaluate("run", "--split", "valid", "--no-solver", "--samples", "3")
        let note = "note: run chose its best state by 3 of these 3 samples: this is no error on unseen data\n"
        #expect(valid.status == 0 && valid.output.hasPrefix(note), "\(valid.output)\(valid.errors)")
    }

    @Test func dataThatTheNetworkWasNotMadeForAreRefused() throws {
        #expect(try pdetrain.train("--out", "run").status == 0)
        let cases: [(flags: [String], words: String)] = [
            (["--set", "length=2"], "its box is 2.0 long along x, and that of the training 1.0"),
            (
                ["--set", "equation={\"name\":\"advection-diffusion\",\"speed\":0,\"diffusivity\":0.1}"],
                "its equation is \"advection-diffusion\", and the network was trained on \"burgers\""
            ),
            (["--set", "frames.interval=0.03"], "its frames are 0.03 apart, and a step of the network is 0.02"),
            (["--set", "frames.resolution=16"], "a grid of 16 points, and the network was trained on 32"),
        ]
        for (number, (flags, words)) in cases.enumerated() {
            let made = try pdetrain.wait(
                pdetrain.start(
                    ["tiny", "--train", "0", "--valid", "0", "--test", "2", "--seed", "5", "--out", "d\(number)"]
                        + flags, program: Pdegen.program))
            #expect(made.status == 0, "\(made.errors)")
            for result in [
                try pdetrain("test", "run", "--data", "d\(number)"),
                try pdetrain.evaluate("run", "--data", "d\(number)"),
            ] {
                #expect(result.status == 65 && result.errors.contains("d\(number): \(words)"), "\(result.errors)")
            }
        }
    }

    /// What may be meant so is scored with a note: another viscosity, frames further apart, a dataset made anew.
    @Test func whatDiffersAndMayBeMeantSoIsSaid() throws {
        #expect(try pdetrain.train("--out", "run").status == 0)
        let frames = ["--set", "frames.interval=0.04", "--set", "equation.viscosity=0.05"]
        let made = try pdetrain.wait(
            pdetrain.start(["tiny", "--seed", "5", "--out", "other"] + frames, program: Pdegen.program))
        #expect(made.status == 0, "\(made.errors)")
        let notes = [
            "other: equation.viscosity is 0.05, and the network was trained with {\"logUniform\":[0.02,0.2]}",
            "other: its frames are 0.04 apart, 2 steps of the network from one to the next",
        ]
        let test = try pdetrain("test", "run", "--data", "other")
        #expect(test.status == 0 && test.errors == notes.map { "note: \($0)\n" }.joined(), "\(test.errors)")
        let rolled = try pdetrain.evaluate("run", "--data", "other", "--no-solver", "--out", "report")
        #expect(rolled.status == 0 && notes.allSatisfy { rolled.output.contains("note: \($0)\n") }, "\(rolled.output)")

        try FileManager.default.removeItem(atPath: pdetrain.folder + "/data")
        #expect(try pdetrain.generate("tiny", "--seed", "6", "--out", "data/tiny").status == 0)
        let anew = try pdetrain("test", "run")
        #expect(anew.status == 0 && anew.errors.contains("data/tiny has been made anew since the training"))
        #expect(try object(anew.output)["seen"] as? Int == 0)
    }

    /// Runs from before there were records open; what they have seen is known while their data are there, and unknown after.
    @Test func runsWithoutARecordAreChecked() throws {
        #expect(try pdetrain.train("--out", "run").status == 0)
        let record = "\(pdetrain.folder)/run/checkpoint/data.safetensors"
        let best = "\(pdetrain.folder)/run/checkpoint/best.safetensors"
        let kept = try pdetrain.evaluate("run", "--no-solver")
        var file = try SafetensorsFile(path: best)
        let model = try #require(file.metadata["model"])
        let lengths = try #require(model.range(of: ",\"lengths\":"))
        file.metadata["model"] = model[..<lengths.lowerBound] + "}"
        try file.write(to: best)
        try FileManager.default.removeItem(atPath: record)

        let train = try pdetrain("test", "run", "--split", "train")
        #expect(train.errors == "note: run was trained on 12 of these 12 samples: this is no error on unseen data\n")
        let evaluated = try pdetrain.evaluate("run", "--no-solver")
        func mean(_ text: String) -> Substring? { text.split(separator: "\n").first { $0.hasPrefix("training mean") } }
        #expect(mean(evaluated.output)?.prefix(40) == mean(kept.output)?.prefix(40), "\(evaluated.output)")

        try FileManager.default.moveItem(
            atPath: "\(pdetrain.folder)/data/tiny", toPath: "\(pdetrain.folder)/elsewhere")
        let gone = try pdetrain("test", "run", "--data", "elsewhere")
        #expect(gone.status == 0 && gone.output.contains("\"seen\":null"), "\(gone.output)")
        #expect(
            gone.errors
                == "note: run keeps no record of its data, and data/tiny is not any more what it was trained on: whether it "
                + "has seen these samples cannot be checked\n")
        let rolled = try pdetrain.evaluate("run", "--data", "elsewhere", "--no-solver")
        #expect(rolled.status == 0 && rolled.output.contains("note: there is no training mean of run to compare with"))
        #expect(mean(rolled.output) == nil)
    }

    @Test func aRecordThatWasChangedOrIsMissingIsNoticed() throws {
        #expect(try pdetrain.train("--out", "run").status == 0)
        let path = "\(pdetrain.folder)/run/checkpoint/data.safetensors"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count - 3] ^= 4
        try bytes.write(to: URL(fileURLWithPath: path))
        let changed = try pdetrain("test", "run")
        #expect(changed.status == 65 && changed.errors.contains("run/checkpoint/data.safetensors"), "\(changed.errors)")
        try FileManager.default.removeItem(atPath: path)
        let missing = try pdetrain.evaluate("run")
        #expect(missing.status == 66 && missing.errors.contains("run/checkpoint/data.safetensors"), "\(missing.errors)")
    }
}
