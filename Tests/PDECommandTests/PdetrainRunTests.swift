import Foundation
import Glibc
import PDEData
import Testing

/// `pdetrain` as a user runs it, from a recipe and an experiment to a trained network.
@Suite(.serialized) struct PdetrainRunTests {
    private let pdetrain: Pdetrain

    init() throws { pdetrain = try Pdetrain() }

    private func object(_ line: Substring) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
    }

    @Test func aRunMakesItsDatasetTrainsAndSaysWhatCameOut() throws {
        let run = try pdetrain.train()
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("runs/tiny: ") && lines[0].hasSuffix(" parameters, 24 steps, seed 0"), "\(lines)")
        let heads = ["trained", "valid", "test", "look"]
        #expect(
            lines.count == 5 && zip(lines.dropFirst(), heads).allSatisfy { $0.hasPrefix("  " + $1) }, "\(lines)")
        #expect(lines[3].hasSuffix(" on 32 windows, none of them seen"))
        #expect(pdetrain.exists("data/tiny/manifest.json"))
        let files = try pdetrain.bytes(in: "runs/tiny").keys.filter { $0 != ".lock" }
        #expect(
            files.sorted() == [
                "checkpoint/best.safetensors", "checkpoint/data.safetensors", "checkpoint/last.safetensors",
                "experiment.json", "log.jsonl", "loss.png",
            ])
        let log = try pdetrain.text("runs/tiny/log.jsonl").split(separator: "\n")
        #expect(log.count == 2)
        for line in log {
            let record = try object(line)
            #expect((record["validLoss"] as? Double).map { $0 > 0 && $0 < 2 } == true)
            // The losses of all steps since the last line, some together: their mean is the line's.
            let parts = try #require(record["parts"] as? [[String: Double]])
            let (step, mean) = try (#require(record["step"] as? Double), #require(record["trainLoss"] as? Double))
            var (before, sum) = (step - 12, 0.0)
            for part in parts {
                sum += try #require(part["loss"]) * (#require(part["step"]) - before)
                before = try #require(part["step"])
            }
            #expect(parts.count == 12 && before == step && abs(sum / 12 - mean) < 1e-12, "\(line)")
        }
        let resolved = try pdetrain.text("runs/tiny/experiment.json")
        #expect(resolved.contains("\"relative-l2\"") && resolved.contains("\"name\": \"tiny\""))
    }

    @Test func aSecondRunIsRefusedAndAFinishedOneMayBeResumed() throws {
        #expect(try pdetrain.train().status == 0)
        let before = try pdetrain.bytes(in: "runs/tiny")
        let again = try pdetrain.train()
        #expect(again.status == 73)
        #expect(again.errors.contains("runs/tiny: this run has been begun already"))
        #expect(again.errors.contains("Go on with it: pdetrain runs/tiny --resume. Or"))
        let faster = try pdetrain.train("--set", "optimizer.learningRate=0.03")
        #expect(faster.status == 73 && faster.errors.contains("begun already: optimizer.learningRate is "))
        #expect(faster.errors.contains("pdetrain runs/tiny --resume --set 'optimizer.learningRate=0.03'"))
        let other = try pdetrain.train("--set", "model.width=12", "--set", "model.layers=1")
        #expect(
            other.errors.contains("another experiment: model.width is ") && other.errors.contains(", model.layers is "))
        #expect(try pdetrain.bytes(in: "runs/tiny") == before)
        let resumed = try pdetrain.train("--resume")
        #expect(resumed.status == 0 && resumed.output.contains(", 24 steps, seed 0"), "\(resumed.errors)")
        #expect(resumed.output.contains("  test      "))
        // What took no step tells nothing of speed, and the numbers are those of before.
        let parameters = "checkpoint/last.safetensors"
        #expect(try pdetrain.bytes(in: "runs/tiny")[parameters] == before[parameters])
        #expect(try pdetrain.text("runs/tiny/log.jsonl") == String(decoding: before["log.jsonl"]!, as: UTF8.self))
    }

    /// A run's folder is enough to go on with it, for longer too; another folder begins with its network.
    @Test func aRunsFolderIsGoneOnWith() throws {
        let flags = ["--threads", "1", "--set", "schedule.kind=constant"]
        #expect(try pdetrain.wait(pdetrain.start(["experiments/tiny.json"] + flags)).status == 0)
        #expect(try pdetrain("runs/tiny").errors.contains("Go on with it: pdetrain runs/tiny --resume"))
        // The experiment's file is not asked any more, nor where its recipe is.
        try pdetrain.write("{}", to: "experiments/tiny.json")
        let longer = try pdetrain("runs/tiny", "--resume", "--set", "budget.epochs=4", "--threads", "1")
        #expect(longer.status == 0 && longer.output.contains("runs/tiny: "), "\(longer.errors)")
        #expect(longer.output.contains(", 48 steps, seed 0"), "\(longer.output)")
        #expect(longer.errors.contains("goes on with budget.epochs 4, which was 2"), "\(longer.errors)")
        let other = try pdetrain("runs/tiny", "--resume", "--set", "model.width=12")
        #expect(other.status == 73 && other.errors.contains("model.width is 8 there and 12 here"), "\(other.errors)")
        #expect(try pdetrain("verify", "runs/tiny").status == 0)
        let anew = try pdetrain("runs/tiny", "--out", "anew", "--threads", "1")
        #expect(anew.status == 0 && anew.output.contains("anew: "), "\(anew.errors)")
        #expect(try pdetrain.numbers("anew") == pdetrain.numbers("runs/tiny"))
        let tuned = try pdetrain(
            "runs/tiny", "--out", "tuned", "--from", "runs/tiny", "--set", "budget.epochs=1", "--threads", "1")
        #expect(tuned.status == 0, "\(tuned.errors)")
        #expect(try pdetrain.text("tuned/experiment.json").contains("\"from\": \"runs/tiny\""))
        let nowhere = try pdetrain("runs/tiny", "--out", "no", "--from", "runs/tyny")
        #expect(nowhere.status == 65 && nowhere.errors.contains("runs/tyny"), "\(nowhere.errors)")
        #expect(!pdetrain.exists("no"))
    }

    /// Killed at random moments again and again, also while its dataset is made, a run ends in the numbers of an undisturbed one.
    @Test(arguments: ["1", "2"]) func aKilledRunContinues(_ threads: String) throws {
        let long = ["experiments/tiny.json", "--set", "budget.epochs=25", "--set", "optimizer.averaging=0.9"]
        let start = ContinuousClock.now
        #expect(try pdetrain.wait(pdetrain.start(long + ["--threads", "1", "--out", "whole"])).status == 0)
        let duration = (ContinuousClock.now - start) / .seconds(1)
        let (last, best) = (try pdetrain.numbers("whole"), try pdetrain.numbers("whole", "best"))
        try FileManager.default.removeItem(atPath: pdetrain.folder + "/data")
        var (kills, round) = (0, 0)
        while kills < 8 {
            let folder = "killed\(round)"
            round += 1
            var isFinished = false
            while !isFinished {
                let process = try pdetrain.start(long + ["--threads", threads, "--out", folder, "--resume"])
                if kills < 8 {
                    Thread.sleep(forTimeInterval: .random(in: 0.005...max(0.02, 0.6 * duration)))
                    kill(process.processIdentifier, SIGKILL)
                }
                let result = pdetrain.wait(process)
                if result.wasKilled { kills += 1 } else { #expect(result.status == 0, "\(result.errors)") }
                isFinished = !result.wasKilled
            }
            #expect(try pdetrain.numbers(folder) == last)
            #expect(try pdetrain.numbers(folder, "best") == best)
            #expect(try pdetrain.text("\(folder)/log.jsonl") == pdetrain.text("whole/log.jsonl"))
            #expect(try pdetrain.bytes(in: folder).keys.allSatisfy { !$0.hasSuffix(".partial") })
        }
    }

    @Test func anInterruptedRunContinues() throws {
        let long = ["experiments/tiny.json", "--set", "budget.epochs=150", "--threads", "1"]
        // With its dataset there, what is interrupted is training.
        #expect(try pdetrain.train("--out", "first").status == 0)
        let process = try pdetrain.start(long + ["--out", "run"])
        while !pdetrain.exists("run/checkpoint/last.safetensors") && process.isRunning {
            Thread.sleep(forTimeInterval: 0.01)
        }
        kill(process.processIdentifier, SIGINT)
        let result = pdetrain.wait(process)
        #expect(!result.wasKilled && result.status == 130, "\(result.status) \(result.errors)")
        #expect(result.errors.contains("nothing is lost") && result.errors.contains("--resume"))
        #expect(result.output.isEmpty)
        let stopped = try pdetrain.numbers("run")
        let resumed = try pdetrain.wait(pdetrain.start(long + ["--out", "run", "--resume"]))
        #expect(resumed.status == 0 && resumed.output.contains(" 1,800 steps"), "\(resumed.errors)")
        #expect(try pdetrain.numbers("run") != stopped)
        #expect(try pdetrain.wait(pdetrain.start(long + ["--out", "whole"])).status == 0)
        #expect(try pdetrain.numbers("run") == pdetrain.numbers("whole"))
    }

    /// Whoever finds its dataset being made waits with a word for what, makes what is left, and goes on.
    @Test func twoRunsMakeTheirDatasetTogether() throws {
        let first = try pdetrain.start(["experiments/tiny.json", "--threads", "1", "--out", "a"])
        let second = try pdetrain.start(["experiments/tiny.json", "--threads", "1", "--out", "b"])
        for result in [pdetrain.wait(first), pdetrain.wait(second)] { #expect(result.status == 0, "\(result.errors)") }
        #expect(try pdetrain.numbers("a") == pdetrain.numbers("b"))
    }

    @Test func aDatasetThatAnotherProcessMakesIsWaitedFor() throws {
        let dataset = DatasetFolder(path: "\(pdetrain.folder)/data/tiny", name: "tiny")
        var lease = try dataset.acquire(ShardID(.train, 0))
        let command = ["experiments/tiny.json", "--threads", "1", "--log", "json"]
        let (stopped, waiting) = (try pdetrain.start(command), try pdetrain.start(command + ["--out", "b"]))
        withExtendedLifetime(lease) {
            #expect(lease != nil)
            Thread.sleep(forTimeInterval: 5)
            #expect(stopped.isRunning && waiting.isRunning)
            kill(stopped.processIdentifier, SIGTERM)
            let interrupted = pdetrain.wait(stopped)
            #expect(interrupted.status == 130, "\(interrupted.errors)")
            #expect(interrupted.errors.contains("waiting for another process"), "\(interrupted.errors)")
        }
        lease = nil
        let result = pdetrain.wait(waiting)
        #expect(result.status == 0 && result.errors.contains("waiting for another process"), "\(result.errors)")
    }

    /// From the moment that a program's code runs, a signal ends it with the code of an interrupt.
    @Test(arguments: [["bench", "fno2d"], ["experiments/tiny.json", "--check"], ["experiments/tiny.json"]])
    func signalsAreCaughtFromTheStart(_ command: [String]) throws {
        let process = try pdetrain.start(command + ["--threads", "1"])
        let caught = { () -> Bool in
            let status =
                (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
            let mask = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t").last
            return mask.flatMap { UInt64($0, radix: 16) }.map { $0 & (1 << UInt64(SIGTERM - 1)) != 0 } ?? false
        }
        while !caught() && process.isRunning { usleep(500) }
        kill(process.processIdentifier, SIGTERM)
        let start = ContinuousClock.now
        let result = pdetrain.wait(process)
        #expect(!result.wasKilled && result.status == 130, "\(result.status) \(result.errors)")
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func everySeedHasItsRun() throws {
        let both = try pdetrain.train("--set", "seeds=[0, 1]", "--set", "budget.epochs=1")
        #expect(both.status == 0, "\(both.errors)")
        #expect(both.output.contains("runs/tiny/seed-0: ") && both.output.contains("runs/tiny/seed-1: "))
        #expect(try pdetrain.numbers("runs/tiny/seed-0") != pdetrain.numbers("runs/tiny/seed-1"))
        let one = try pdetrain.train("--seed", "1", "--set", "budget.epochs=1", "--out", "one")
        #expect(one.status == 0 && one.output.contains("one/seed-1: ") && one.output.contains(", seed 1"))
        #expect(try pdetrain.numbers("one/seed-1") == pdetrain.numbers("runs/tiny/seed-1"))
        // Beside it goes another one, and one of several is one of theirs.
        for flags in [["--seed", "2"], []] {
            let result = try pdetrain.wait(
                pdetrain.start(
                    ["experiments/tiny.json", "--threads", "1", "--set", "budget.epochs=1", "--out", "one"] + flags))
            #expect(result.status == 0, "\(result.errors)")
        }
        let resumed = try pdetrain.train("--seed", "1", "--set", "budget.epochs=1", "--resume")
        #expect(resumed.status == 0 && resumed.output.contains("runs/tiny/seed-1: "), "\(resumed.errors)")
        // A folder that holds the very run is gone on with, though it has not the seed's name.
        #expect(try pdetrain.train("--set", "seeds=[1]", "--set", "budget.epochs=1", "--out", "old").status == 0)
        let old = try pdetrain.train("--seed", "1", "--set", "budget.epochs=1", "--out", "old", "--resume")
        #expect(old.status == 0 && old.output.contains("old: ") && !pdetrain.exists("old/seed-1"), "\(old.errors)")
        let other = try pdetrain.train("--set", "budget.epochs=1", "--out", "other")
        #expect(other.status == 0)
        #expect(try pdetrain.numbers("other") == pdetrain.numbers("runs/tiny/seed-0"))
    }

    @Test func aPlanWritesNothing() throws {
        let plan = try pdetrain.train("--plan", "--set", "seeds=[3, 4]", "--set", "budget.steps=10")
        #expect(plan.status == 0)
        #expect(
            plan.output.hasPrefix(
                """
                experiment  tiny
                dataset     data/tiny, which datasets/tiny.json would make
                run         runs/tiny/seed-3, seed 3
                run         runs/tiny/seed-4, seed 4
                budget      2 epochs of batches of 8, at most 10 steps
                making      about
                """))
        #expect(
            plan.output.hasSuffix(
                """
                 for datasets that are missing
                left        2 of 2 runs; of 2 it is known when their datasets are there

                """))
        #expect(plan.errors.isEmpty)
        #expect(!pdetrain.exists("data") && !pdetrain.exists("runs"))
    }

    @Test func aCheckLooksAndTrainsNothing() throws {
        let check = try pdetrain.train("--check")
        #expect(check.status == 0, "\(check.errors)")
        let lines = check.output.split(separator: "\n")
        #expect(lines.count == 3 && lines[0].hasSuffix("parameters have a derivative"))
        #expect(lines.count == 3 && lines[2].hasPrefix("one batch in 60 steps: loss 0."))
        #expect(lines.count == 3 && lines[2].count < 60, "\(lines[2])")
        #expect(!pdetrain.exists("runs"))
        // What learns slowly learns, and what was trained before has little left to learn.
        let slow = try pdetrain.train("--check", "--set", "optimizer.learningRate=1e-3")
        #expect(slow.status == 0, "\(slow.errors)")
        #expect(try pdetrain.train("--out", "trained").status == 0)
        let tuned = try pdetrain.train(
            "--check", "--from", "trained", "--set", "optimizer.learningRate=1e-4", "--out", "next")
        #expect(tuned.status == 0, "\(tuned.errors)")
        let lame = try pdetrain.train("--check", "--set", "optimizer.learningRate=1e-9")
        #expect(lame.status == 65 && lame.errors.contains("try another optimizer.learningRate"), "\(lame.errors)")
    }

    @Test func progressCanBeReadByMachines() throws {
        let run = try pdetrain.train("--log", "json")
        #expect(run.status == 0)
        var validations = 0
        for line in run.errors.split(separator: "\n") {
            let event = try object(line)
            guard event["event"] as? String == "validated" else { continue }
            validations += 1
            #expect((event["valid_loss"] as? Double).map { $0.isFinite } == true && event["is_best"] is Bool)
        }
        #expect(validations == 2, "\(run.errors)")
        #expect(try pdetrain.train("--out", "quiet", "--quiet").errors.isEmpty)
    }

    @Test func trainedNetworksAreTestedOnOtherGrids() throws {
        #expect(try pdetrain.train().status == 0)
        let test = try pdetrain("test", "runs/tiny", "--stride", "2,1", "--threads", "1")
        #expect(test.status == 0, "\(test.errors)")
        let results = try test.output.split(separator: "\n").map(object)
        #expect(results.map { $0["grid"] as? [Int] } == [[16], [32]])
        #expect(results.allSatisfy { $0["windows"] as? Int == 32 && $0["split"] as? String == "test" })
        // The line at the end of the run says the same of the training's grid.
        let end = try pdetrain.train("--resume").output
        let value = try #require(results[1]["value"] as? Double)
        let stated = try #require(
            end.split(separator: "\n").first { $0.hasPrefix("  test") }?.split(separator: " ").dropFirst().first
                .flatMap { Double($0) })
        #expect(abs(value - stated) < 1e-3 * value)
        let valid = try pdetrain("test", "runs/tiny", "--split", "valid")
        #expect(valid.status == 0 && valid.output.contains("\"split\":\"valid\""), "\(valid.output)")
    }

    /// What goes in and comes out is written for programs that look at the network from outside.
    @Test func anExampleOfTheNetworkIsWritten() throws {
        #expect(try pdetrain.train("--set", "task.history=2").status == 0)
        let test = try pdetrain("test", "runs/tiny", "--stride", "2", "--example", "example.safetensors")
        #expect(test.status == 0 && test.output.contains("\"grid\":[16]"), "\(test.errors)")
        let file = try SafetensorsFile(path: "\(pdetrain.folder)/example.safetensors")
        #expect(file.entries.map(\.name).sorted() == ["input", "output"])
        // Two states and the viscosity, in units of their deviation.
        #expect(file["input"]?.shape == [8, 16, 3] && file["output"]?.shape == [8, 16, 1])
        guard case .float(let input) = file["input"]?.values, case .float(let output) = file["output"]?.values else {
            Issue.record("not floats")
            return
        }
        #expect(input.allSatisfy { abs($0) < 6 } && input.contains { abs($0) > 0.5 })
        #expect(output.contains { $0 != output[0] })
        #expect((0..<16).allSatisfy { input[3 * $0 + 2] == input[2] }, "a parameter is the same everywhere")
    }

    @Test func benchPrintsThePeersKeys() throws {
        let result = try pdetrain("bench", "fno1d", "--batch", "1", "--threads", "1")
        #expect(result.status == 0, "\(result.errors)")
        let json = try object(result.output[...])
        #expect(json["bench"] as? String == "fno1d" && json["precision"] as? String == "float")
        for key in ["train_ms", "optimizer_ms", "forward_ms"] {
            #expect((json[key] as? Double).map { $0 > 0 } == true, "\(key)")
        }
        #expect(json["parameters"] as? Int == 549_569, "\(result.output)")
        let misspelt = try pdetrain("bench", "fno1")
        #expect(misspelt.status == 64 && misspelt.output.isEmpty)
        #expect(
            misspelt.errors == """
                pdetrain: error: no benchmark 'fno1'
                  did you mean fno1d?
                  there are: fno1d, fno2d, unet2d, lsm2d, linearno2d, sgno1d, gp, score

                """)
    }
}
