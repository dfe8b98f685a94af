import Foundation
import PDEConfig
import PDECore
import PDEData
import PDETensor
import PDETraining
import Synchronization
import Testing

/// Runs that go on: for longer, at another rate, on other data, and in several processes at once.
@Suite(.serialized) struct GoingOnTests {
    private let small: SmallRun

    init() throws { small = try SmallRun() }

    private func training(_ name: String, _ settings: KeyValuePairs<String, JSON>) throws -> Training {
        small.training(try small.experiment(settings), name)
    }

    /// What is said when a run is gone on with.
    private func goOn(_ training: Training) throws -> (outcome: Training.Outcome, notes: [String]) {
        var notes: [String] = []
        let outcome = try training.run(
            resumes: true,
            observer: Training.Observer(
                begin: { _, _ in }, step: { _, _ in }, validated: { _, _ in }, note: { notes.append($0) }),
            shouldStop: { false })
        return (outcome, notes)
    }

    /// With a rate that does not depend on the length, a run that is made longer is the longer run, bit for bit.
    @Test func aLongerRunIsTheLongerRun() throws {
        let long = try training("long", ["schedule": "constant", "budget.epochs": 4])
        try small.run(long)
        let first = try training("run", ["schedule": "constant", "budget.epochs": 2])
        #expect(try small.run(first).outcome.state.isFinished)
        let (outcome, notes) = try goOn(try training("run", ["schedule": "constant", "budget.epochs": 4]))
        #expect(outcome.state.isFinished && outcome.state.step == 48)
        #expect(notes == ["goes on with budget.epochs 4, which was 2: the schedule is that of the new run's length"])
        #expect(try small.entries(first) == small.entries(long))
        #expect(try small.bytes(first, "log.jsonl") == small.bytes(long, "log.jsonl"))
        #expect(try small.bytes(first, "experiment.json") == small.bytes(long, "experiment.json"))
        #expect(RunVerification(of: first.folder).findings.isEmpty)
        // Asked again for the same, there is nothing to do.
        let again = try goOn(try training("run", ["schedule": "constant", "budget.epochs": 4]))
        #expect(again.outcome.state.step == 48 && again.notes.isEmpty)
    }

    /// What is measured for a budget in seconds leaves no trace: the run is the one of as many steps, also after a stop.
    @Test func aRunBySecondsIsTheRunOfItsSteps() throws {
        let bySeconds: KeyValuePairs<String, JSON> = ["budget.epochs": 1000, "budget.seconds": 0.05]
        let first = try training("seconds", bySeconds)
        let stopped = try small.run(first, stop: 1).outcome.state
        let pace = try #require(stopped.pace)
        #expect(stopped.step == 1 && pace > 0)
        let ended = try goOn(first)
        let steps = max(1, Int(0.05 / pace))
        #expect(ended.outcome.state.step == steps && ended.outcome.state.pace == pace && ended.notes.isEmpty)
        let whole = try training("steps", ["budget.epochs": 1000, "budget.steps": .number(steps)])
        try small.run(whole)
        #expect(try small.entries(first) == small.entries(whole))
        #expect(try small.bytes(first, "log.jsonl") == small.bytes(whole, "log.jsonl"))
        // More seconds are more steps at the same pace.
        let longer = try goOn(try training("seconds", ["budget.epochs": 1000, "budget.seconds": 0.1]))
        #expect(longer.outcome.state.step == Int(0.1 / pace) && longer.notes.count == 1)
        #expect(try small.experiment(bySeconds).budget == Budget(epochs: 1000, seconds: 0.05, batch: 8))
    }

    @Test func aFinishedRunGoesOnAtAnotherRateAndASoundBestIsKept() throws {
        let first = try training("run", ["budget.epochs": 2, "optimizer.averaging": .null])
        try small.run(first)
        let before = try #require(try small.run(first, resumes: true).outcome.state.bestLoss)
        let more = try training(
            "run",
            [
                "budget.epochs": 3, "optimizer.learningRate": 1e-9, "schedule": "constant",
                "optimizer.averaging": .null,
            ])
        let state = try goOn(more).outcome.state
        #expect(state.step == 36 && abs(state.bestLoss! - before) < 1e-3 * before)
        #expect(RunVerification(of: first.folder).findings.isEmpty)
        #expect(try TrainedModel<Float>(folder: first.folder, on: CPUBackend(threads: 1)).loss(split: .test).loss < 1)
    }

    /// Patience that ended a run does not end it again at once.
    @Test func aRunThatStoppedEarlyIsPatientAgain() throws {
        let flat: KeyValuePairs<String, JSON> = [
            "optimizer.learningRate": 1e-9, "budget.patience": 2, "budget.epochs": 50, "schedule.kind": "constant",
            "optimizer.averaging": .null,
        ]
        let first = try training("run", flat)
        let stopped = try small.run(first).outcome.state.step
        var longer = first.experiment
        longer.budget.patience = 3
        let outcome = try goOn(small.training(longer, "run")).outcome
        #expect(outcome.state.isFinished && outcome.state.step >= stopped + 12 && outcome.state.step < 50 * 12)
    }

    @Test(arguments: [
        ("model.width", JSON.number(9), "model.width is 8 there and 9 here"),
        ("budget.batch", 4, "budget.batch is 8 there and 4 here"),
        ("optimizer.averaging", .null, "optimizer.averaging is 0.9 there and not set here"),
        ("loss", "h1", "loss.kind is \"relative-l2\" there and \"h1\" here"),
        ("task.noise", 0.5, "task.noise is 0.0 there and 0.5 here"),
        ("from", "runs/other", "from is not set there and \"runs/other\" here"),
    ])
    func theKeyThatDiffersIsNamed(_ key: String, _ value: JSON, _ said: String) throws {
        try small.run(try training("run", ["budget.epochs": 1]))
        let other = try training("run", ["budget.epochs": 1, key: value])
        let error = #expect(throws: TrainingError.self) { try small.run(other, resumes: true) }
        let text = try #require(error?.description)
        #expect(text.contains("another experiment: \(said)"), "\(text)")
    }

    @Test func aRunCannotEndBeforeItStands() throws {
        try small.run(try training("run", ["budget.epochs": 2]))
        let shorter = try training("run", ["budget.epochs": 1])
        let error = #expect(throws: TrainingError.self) { try small.run(shorter, resumes: true) }
        #expect(try #require(error?.description).contains("it is of step 24, and budget ends with step 12"))
    }

    /// Tuned further on other data, a network begins with what it has learned, in the units that it has learned in.
    @Test func networksAreTunedFurtherOnOtherData() throws {
        let other = try SmallRun(seed: 4)
        let first = try training("first", ["budget.epochs": 8])
        try small.run(first)
        let settings: KeyValuePairs<String, JSON> = [
            "from": .string(first.folder), "optimizer.learningRate": 1e-12, "budget.epochs": 1,
            "optimizer.averaging": .null, "optimizer.clipNorm": .null,
        ]
        let tuned = other.training(try other.experiment(settings), "tuned")
        let begun = try other.run(tuned)
        let cold = try other.run(other.training(try other.experiment(["budget.epochs": 1]), "cold"))
        #expect(begun.losses[0] < 0.4 * cold.losses[0], "\(begun.losses[0]), \(cold.losses[0])")
        // At a rate of nothing it is the network of the first run.
        let cpu = CPUBackend(threads: 1)
        let models = try [first, tuned].map { try TrainedModel<Float>(folder: $0.folder, on: cpu) }
        let losses = try models.map { try $0.loss(dataset: other.dataset, split: .test).loss }
        #expect(abs(losses[0] - losses[1]) < 1e-5 * losses[0])
        #expect(models[0].description.normalization == models[1].description.normalization)
        // Stopped and gone on with, it is the same, whatever has become of the first run.
        let parts = other.training(try other.experiment(settings), "parts")
        try other.run(parts, stop: 5)
        try FileManager.default.removeItem(atPath: first.folder)
        try other.run(parts, resumes: true)
        #expect(try other.entries(parts) == other.entries(tuned))
    }

    @Test(arguments: [
        ("model.width", JSON.number(9), "model.width is 8 there and 9 here"),
        ("task.history", 2, "task.history is 1 there and 2 here"),
        ("data.parameters", .array([]), "data.parameters is [\"viscosity\"] there and [] here"),
    ])
    func networksThatDoNotFitAreNotTuned(_ key: String, _ value: JSON, _ said: String) throws {
        let first = try training("first", ["budget.epochs": 1])
        try small.run(first)
        let other = try training("other", ["from": .string(first.folder), key: value])
        let error = #expect(throws: TrainingError.self) { try small.run(other) }
        #expect(try #require(error?.description).contains(said), "\(error?.description ?? "")")
        #expect(!FileSystem.exists(other.folder))
    }

    /// Two processes with half of every batch each take the steps of one with all of it, to round-off.
    @Test func gradientsOfSeveralRanksAreOneGradient() throws {
        let experiment = try small.experiment(["budget.epochs": 2, "precision": "double"])
        let whole = small.training(experiment, "whole")
        try small.run(whole)
        let meeting = Meeting(count: 2)
        let runs = (0..<2).map { index in
            var training = small.training(experiment, "rank\(index)")
            training.exchange = Exchange(rank: Rank(index, of: 2), meeting: meeting)
            return training
        }
        let failures = Mutex<[any Error]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            do { try small.run(runs[index]) } catch { failures.withLock { $0.append(error) } }
        }
        #expect(failures.withLock { $0.isEmpty })
        #expect(try small.entries(runs[0]) == small.entries(runs[1]))
        for (one, all) in zip(try small.entries(runs[0]), try small.entries(whole)) {
            guard case .double(let a) = one.values, case .double(let b) = all.values else { continue }
            #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-7 * (1 + abs($1)) }, "\(one.name)")
        }
    }

    @Test(arguments: [("pdekit-4", "version 4, and this program knows up to 3"), ("other", "its layout is unknown")])
    func checkpointsOfAnotherLayoutAreRefused(_ layout: String, _ said: String) throws {
        let run = try training("run", ["budget.epochs": 1])
        try small.run(run)
        let path = "\(run.folder)/checkpoint/best.safetensors"
        var file = try SafetensorsFile(path: path)
        #expect(file.metadata["format"] == "pdekit-3")
        file.metadata["format"] = layout
        try file.write(to: path)
        let error = #expect(throws: TrainingError.self) { try TrainedRun(folder: run.folder) }
        #expect(try #require(error?.description).contains(said))
        // What the version before wrote opens.
        file.metadata["format"] = "pdekit-2"
        try file.write(to: path)
        #expect(try TrainedRun(folder: run.folder).warning == nil)
    }
}

/// Threads in the place of processes, which wait for each other with their numbers.
private final class Meeting: Sendable {
    private struct State {
        var numbers: [Int: (values: [Double], samples: Int)] = [:]
        var mean: [Double] = []
        var left = 0
    }

    private let count: Int
    private let state = Mutex(State())

    init(count: Int) { self.count = count }

    /// The weighted mean of all ranks' numbers, added in their order.
    func mean(_ values: [Double], _ samples: Int, rank: Int) -> [Double] {
        while state.withLock({ $0.left > 0 }) { usleep(10) }
        state.withLock { state in
            state.numbers[rank] = (values, samples)
            guard state.numbers.count == count else { return }
            let parts = (0..<count).map { state.numbers[$0]! }
            let all = Double(parts.reduce(0) { $0 + $1.samples })
            state.mean = values.indices.map { place in
                parts.reduce(0) { $0 + $1.values[place] * Double($1.samples) } / all
            }
            state.numbers = [:]
            state.left = count
        }
        while state.withLock({ $0.left == 0 }) { usleep(10) }
        let mean = state.withLock { $0.mean }
        state.withLock { $0.left -= 1 }
        return mean
    }
}

private struct Exchange: GradientExchange {
    let rank: Rank
    let meeting: Meeting

    func average<Scalar: Real>(_ gradients: [Tensor<Scalar>], loss: Double, samples: Int) -> Double {
        let mean = meeting.mean(gradients.flatMap { $0.values.map { Double($0) } } + [loss], samples, rank: rank.index)
        var next = 0
        for gradient in gradients {
            gradient.withUnsafeMutableValues { values in
                for place in values.indices {
                    values[place] = Scalar(mean[next])
                    next += 1
                }
            }
        }
        return mean[next]
    }
}
