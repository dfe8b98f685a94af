import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEOperators
import PDETensor
import PDETraining
import Testing

/// Runs of Gaussian processes: fitted in closed form, kept and read as every other run.
@Suite struct ProcessTrainingTests {
    private static let process: KeyValuePairs<String, JSON> = [
        "model": .object([
            ("kind", "gaussian-process"), ("inputs", .object([("kind", "principal-components"), ("count", 16)])),
        ]), "precision": "double", "budget": .object([("epochs", 1)]),
    ]

    private func experiment(_ small: SmallRun, _ settings: KeyValuePairs<String, JSON>) throws -> Experiment {
        var json = try StrictEncoder().encode(small.experiment())
        for (key, value) in Self.process { try json.set(key, to: value) }
        for (key, value) in settings { try json.set(key, to: value) }
        return try StrictDecoder().decode(Experiment.self, from: json)
    }

    private func error(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch { return "\(error)" }
    }

    @Test func aRunIsFittedKeptAndReadAgain() throws {
        let small = try SmallRun(frames: 2, interval: 0.2, train: 100)
        let experiment = try experiment(small, ["task": .object([("kind", "operator")])])
        let training = small.training(experiment, "process", threads: 1)
        var notes: [String] = []
        let outcome = try training.run(observer: Training.Observer(demand: { notes.append($0) }))
        #expect(outcome.state.isFinished && outcome.state.step == 1 && !outcome.isInterrupted)
        #expect(notes.contains { $0.contains("parameters, about") && $0.contains("while they are fitted") })
        let result = try #require(try training.test())
        #expect(result.count == 4 && result.seen == 0 && result.loss > 0 && result.loss < 0.3, "\(result.loss)")
        #expect(RunVerification(of: training.folder).findings.isEmpty)

        // What is read is what was fitted, to the last bit, and the same again with more threads.
        let again = small.training(experiment, "again", threads: 2)
        _ = try again.run()
        let best = "checkpoint/best.safetensors"
        #expect(try small.entries(training, best) == small.entries(again, best))
        let bytes = try small.bytes(training, best)
        #expect(try training.run(resumes: true).state == outcome.state)
        #expect(try small.bytes(training, best) == bytes)
        #expect(error { _ = try training.run() }.contains("begun already"))

        let stepper = try NetworkStepper<Double>(folder: training.folder)
        let network = try #require(stepper.model.surrogate.network as? ProcessOperator<Double>)
        let state = stepper.emptyState(on: [32])
        let deviations = network.deviations(Tensor(repeating: 0, shape: [1, 32, 2], on: CPUBackend(threads: 1)))
        #expect(deviations.shape == [1, 32, 1] && deviations.values.allSatisfy { $0 > 0 && $0.isFinite })
        #expect(state.states.shape == [1, 32, 1])
        let model = try TrainedModel<Double>(folder: training.folder, on: CPUBackend(threads: 1))
        #expect(
            error { _ = try model.loss(split: .test, stride: 2) }.contains("knows the grid [32] of its training alone"))
    }

    @Test func aStoppedFitLeavesNothingAndIsMadeAgain() throws {
        let small = try SmallRun()
        let experiment = try experiment(small, ["model.pairs": 40])
        let training = small.training(experiment, "process")
        var asked = 0
        let stopped = try training.run(shouldStop: {
            asked += 1
            return asked > 20
        })
        #expect(stopped.isInterrupted && !stopped.state.isFinished)
        let outcome = try training.run(resumes: true)
        #expect(outcome.state.isFinished)
        let whole = small.training(experiment, "whole")
        _ = try whole.run()
        let best = "checkpoint/best.safetensors"
        #expect(try small.entries(training, best) == small.entries(whole, best))
        // 12 samples of 8 windows, of which 40 are taken.
        let pairs = try #require(try small.entries(whole, best).first { $0.name == "weights" })
        #expect(pairs.shape == [40, 32])
    }

    @Test func overANetworkTheErrorIsSmaller() throws {
        let small = try SmallRun(frames: 2, interval: 0.05, train: 100)
        let task = JSON.object([("kind", "operator")])
        let network = small.training(
            try small.experiment(["task": task, "budget.epochs": 20, "optimizer.averaging": .null]), "network")
        try small.run(network)
        let process = small.training(
            try experiment(small, ["task": task, "from": .string(network.folder)]), "process")
        _ = try process.run()
        let (alone, both) = (try #require(try network.test()).loss, try #require(try process.test()).loss)
        #expect(both < 0.9 * alone, "\(both) \(alone)")
        let model = try TrainedModel<Double>(folder: process.folder, on: CPUBackend(threads: 1))
        #expect(model.description.closedForm?.mean?.wrappedValue is FourierArchitecture)
        let twice = small.training(try experiment(small, ["task": task, "from": .string(process.folder)]), "twice")
        #expect(error { _ = try twice.run() }.contains("in closed form itself"))
    }

    /// Over a network that makes steps it is judged by rollouts, which it makes no worse, and says so.
    @Test func rolloutsOverANetworkGetNoWorse() throws {
        let small = try SmallRun()
        let network = small.training(
            try small.experiment(["budget.epochs": 20, "optimizer.averaging": .null]), "network")
        try small.run(network)
        let process = small.training(try experiment(small, ["from": .string(network.folder)]), "process")
        var notes: [String] = []
        _ = try process.run(observer: Training.Observer(note: { notes.append($0) }))
        let note = try #require(notes.first { $0.hasPrefix("validation error") })
        let numbers = note.split(whereSeparator: { !"0123456789.e-".contains($0) }).compactMap { Double($0) }
        #expect(numbers.count == 4 && numbers[2] <= numbers[0] && numbers[2] <= numbers[1], "\(note)")
        // The number is that of whole rollouts of what is kept.
        let setting = try process.setting(Double.self)
        let problem = try EvolutionProblem<Double>(setting)
        let kept = try TrainedModel<Double>(folder: process.folder, on: CPUBackend(threads: 1))
        let parts = TrainedParts(surrogate: kept.surrogate)
        let error = try problem.farError(parts) { false }
        #expect(abs(error - numbers[2]) < 1e-4 * error, "\(error) \(note)")
    }

    @Test func whatCannotBeFittedIsRefused() throws {
        let small = try SmallRun()
        for (settings, words) in [
            (["precision": "float"], "single precision leaves nothing"),
            (["task.training": "pushforward"], "pairs of true states"),
            (["regularizer": "jaws"], "without a loss"),
        ] as [(KeyValuePairs<String, JSON>, String)] {
            #expect(error { _ = try experiment(small, settings) }.contains(words))
        }
        var training = small.training(try experiment(small, [:]), "large")
        training.availableMemory = { 10_000 }
        let message = error { _ = try training.run() }
        #expect(message.contains("while they are fitted") && message.contains("raise data.stride"))
    }
}
