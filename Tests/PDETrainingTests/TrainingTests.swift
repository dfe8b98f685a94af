import Foundation
import PDEConfig
import PDECore
import PDEData
import PDETensor
import PDETraining
import Testing

@Suite(.serialized) struct TrainingTests {
    @Test func trainingMakesTheLossSmallAndTheBestStateIsKept() throws {
        let small = try SmallRun()
        let training = small.training(try small.experiment(["budget.epochs": 12]), "run")
        let (outcome, losses) = try small.run(training)
        #expect(outcome.state.isFinished && outcome.state.step == losses.count)
        #expect(losses.last! < 0.3 * losses[0])
        let test = try #require(try training.test())
        #expect(test.count == 4 * 8 && test.loss < 0.1)
        #expect(try small.bytes(training, "loss.png").count > 1000)
        let model = try TrainedModel<Float>(folder: training.folder, on: CPUBackend(threads: 1))
        let valid = try model.loss(dataset: small.dataset, split: .valid)
        #expect(abs(valid.loss - outcome.state.bestLoss!) < 1e-6)
    }

    /// Stopped after some steps and gone on with, a run ends in the same numbers, on any number of threads.
    @Test(arguments: ["one-step", "pushforward", "unrolled"], ["none", "jaws"])
    func stoppedRunsEndInTheSameBits(_ mode: String, _ penalty: String) throws {
        let small = try SmallRun()
        let experiment = try small.experiment([
            "task.training": .string(mode), "task.steps": mode == "one-step" ? 1 : 3, "task.noise": 0.01,
            "regularizer": .string(penalty),
        ])
        let whole = small.training(experiment, "whole")
        let steps = try small.run(whole).losses.count
        for (threads, stop) in [(1, 1), (2, steps / 2), (3, steps - 1)] {
            let parts = small.training(experiment, "parts\(threads)", threads: threads)
            #expect(try small.run(parts, stop: stop).outcome.isInterrupted)
            #expect(try small.run(parts, resumes: true).outcome.state.isFinished)
            #expect(try small.entries(parts) == small.entries(whole), "\(threads) threads")
            let best = "checkpoint/best.safetensors"
            #expect(try small.entries(parts, best) == small.entries(whole, best))
            #expect(try small.bytes(parts, "log.jsonl") == small.bytes(whole, "log.jsonl"))
        }
    }

    /// A kill costs what was done since the last checkpoint, which need not be the end of an epoch.
    @Test func checkpointsAreWrittenBetweenValidations() throws {
        let small = try SmallRun()
        var training = small.training(try small.experiment(["budget.epochs": 1]), "run")
        training.savingInterval = .zero
        var steps: [Int] = []
        let last = "\(training.folder)/checkpoint/last.safetensors"
        _ = try training.run(
            resumes: false,
            observer: Training.Observer(
                begin: { _, _ in },
                step: { step, _ in
                    guard step > 1, let text = try? SafetensorsFile(path: last).metadata["state"] else { return }
                    steps.append(text.contains("\"step\":\(step - 1),") ? step - 1 : -1)
                }, validated: { _, _ in }),
            shouldStop: { false })
        #expect(steps.count > 2 && steps == Array(1...steps.count))
    }

    /// A network can be asked in either precision, and its rollouts are in the one that is asked.
    @Test func networksOfOnePrecisionServeInTheOther() throws {
        let small = try SmallRun()
        let training = small.training(try small.experiment(["precision": "double", "budget.epochs": 1]), "run")
        try small.run(training)
        let double = try TrainedModel<Double>(folder: training.folder, on: CPUBackend(threads: 1))
        let float = try TrainedModel<Float>(folder: training.folder, on: CPUBackend(threads: 1))
        let (a, b) = (
            try double.loss(dataset: small.dataset, split: .test).loss,
            try float.loss(dataset: small.dataset, split: .test).loss
        )
        #expect(abs(a - b) < 1e-4 * a && a != b)
        let frame = (0..<32).map { Float(sin(2 * Double.pi * Double($0) / 32)) }
        func rollout<Scalar: Real>(_: Scalar.Type) throws -> [Scalar] {
            let stepper = try NetworkStepper<Scalar>(folder: training.folder)
            var state = try frame.withUnsafeBufferPointer {
                try stepper.state(
                    from: [$0.baseAddress!], on: [32], parameters: ["viscosity": 0.05], geometry: nil)
            }
            // Fields are the same state, and give frames without pointers.
            var field = Field<Float>(on: .periodic(dimensions: 1, count: 32, length: 1))
            for point in 0..<32 { field.values[point] = frame[point] }
            let same = try stepper.state(from: [field], parameters: ["viscosity": 0.05])
            #expect(same.states.values == state.states.values && same.conditions?.values == state.conditions?.values)
            #expect(stepper.field(of: same, on: field.grid) == field)
            for _ in 0..<5 { stepper.advance(&state) }
            return state.states.values
        }
        let differences = zip(try rollout(Double.self), try rollout(Float.self)).map { abs($0 - Double($1)) }
        #expect(differences.max()! < 1e-4 && differences.min()! > 0)
    }

    /// A tensor has the components of a point side by side, a field the points of a component.
    @Test func fieldsBecomeTensorsAndFieldsAgain() {
        let grid = Grid([.init(count: 3), .init(count: 2)])
        var fields = [Field<Float>](repeating: Field(on: grid, components: 2), count: 2)
        for number in 0..<2 {
            for place in 0..<12 { fields[number].values[place] = Float(100 * number + place) }
        }
        let tensor = Tensor<Float>(fields, on: CPUBackend(threads: 1))
        #expect(tensor.shape == [2, 3, 2, 2])
        #expect(tensor.values[12..<18] == [100, 106, 101, 107, 102, 108])
        #expect(tensor.field(1, on: grid) == fields[1] && tensor.field(on: grid) == fields[0])
    }

    @Test func seedsGiveDifferentNetworksAndTheSameOneAgain() throws {
        let small = try SmallRun()
        let experiment = try small.experiment(["budget.epochs": 1])
        let runs = [(0, "a"), (0, "b"), (1, "c")].map { small.training(experiment, $1, seed: UInt64($0)) }
        for run in runs { try small.run(run) }
        #expect(try small.entries(runs[0]) == small.entries(runs[1]))
        #expect(try small.entries(runs[0]) != small.entries(runs[2]))
    }

    @Test func lossesThatAreNotNumbersStopTheRun() throws {
        let small = try SmallRun()
        let experiment = try small.experiment([
            "optimizer": .object([("learningRate", 10)]), "schedule.kind": "constant", "budget.epochs": 60,
            "task.training": "unrolled", "task.steps": 8, "model.layers": 4,
        ])
        let training = small.training(experiment, "run")
        let error = #expect(throws: TrainingError.self) { try small.run(training) }
        guard case .diverged(let step, let loss, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(step > 0 && !loss.isFinite)
        #expect(try #require(error?.description).contains("learningRate"))
    }

    @Test func runsDoNotMix() throws {
        let small = try SmallRun()
        let experiment = try small.experiment(["budget.epochs": 1])
        let training = small.training(experiment, "run")
        try small.run(training)
        let again = #expect(throws: TrainingError.self) { try small.run(training) }
        #expect(try #require(again?.description).contains("--resume"))
        let other = small.training(try small.experiment(["model.width": 12]), "run")
        let error = #expect(throws: TrainingError.self) { try small.run(other, resumes: true) }
        #expect(try #require(error?.description).contains("another experiment"))
    }

    @Test func aChangedDatasetIsNoticed() throws {
        let (small, changed) = (try SmallRun(), try SmallRun(seed: 4))
        let experiment = try small.experiment()
        let training = small.training(experiment, "run")
        try small.run(training, stop: 2)
        let moved = Training(experiment, dataset: changed.dataset, folder: training.folder, seed: 0, threads: 1)
        let error = #expect(throws: TrainingError.self) { try small.run(moved, resumes: true) }
        guard case .dataChanged = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func whatDoesNotFitIsSaid() throws {
        let small = try SmallRun()
        let cases: [(KeyValuePairs<String, JSON>, String)] = [
            (["model.modes": 18], "model.modes: 18 modes along axis 0, which has 32 points"),
            (["data.parameters": ["viscosty"]], "Did you mean viscosity?"),
            (["data.parameters": ["steepness"]], "told of it, a model is told the future"),
            (["data.geometry": true], "no mask and sdf"),
            (["data.fields": ["pressure"]], "no field 'pressure'"),
            (["task.training": "unrolled", "task.steps": 20], "9 frames, and the task needs 21"),
        ]
        for (settings, words) in cases {
            let training = small.training(try small.experiment(settings), "run")
            do {
                try small.run(training)
                Issue.record("no error for \(settings)")
            } catch { #expect("\(error)".contains(words), "\(error)") }
        }
    }

    @Test func selfChecksPass() throws {
        let small = try SmallRun()
        let lines = try small.training(try small.experiment(), "run").check()
        #expect(lines.count == 3 && lines[0].hasPrefix("all "))
    }

    @Test func trainingStopsWhenNothingGetsBetter() throws {
        let small = try SmallRun()
        let experiment = try small.experiment([
            "optimizer.learningRate": 1e-9, "budget.patience": 2, "budget.epochs": 50, "schedule.kind": "constant",
            "optimizer.averaging": .null,
        ])
        let outcome = try small.run(small.training(experiment, "run")).outcome
        #expect(outcome.state.isFinished && outcome.state.step < 50 * 12)
    }

    @Test(arguments: ["global", "log", "jaws"]) func penaltiesMakeTheAnswerSmaller(_ kind: String) throws {
        let small = try SmallRun()
        func growth(_ weight: JSON) throws -> Double {
            let experiment = try small.experiment([
                "budget.epochs": 8, "task.predict": "state",
                "regularizer": .object([("kind", .string(kind)), ("weight", weight)]),
            ])
            let training = small.training(experiment, "run\(weight.serialized(pretty: false))")
            try small.run(training)
            let model = try TrainedModel<Float>(folder: training.folder, on: CPUBackend(threads: 1))
            var stream = RandomStream(seed: 5, index: 0, purpose: "probe")
            let u = Tensor<Float>(shape: [4, 32, 1], on: CPUBackend(threads: 1)) { stream.fillNormal($0) }.variable
            let v = Tensor<Float>(shape: [4, 32, 1], on: CPUBackend(threads: 1)) { stream.fillNormal($0) }
            let conditions = Tensor<Float>(repeating: 0, shape: [4, 32, 1], on: CPUBackend(threads: 1))
            let answer = model.surrogate(u, conditions: conditions).tangent(along: [(u, v)])
            return Double(answer.squared.sum().item)
        }
        #expect(try growth(0.3) < growth(0))
    }
}
