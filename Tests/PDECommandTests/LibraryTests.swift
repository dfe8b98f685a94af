import Foundation
import PDEComparisons
import PDEConfig
import PDECore
import PDEData
import PDEEvaluation
import PDEGeneration
import PDEOperators
import PDESolvers
import PDEStudies
import PDETraining
import Testing

/// Whatever a command does, values do: the same bytes, apart from times.
@Suite(.serialized) struct LibraryTests {
    private let shell = Pdegen()
    private var folder: String { shell.folder.path }

    /// Runs a command with the kernels that this process has, on which the last bits depend.
    private func run(_ program: String, _ arguments: [String]) throws {
        let path = Pdegen.program.replacing("pdegen", with: program)
        let result = try shell.wait(
            shell.start(arguments, environment: ["OPENBLAS_CORETYPE": BLASThreads.kernelName], program: path))
        try #require(result.status == 0, "\(result.errors)")
    }

    private func bytes(_ file: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)"))
    }

    /// Data files are promised byte for byte; the manifest and the card tell times beside what is the same.
    private func expectSameDatasets(_ one: String, _ other: String) throws {
        let promised = try (shell.promisedBytes(in: one), shell.promisedBytes(in: other))
        #expect(promised.0.count >= 8 && promised.0 == promised.1, "\(promised.0.keys.sorted())")
        let manifests = try [one, other].map {
            try #require(try DatasetFolder(path: "\(folder)/\($0)", name: "").manifest())
        }
        #expect(manifests[0].recipe == manifests[1].recipe && manifests[0].name == manifests[1].name)
        let records = manifests.map { $0.shards.map { [$0.path: $0.crc32] } }
        #expect(records[0] == records[1])
    }

    @Test("pdegen --re 1000 --obstacles 3")
    func flow() throws {
        try run(
            "pdegen",
            [
                "--re", "1000", "--obstacles", "3", "--resolution", "32", "--frames", "4", "--train", "3", "--valid",
                "1",
                "--test", "1", "--out", "command",
            ])
        let recipe = try Recipe(
            "flow", .flow(.channel(), reynolds: .fixed(1000), obstacles: .drawn(3...3)),
            resolution: 32, frames: 4, interval: 0.25, samples: Recipe.SampleCounts(train: 3, valid: 1, test: 1))
        try DatasetSource(recipe, in: "\(folder)/library").make(threads: 1)
        try expectSameDatasets("command", "library")
    }

    /// `datasets/burgers.json` with few samples and frames.
    private func burgers() throws -> Recipe {
        try Recipe(
            "burgers",
            .semilinear(
                Semilinear(Burgers(viscosity: 0.001), drawing: ["viscosity": .logUniform(0.001...0.02)]),
                initial: InitialRecipe(FourierSeries(modes: 5), amplitude: .uniform(0.5...1))),
            title: "Viscous Burgers equation in one dimension", resolution: 1024, frames: 9, interval: 0.01,
            frameResolution: 512, samples: Recipe.SampleCounts(train: 6, valid: 2, test: 2, perShard: 32))
    }

    /// `experiments/burgers.json` with a few steps.
    private func experiment(on data: String) -> Experiment {
        Experiment(
            "burgers",
            data: DataChoice(recipe: "datasets/burgers.json", folder: data, parameters: ["viscosity"], stride: 4),
            task: StepTask(frameStride: 2, predict: .change, mode: .unrolled, steps: 3),
            model: FourierArchitecture(width: 48, modes: [32], layers: 4, hidden: 96, coordinates: false),
            regularizer: JawsPenalty(weight: 1e-3),
            optimizer: OptimizerSettings(
                AdamW(weightDecay: 1e-5), learningRate: 1e-3, clipNorm: 1, averaging: 0.999),
            schedule: CosineSchedule(warmup: 0.05), budget: Budget(epochs: 2, steps: 3, batch: 8))
    }

    /// A file of the repository, with text replaced, in the folder that commands run in.
    private func copy(_ file: String, replacing: [(String, String)] = []) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
        for (old, new) in replacing {
            #expect(text.contains(old))
            text = text.replacing(old, with: new)
        }
        let target = URL(fileURLWithPath: "\(folder)/\(file)")
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: target)
    }

    private func checkpoint(_ run: String, _ state: String) throws -> (SafetensorsFile, JSON) {
        var file = try SafetensorsFile(path: "\(folder)/\(run)/checkpoint/\(state).safetensors")
        var json = try JSON.parse(#require(file.metadata["state"]), file: state)
        for key in ["seconds", "peakBytes"] { try json.set(key, to: .null) }
        file.metadata["state"] = nil
        return (file, json)
    }

    @Test("pdetrain experiments/burgers.json and pdeeval runs/burgers")
    func training() throws {
        try copy(
            "datasets/burgers.json",
            replacing: [
                ("\"count\": 201", "\"count\": 9"),
                ("\"train\": 512, \"valid\": 64, \"test\": 64", "\"train\": 6, \"valid\": 2, \"test\": 2"),
            ])
        try copy("experiments/burgers.json")
        let data = "\(folder)/data"
        try run(
            "pdetrain",
            [
                "experiments/burgers.json", "--threads", "1", "--out", "command/burgers", "--set",
                "data.folder=\(data)",
                "--set", "budget.steps=3", "--set", "budget.batch=8", "--set", "budget.epochs=2",
            ])
        let recipe = try burgers()
        try DatasetSource(recipe, in: "\(folder)/again").make(threads: 1)
        try expectSameDatasets("data", "again")

        // The dataset is there, and is taken for the recipe's because it is.
        let study = try Study(
            experiment(on: data), on: DatasetSource(recipe, in: data), in: "\(folder)/library/burgers", threads: 1)
        let outcome = try study.train()
        #expect(outcome.trained.map(\.outcome.state.step) == [3] && outcome.missing.isEmpty)
        for file in ["experiment.json", "log.jsonl", "loss.png", "checkpoint/data.safetensors"] {
            #expect(try bytes("command/burgers/\(file)") == bytes("library/burgers/\(file)"), "\(file)")
        }
        for state in ["best", "last"] {
            let (one, other) = try (checkpoint("command/burgers", state), checkpoint("library/burgers", state))
            #expect(one.0.bytes() == other.0.bytes() && one.1 == other.1, "\(state)")
        }
        let test = try RunTest(of: "\(folder)/library/burgers", threads: 1).result()
        #expect(test.loss.isFinite && test.samples == 2 && test.seen == 0)
        try evaluation(on: data)
    }

    /// Times come from the command's evaluation; all else must be the same, to the page that is made of both.
    private func evaluation(on data: String) throws {
        try run("pdeeval", ["command/burgers", "--steps", "6"])
        let evaluation = try RunsEvaluation(of: ["\(folder)/library/burgers"], steps: 6)
        guard case .rollouts(var found, let title, let records) = try evaluation.run() else {
            Issue.record("a run on trajectories is rolled out")
            return
        }
        let command = try Evaluation(path: "\(folder)/command/burgers/metrics.json")
        #expect(command.contestants.map(\.name).prefix(3) == ["burgers", "solver on 128", "solver on 64"])
        for place in found.contestants.indices { found.contestants[place].cost = command.contestants[place].cost }
        found.comparisons = command.comparisons
        try RunsFindings.rollouts(found, title: title, records: records).write(to: "\(folder)/library/report")
        for file in ["metrics.json", "report.html", "rollout.png", "rollout-animated.png"] {
            #expect(try bytes("command/burgers/\(file)") == bytes("library/report/\(file)"), "\(file)")
        }
    }
}
