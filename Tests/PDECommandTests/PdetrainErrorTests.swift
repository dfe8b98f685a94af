import Foundation
import Glibc
import PDEData
import Testing

/// What a user can get wrong in training: each ends in a clear error, the right exit code, and nothing written or lost.
@Suite(.serialized) struct PdetrainErrorTests {
    private let pdetrain: Pdetrain

    init() throws { pdetrain = try Pdetrain() }

    @Test(arguments: [
        (["model.mods=6"], 65, "unknown key model.mods", "did you mean \"modes\"?"),
        (["optimizer.learnigRate=1e-3"], 65, "unknown key optimizer.learnigRate", "did you mean \"learningRate\"?"),
        (["model.width=wide"], 65, "model.width is the string \"wide\"", "expected an integer"),
        (["model.width=0"], 65, "model.width", "between 1 and 4096"),
        (["loss=l3"], 65, "loss", "relative-l2"),
        (["schedule.kind=cosin"], 65, "schedule", "cosine"),
        (["task.training=one-step", "task.steps=3"], 65, "one-step training has one step", "unrolled or pushforward"),
        (["budget.epochs=0"], 65, "budget.epochs", "between 1 and"),
        (["seeds=[]"], 65, "seeds", "one number or more"),
        (["regularizer.kind=jaws", "regularizer.headReach=33"], 65, "regularizer.headReach", "between 0 and 32"),
    ])
    func experimentsAreRefused(_ settings: [String], _ status: Int32, _ first: String, _ second: String) throws {
        let flags = settings.flatMap { ["--set", $0] }
        let result = try pdetrain.wait(pdetrain.start(["experiments/tiny.json"] + flags))
        #expect(result.status == status)
        #expect(result.errors.contains(first), "\(result.errors)")
        #expect(result.errors.contains(second), "\(result.errors)")
        #expect(result.output.isEmpty && !pdetrain.exists("runs") && !pdetrain.exists("data"))
    }

    /// After keys that do not go together, the command that is said to do is one that does.
    @Test(arguments: [
        (["task.training=one-step", "task.steps=3"], "--set task.training=one-step --set task.steps=1"),
        (["model.kind=u-net"], #"--set 'model={"kind":"u-net","width":8}'"#),
        (["budget.epochs=1", "model.kind=dilated-residual"], "--set budget.epochs=1 --set 'model={"),
    ])
    func aWholeCommandIsSaid(_ settings: [String], _ part: String) throws {
        let flags = settings.flatMap { ["--set", $0] }
        let result = try pdetrain.wait(pdetrain.start(["experiments/tiny.json"] + flags))
        let command = try #require(
            result.errors.split(separator: "\n").compactMap { $0.split(separator: "this would do: pdetrain ").last }
                .last)
        #expect(
            result.status == 65 && command.hasPrefix("experiments/tiny.json ") && command.contains(part),
            "\(result.errors)")
        let next = try pdetrain.wait(
            pdetrain.start(["-c", "\(Pdetrain.program) \(command) --plan"], program: "/bin/bash"))
        #expect(next.status == 0, "\(command): \(next.errors)")
    }

    @Test func aPartIsLeftOutByNull() throws {
        for (key, value) in [("optimizer.averaging", "none"), ("schedule", "none"), ("model.coordinates", "off")] {
            let result = try pdetrain.train("--set", "\(key)=\(value)")
            #expect(result.errors.contains("so that its default holds: --set \(key)=null"), "\(result.errors)")
            #expect(try pdetrain.train("--set", "\(key)=null", "--plan").status == 0)
        }
    }

    @Test(arguments: [
        (["--resum"], 64, "--resume"), (["--seed", "one"], 64, "a whole number"),
        (["--threads", "0"], 64, "--threads"),
        (["--set", "budget"], 64, "KEY=VALUE such as optimizer.learningRate=5e-4"),
    ])
    func flagsAreRefused(_ flags: [String], _ status: Int32, _ hint: String) throws {
        let result = try pdetrain.wait(pdetrain.start(["experiments/tiny.json"] + flags))
        #expect(result.status == status && result.errors.contains(hint), "\(result.errors)")
        #expect(!pdetrain.exists("runs") && !pdetrain.exists("data"))
    }

    /// Nothing can be learnt over time from samples that have none.
    @Test(arguments: [("operator", "its samples have one frame"), ("step", "its samples have 1 frames")])
    func steadyDataAreRefused(_ task: String, _ hint: String) throws {
        try pdetrain.write(
            """
            {
              "name": "steady", "equation": { "name": "darcy" }, "resolution": 16,
              "samples": { "train": 4, "valid": 2, "test": 2 }
            }
            """, to: "datasets/steady.json")
        let result = try pdetrain.train(
            "--set", "data.recipe=datasets/steady.json", "--set", "data.parameters=[]", "--set", "task.kind=\(task)")
        #expect(result.status == 65 && result.errors.contains(hint), "\(result.status) \(result.errors)")
    }

    @Test func missingFilesAreNamedWithTheNearest() throws {
        let missing = try pdetrain("experiments/tyny.json")
        #expect(missing.status == 66 && missing.errors.contains("experiments/tyny.json: no such experiment"))
        #expect(missing.errors.contains("did you mean experiments/tiny.json?"), "\(missing.errors)")
        #expect(try pdetrain("tiny", "--plan").status == 0, "the name alone is enough")
        #expect(try pdetrain("--resume").status == 64)
        let recipe = try pdetrain.train("--set", "data.recipe=datasets/tinny.json")
        #expect(recipe.status == 66 && recipe.errors.contains("datasets/tinny.json: no such recipe"))
        #expect(recipe.errors.contains("did you mean datasets/tiny.json?"), "\(recipe.errors)")
        let wrong = try pdetrain("datasets/tiny.json")
        #expect(wrong.status == 65, "\(wrong.errors)")
        let words =
            "datasets/tiny.json: this is a recipe, not an experiment: pdegen datasets/tiny.json makes its dataset"
        #expect(wrong.errors.contains(words), "\(wrong.errors)")
        let run = try pdetrain("test", "runs/tiny")
        #expect(run.status == 66 && run.errors.contains("runs/tiny"), "\(run.status) \(run.errors)")
        #expect(run.errors.contains("pdetrain EXPERIMENT --out runs/tiny"), "\(run.errors)")
        let typo = try pdetrain("test", "experimens")
        #expect(typo.status == 66 && typo.errors.contains("did you mean experiments?"), "\(typo.errors)")
        let empty = try pdetrain("test", "experiments")
        #expect(empty.status == 65 && empty.errors.contains("there is no checkpoint/best.safetensors"))
    }

    @Test func datasetsThatAreMissingOrLackSomethingAreNamed() throws {
        try pdetrain.write(
            pdetrain.text("experiments/tiny.json").replacingOccurrences(
                of: "\"recipe\": \"datasets/tiny.json\"", with: "\"folder\": \"nowhere\""), to: "experiments/bare.json")
        let missing = try pdetrain("experiments/bare.json")
        #expect(missing.status == 66 && missing.errors.contains("nowhere: no such dataset"), "\(missing.errors)")
        #expect(missing.errors.contains("pdegen RECIPE --out nowhere makes one"), "\(missing.errors)")
        let folder = try pdetrain("experiments/bare.json", "--set", "data.folder=experiments")
        #expect(folder.status == 66 && folder.errors.contains("experiments: not a dataset"), "\(folder.errors)")
        try pdetrain.write(
            pdetrain.text("datasets/tiny.json").replacingOccurrences(
                of: "\"valid\": 4, \"test\": 4", with: "\"valid\": 0"),
            to: "datasets/tiny.json")
        let train = try pdetrain.train()
        #expect(train.status == 65 || train.status == 66, "\(train.status)")
        #expect(train.errors.contains("data/tiny") && train.errors.contains("valid"), "\(train.errors)")
        #expect(!pdetrain.exists("runs"))
    }

    @Test(arguments: [
        (["model.modes=18"], 65, "model.modes: 18 modes along axis 0, which has 32 points", "At most 17 fit"),
        (["data.stride=8"], 65, "model.modes: 6 modes along axis 0, which has 4 points", "data.stride"),
        (["data.stride=3"], 65, "data.stride: a stride of 3 does not divide the 32 points", "Use a divisor of 32"),
        (["model.modes=[4, 4]"], 65, "model.modes: 2 numbers for a grid of 1 axes", "Give one number"),
        (["data.parameters=[\"viscosty\"]"], 65, "no number 'viscosty'", "Did you mean viscosity?"),
        (["data.fields=[\"pressure\"]"], 65, "there is no field 'pressure'", "It has u."),
        (["data.geometry=true"], 65, "no mask and sdf", "Set data.geometry to false"),
        (["task.frameStride=20"], 65, "9 frames, and the task needs 21", "Lower"),
        (
            ["regularizer.kind=jaws", "regularizer.headReach=20", "data.stride=2"], 65,
            "regularizer.headReach: 20 points to either side on a grid of 16", "as the shortest axis has"
        ),
        (["data.train=100"], 65, "", ""),
    ])
    func whatDoesNotFitTheDatasetIsRefused(
        _ settings: [String], _ status: Int32, _ first: String, _ second: String
    ) throws {
        let flags = settings.flatMap { ["--set", $0] }
        let result = try pdetrain.wait(pdetrain.start(["experiments/tiny.json", "--threads", "1"] + flags))
        if first.isEmpty {
            #expect(result.status == 0, "more samples than there are is all of them: \(result.errors)")
            return
        }
        #expect(result.status == status, "\(result.status)")
        #expect(result.errors.contains(first), "\(result.errors)")
        #expect(result.errors.contains(second), "\(result.errors)")
        #expect(!pdetrain.exists("runs"))
    }

    @Test func foldersOfOthersAreRefused() throws {
        #expect(try pdetrain.train().status == 0)
        let before = try pdetrain.bytes(in: "runs/tiny")
        let other = try pdetrain.train("--resume", "--set", "model.width=12")
        #expect(other.status == 73 && other.errors.contains("this folder belongs to another experiment"))
        #expect(other.errors.contains("--out") && other.errors.contains("Nothing was touched"))
        let seed = try pdetrain.train("--resume", "--set", "seeds=[5]")
        #expect(seed.status == 73 && seed.errors.contains("this run has the seed 0, not 5"), "\(seed.errors)")
        #expect(try pdetrain.bytes(in: "runs/tiny") == before)
        try pdetrain.write("mine", to: "precious/notes.txt")
        let notRun = try pdetrain.train("--out", "precious")
        #expect(notRun.status == 73 && notRun.errors.contains("notes.txt"), "\(notRun.errors)")
        #expect(try pdetrain.bytes(in: "precious").keys.sorted() == ["notes.txt"])
        let barred = try pdetrain.train("--out", "/proc/pdetrain")
        #expect(barred.status == 73)
        #expect(barred.errors.contains("/proc/pdetrain"), "\(barred.errors)")
    }

    @Test func aFolderInUseIsRefused() throws {
        #expect(try pdetrain.train("--set", "budget.epochs=1", "--out", "first").status == 0)
        let long = try pdetrain.start(
            ["experiments/tiny.json", "--set", "budget.epochs=4000", "--threads", "1", "--out", "run"])
        while !pdetrain.exists("run/checkpoint/last.safetensors") && long.isRunning {
            Thread.sleep(forTimeInterval: 0.01)
        }
        let second = try pdetrain.train("--set", "budget.epochs=4000", "--out", "run", "--resume")
        #expect(second.status == 73 && second.errors.contains("another process trains into this folder"))
        kill(long.processIdentifier, SIGINT)
        #expect(pdetrain.wait(long).status == 130)
    }

    @Test func aChangedDatasetIsNoticed() throws {
        #expect(try pdetrain.train("--set", "budget.epochs=1").status == 0)
        let recipe = try pdetrain.text("datasets/tiny.json")
        try pdetrain.write(
            recipe.replacingOccurrences(of: "[0.02, 0.2]", with: "[0.02, 0.3]"), to: "datasets/tiny.json")
        let before = try pdetrain.bytes(in: "runs/tiny")
        // The old recipe's dataset is there: it is not used as if it were the new one's.
        let stale = try pdetrain.train("--out", "other")
        #expect(stale.status == 73 && !pdetrain.exists("other"), "\(stale.status)")
        #expect(stale.errors.contains("equation.viscosity.logUniform.1 is 0.2 there and 0.3 here"), "\(stale.errors)")
        #expect(stale.errors.contains("data.folder"), "\(stale.errors)")
        try FileManager.default.removeItem(atPath: pdetrain.folder + "/data")
        let result = try pdetrain.train("--set", "budget.epochs=1", "--resume")
        #expect(result.status == 65, "\(result.status)")
        #expect(result.errors.contains("data/tiny: the dataset has changed since this run began"), "\(result.errors)")
        #expect(result.errors.contains("--out"))
        #expect(try pdetrain.bytes(in: "runs/tiny") == before)
    }

    @Test func checkpointsThatCannotBeUsedAreNamed() throws {
        #expect(try pdetrain.train().status == 0)
        #expect(try pdetrain.train("--out", "wide", "--set", "model.width=12").status == 0)
        let path = "\(pdetrain.folder)/runs/tiny/checkpoint/last.safetensors"
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        let other = try Data(
            contentsOf: URL(fileURLWithPath: "\(pdetrain.folder)/wide/checkpoint/last.safetensors"))
        try other.write(to: URL(fileURLWithPath: path))
        let foreign = try pdetrain.train("--resume")
        #expect(foreign.status == 65 && foreign.errors.contains("runs/tiny/checkpoint/last.safetensors"))
        #expect(foreign.errors.contains("has shape") && foreign.errors.contains("--out"), "\(foreign.errors)")
        for (name, bytes) in [
            ("cut short", good.prefix(good.count / 2)), ("no header", Data([1, 2, 3])), ("empty", Data()),
            ("garbled", Data(good.prefix(20)) + Data(repeating: 33, count: good.count - 20)),
        ] {
            try bytes.write(to: URL(fileURLWithPath: path))
            let result = try pdetrain.train("--resume")
            #expect(result.status == 65, "\(name): \(result.status)")
            #expect(result.errors.contains("runs/tiny/checkpoint/last.safetensors"), "\(name): \(result.errors)")
            #expect(result.errors.split(separator: "\n").count >= 2, "\(name) has no advice: \(result.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes, "\(name) was touched")
        }
        try good.write(to: URL(fileURLWithPath: path))
        #expect(try pdetrain.train("--resume").status == 0)
        // Weights of somebody else, in the right format and with nothing beside them.
        let entries = try pdetrain.numbers("runs/tiny")
        try SafetensorsFile(entries).write(to: path)
        let stateless = try pdetrain.train("--resume")
        #expect(stateless.status == 65 && stateless.errors.contains("it holds no training state"))
    }

    @Test func networksThatFitInNoMemoryAreRefusedAtOnce() throws {
        #expect(try pdetrain.train().status == 0)
        let result = try pdetrain.train(
            "--out", "huge", "--set", "model.width=4096", "--set", "model.layers=64", "--set", "model.modes=16")
        #expect(result.status == 65 && result.errors.contains("model: 35.4 G parameters"), "\(result.errors)")
        #expect(result.errors.contains("Lower model.width") && !pdetrain.exists("huge"))
        #expect(try pdetrain.train("--out", "all", "--set", "budget.batch=65536").status == 0)
    }

    @Test func aRunWithoutANetworkYetIsToGoOn() throws {
        #expect(try pdetrain.train("--set", "budget.epochs=1").status == 0)
        try FileManager.default.removeItem(atPath: "\(pdetrain.folder)/runs/tiny/checkpoint/best.safetensors")
        for result in [
            try pdetrain("test", "runs/tiny"), try pdetrain.evaluate("runs/tiny"),
            try pdetrain.evaluate("compare", "runs/tiny"),
        ] {
            #expect(result.status == 65, "\(result.status)")
            #expect(result.errors.contains("runs/tiny: this run was stopped before its first validation"))
            #expect(result.errors.contains("pdetrain EXPERIMENT --out runs/tiny --resume"), "\(result.errors)")
        }
    }

    @Test func checkpointsOfBeforeOpenWithAWordThatTheyCarryNoChecksum() throws {
        #expect(try pdetrain.train().status == 0)
        let (test, evaluation) = (try pdetrain("test", "runs/tiny"), try pdetrain.evaluate("runs/tiny", "--no-solver"))
        #expect(!(test.errors + evaluation.errors).contains("checksum"), "\(test.errors)\(evaluation.errors)")
        for file in ["best", "last"] { try pdetrain.removeChecksum("runs/tiny", file) }
        let word = "carries no checksum"
        let again = try pdetrain("test", "runs/tiny")
        #expect(again.status == 0 && again.output == test.output)
        #expect(again.errors.contains("warning: runs/tiny/checkpoint/best.safetensors \(word)"), "\(again.errors)")
        let rollout = try pdetrain.evaluate("runs/tiny", "--no-solver")
        #expect(rollout.status == 0 && rollout.errors.contains(word), "\(rollout.errors)")
        let resumed = try pdetrain.train("--resume")
        #expect(resumed.status == 0 && resumed.errors.contains("last.safetensors \(word)"), "\(resumed.errors)")
    }

    @Test func aLossThatIsNoNumberStopsTheRunWithAdvice() throws {
        let result = try pdetrain.train(
            "--set", "optimizer.learningRate=10", "--set", "budget.epochs=200", "--set", "task.training=unrolled",
            "--set", "task.steps=8", "--set", "model.layers=4")
        #expect(result.status == 65, "\(result.status) \(result.output)")
        #expect(result.errors.contains("the loss is ") && result.errors.contains("in step "), "\(result.errors)")
        #expect(result.errors.contains("optimizer.learningRate") && result.errors.contains("clipNorm"))
        #expect(result.errors.contains("last good state") || result.errors.contains("no checkpoint was written yet"))
        // What is kept can be read, and holds numbers only.
        if pdetrain.exists("runs/tiny/checkpoint/last.safetensors") {
            for entry in try pdetrain.numbers("runs/tiny") {
                guard case .float(let values) = entry.values else { continue }
                #expect(!values.contains { !$0.isFinite }, "\(entry.name)")
            }
        }
    }

    @Test(arguments: [
        (["--stride", "0"], 64, "whole numbers such as 1,2,4"),
        (["--stride", "a,b"], 64, "whole numbers such as 1,2,4"),
        (["--stride", "8"], 65, "stride: 6 modes along axis 0, which has 4 points"), (["--stride", "5"], 65, "stride"),
        (["--split", "tset"], 64, "test"), (["--data", "nowhere"], 66, "nowhere"),
        (["--stride", "1,2", "--example", "x"], 64, "one number with --example"),
        (["--example", "/proc/x"], 73, "/proc/x"),
    ])
    func testsThatCannotBeMadeAreRefused(_ flags: [String], _ status: Int32, _ hint: String) throws {
        #expect(try pdetrain.train("--set", "budget.epochs=1").status == 0)
        let result = try pdetrain.wait(pdetrain.start(["test", "runs/tiny"] + flags))
        #expect(result.status == status, "\(result.status)")
        #expect(result.errors.contains(hint), "\(result.errors)")
    }
}
