import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDETensor
import PDETraining
import Testing

/// Solution operators on small datasets of Darcy's and Poisson's equation.
@Suite struct SteadyProblemTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/steady-\(UUID().uuidString)"

    private func made(_ name: String, _ equation: String, seed: Int = 1) throws -> String {
        let recipe = try StrictDecoder().decode(
            Recipe.self,
            from: JSON.parse(
                """
                { "name": "\(name)", \(equation), "resolution": 32, "samples": { "train": 12, "valid": 4, "test": 4 },
                  "seed": \(seed) }
                """, file: "recipe.json"))
        let path = "\(folder)/\(name)-\(seed)"
        _ = try Generation(recipe, in: path).run(threads: 1)
        return path
    }

    private static let darcy = #""equation": { "name": "darcy", "permeability": { "kind": "binary" } }"#
    private static let poisson =
        #""equation": { "name": "poisson" }, "source": { "waves": { "logUniform": [1, 3] } }, "obstacles": { "count": 1, "size": [0.2, 0.3] }"#

    private func experiment(_ settings: KeyValuePairs<String, JSON> = [:]) throws -> Experiment {
        var json = try JSON.parse(
            """
            { "name": "tiny", "data": { "folder": "data" }, "task": { "kind": "steady" },
              "model": { "kind": "fourier", "width": 8, "modes": 4, "layers": 2, "hidden": 16, "coordinates": true },
              "optimizer": { "learningRate": 5e-3 }, "budget": { "epochs": 10, "batch": 4 } }
            """, file: "tiny.json")
        for (key, value) in settings { try json.set(key, to: value) }
        return try StrictDecoder().decode(Experiment.self, from: json)
    }

    private func train(
        _ experiment: Experiment, on dataset: String, _ name: String, stop: Int? = nil, resumes: Bool = false
    ) throws -> (training: Training, losses: [Double]) {
        let training = Training(experiment, dataset: dataset, folder: "\(folder)/\(name)", seed: 0, threads: 1)
        var (losses, done): ([Double], Int) = ([], 0)
        _ = try training.run(
            resumes: resumes,
            observer: Training.Observer(
                begin: { _, _ in },
                step: { step, loss in
                    done = step
                    losses.append(loss)
                }, validated: { _, _ in }), shouldStop: { stop.map { done >= $0 } ?? false })
        return (training, losses)
    }

    private func error(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "none"
        } catch { return "\(error)" }
    }

    @Test func aProcessLearnsSolutionsInClosedForm() throws {
        let dataset = try made("darcy", Self.darcy)
        let process = try experiment([
            "model": .object([
                ("kind", "gaussian-process"), ("inputs", .object([("kind", "principal-components"), ("count", 10)])),
            ]), "precision": "double", "task.symmetries": true,
        ])
        let training = try train(process, on: dataset, "process").training
        let result = try #require(try training.test())
        #expect(result.count == 4 && result.loss > 0 && result.loss < 0.6, "\(result.loss)")
        let run = try SteadyRun(folder: training.folder)
        #expect(error { _ = try run.samples(split: .test, stride: 2) }.contains("knows the grid [32, 32]"))
        // Over a network whose numbers are as good as random it does as well.
        let network = try train(experiment(["budget.epochs": 1]), on: dataset, "network").training
        var over = process
        over.from = network.folder
        let both = try #require(try train(over, on: dataset, "over").training.test())
        let alone = try #require(try network.test())
        #expect(both.loss < 0.6 && both.loss < alone.loss, "\(both.loss) \(alone.loss)")
    }

    @Test func aNetworkLearnsSolutionsAndIsScoredOnUnseenOnes() throws {
        let dataset = try made("darcy", Self.darcy)
        let (training, losses) = try train(experiment(["budget.epochs": 40]), on: dataset, "run")
        #expect(losses.count == 120 && losses.last! < 0.5 * losses[0], "\(losses[0]) \(losses.last!)")
        let result = try #require(try training.test())
        #expect(result.count == 4 && result.samples == 4 && result.seen == 0 && result.grid == [32, 32])
        #expect(result.loss < 0.6 && result.loss > 0)
        let run = try SteadyRun(folder: training.folder)
        #expect(run.model.inputs == ["permeability"] && run.model.channels == ["pressure"])
        #expect(run.record.trained.count == 12 && run.record.validated.count == 4)
        // What the evaluation is given is what the test is the mean of.
        let samples = try run.samples(split: .test)
        let predict = try samples.predictor()
        var sum = 0.0
        for position in samples.scored.positions {
            var (truth, found) = ([Float](repeating: 0, count: 1024), [Float](repeating: 0, count: 1024))
            try samples.readSolution(of: position, into: &truth)
            #expect(try predict(position, &found) > 0)
            let squares = zip(found, truth).map { Double($0 - $1) * Double($0 - $1) }.reduce(0, +)
            sum += (squares / truth.map { Double($0) * Double($0) }.reduce(0, +)).squareRoot()
            #expect(try samples.inputs(of: position)[0].values.allSatisfy { $0 == 3 || $0 == 12 })
        }
        #expect(abs(sum / 4 - result.loss) < 1e-5 * result.loss)
        // Another seed's samples are unseen; its training's own are told of.
        #expect(try run.samples(split: .train).scored.notes.contains { $0.contains("was trained on 12 of these") })
    }

    @Test func trainingIsTheSameWhenStoppedAndGoneOnWith() throws {
        let dataset = try made("poisson", Self.poisson)
        let experiment = try experiment([
            "data.geometry": true, "task.inputs": ["source"], "task.symmetries": true,
        ])
        let whole = try train(experiment, on: dataset, "whole")
        let first = try train(experiment, on: dataset, "parts", stop: 7)
        let rest = try train(experiment, on: dataset, "parts", resumes: true)
        #expect(first.losses + rest.losses == whole.losses)
        let bytes = { (name: String) in
            FileManager.default.contents(atPath: "\(folder)/\(name)/checkpoint/best.safetensors")
        }
        let runs = try ["whole", "parts"].map { try SteadyRun(folder: "\(folder)/\($0)") }
        #expect(runs[0].model == runs[1].model && runs[0].record == runs[1].record && bytes("whole") != nil)
    }

    @Test(arguments: [
        JSON.object([("kind", "fourier"), ("width", 8), ("modes", 4), ("layers", 2), ("hidden", 16)]),
        .object([("kind", "latent-spectral"), ("width", 8), ("levels", 2)]),
        .object([("kind", "linear-attention"), ("width", 8), ("layers", 2), ("heads", 2), ("slices", 6)]),
    ])
    func solidsHoldZeroWhereTheNetworkIsToldOfThem(_ model: JSON) throws {
        let dataset = try made("poisson", Self.poisson)
        let (training, _) = try train(
            experiment(["data.geometry": true, "budget.epochs": 1, "model": model]), on: dataset, "solids")
        let samples = try SteadyRun(folder: training.folder).samples(split: .test)
        let predict = try samples.predictor()
        var (truth, found) = ([Float](repeating: 0, count: 1024), [Float](repeating: 1, count: 1024))
        let position = samples.scored.positions[0]
        try samples.readSolution(of: position, into: &truth)
        _ = try predict(position, &found)
        let mask = try samples.reader.select(["mask"])
        var solid = [Float](repeating: 0, count: 1024)
        try samples.reader.readConstants(sample: position, mask, into: &solid)
        #expect(solid.contains(1))
        for place in solid.indices where solid[place] == 1 { #expect(found[place] == 0) }
    }

    @Test func whatCannotBeLearnedIsSaidByItsKey() throws {
        let dataset = try made("darcy", Self.darcy)
        #expect(error { _ = try experiment(["task.inputs": []]) }.contains("task.inputs"))
        #expect(
            error { _ = try experiment(["regularizer": ["kind": "global", "weight": 1]]) }.contains("regularizer.kind"))
        #expect(
            error { _ = try train(experiment(["task.inputs": ["permeable"]]), on: dataset, "a") }
                .contains("task.inputs names 'permeable'"))
        #expect(
            error { _ = try train(experiment(["data.geometry": true]), on: dataset, "b") }.contains("it has no mask"))
        #expect(error { _ = try train(experiment(["task": ["kind": "step"]]), on: dataset, "c") }.contains("1 frames"))
        let generator = JSON.object([("kind", "spectral-generator"), ("modes", 4)])
        #expect(
            error { _ = try train(experiment(["model": generator]), on: dataset, "g") }
                .contains("model.kind: a spectral-generator network carries a state on in time"))
        let moving = try SmallRun()
        #expect(
            error { _ = try train(experiment(), on: moving.dataset, "d") }.contains("its samples have 9 frames"))
    }

    @Test func otherDataAreRefusedOrToldOf() throws {
        let dataset = try made("darcy", Self.darcy)
        let (training, _) = try train(experiment(["budget.epochs": 1]), on: dataset, "run")
        let run = try SteadyRun(folder: training.folder)
        #expect(
            error { _ = try run.samples(dataset: made("poisson", Self.poisson), split: .test) }
                .contains("the network was trained on"))
        #expect(try run.samples(dataset: made("darcy", Self.darcy, seed: 2), split: .test).scored.seen == 0)
        #expect(
            error { _ = try TrainedRun(folder: training.folder) }.contains("its task is steady"))
        #expect(RunVerification(of: training.folder).findings.isEmpty)
    }

    /// An epoch has as many batches as its loader gives, however many ranks share it.
    @Test func ranksShareAnEpochsBatches() throws {
        let dataset = try made("darcy", Self.darcy)
        let experiment = try experiment()
        for (count, size) in [(1, 5), (2, 5), (3, 4), (5, 4), (5, 12)] {
            for index in 0..<count {
                var training = Training(experiment, dataset: dataset, folder: "\(folder)/x", seed: 0, threads: 1)
                training.exchange = Alone(rank: Rank(index, of: count))
                func batches(_ problem: some TrainingProblem<Float>) throws -> (promised: Int, found: Int) {
                    let source = problem.batches(size: size, from: BatchPosition(), epochs: 1)
                    var found = 0
                    while try source.next() != nil { found += 1 }
                    return (problem.batchCount(size: size), found)
                }
                let problem: any TrainingProblem<Float> = try experiment.task.problem(training.setting(Float.self))
                let (promised, found) = try batches(problem)
                #expect(promised == found, "\(index) of \(count), \(size)")
            }
        }
    }

    /// Units that are finite and whose squares are not would end in a trap.
    @Test func unitsBeyondAllMeasureAreUnsound() throws {
        let dataset = try made("darcy", Self.darcy)
        let (training, _) = try train(experiment(["budget.epochs": 1]), on: dataset, "units")
        var model = try SteadyRun(folder: training.folder).model
        #expect(model.problem == nil)
        for value in [1e308, 1e-308, .infinity, .nan, 0, -1] {
            model.normalization.stateDeviation = [value]
            #expect(model.problem?.contains("deviations that are not positive") == true, "\(value)")
        }
    }

    /// `verify` sees every change of a run's experiment, also of keys that going on may change.
    @Test(arguments: [("seeds", JSON.array([1])), ("budget.epochs", 2), ("optimizer.learningRate", 4e-3)])
    func everyKeyOfARunsExperimentIsCompared(_ key: String, _ value: JSON) throws {
        let dataset = try made("darcy", Self.darcy)
        let (training, _) = try train(experiment(["budget.epochs": 1]), on: dataset, "keys")
        let path = "\(training.folder)/experiment.json"
        var json = try JSON.parse(String(contentsOfFile: path, encoding: .utf8), file: "experiment.json")
        try json.set(key, to: value)
        try json.serialized().write(toFile: path, atomically: true, encoding: .utf8)
        #expect(
            RunVerification(of: training.folder).findings.map(\.problem)
                == ["it is not the experiment that the checkpoints are of"])
    }
}

/// A rank whose gradients are its own.
private struct Alone: GradientExchange {
    let rank: Rank
    func average<Scalar: Real>(_ gradients: [Tensor<Scalar>], loss: Double, samples: Int) -> Double { loss }
}
