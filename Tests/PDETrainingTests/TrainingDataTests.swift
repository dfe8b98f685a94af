import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEOperators
import PDETensor
import PDETraining
import Testing

/// What of a dataset reaches the network: windows, levels, conditions, and the numbers of normalisation.
@Suite(.serialized) struct TrainingDataTests {
    private let cpu = CPUBackend(threads: 1)

    /// All frames of a sample, read one by one.
    private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot())
    }

    /// The numbers are those of the training split's windows, computed in two passes, and no other's.
    @Test func normalizationIsThatOfTheTrainingSplit() throws {
        let small = try SmallRun()
        let training = small.training(try small.experiment(["budget.epochs": 1]), "run")
        try small.run(training)
        let found = try TrainedModel<Float>(folder: training.folder, on: cpu).description.normalization
        func expected(_ split: Split) throws -> [(mean: Double, deviation: Double)] {
            let reader = try DatasetReader(path: small.dataset, split: split)
            let selection = try reader.select(["u"])
            var (states, changes): ([Double], [Double]) = ([], [])
            for sample in 0..<reader.sampleCount {
                let frames = try frames(reader, selection, sample: sample)
                for (now, next) in zip(frames, frames.dropFirst()) {
                    states += now.map(Double.init)
                    changes += zip(now, next).map { Double($1) - Double($0) }
                }
            }
            let viscosity = try reader.scalar("viscosity")
            let isWide = viscosity.max()! >= 10 * viscosity.min()!
            #expect(split != .train || found.parameterIsLogarithmic == [isWide])
            return [moments(states), moments(changes), moments(isWide ? viscosity.map { log($0) } : viscosity)]
        }
        let (train, valid) = (try expected(.train), try expected(.valid))
        #expect(abs(found.stateMean[0] - train[0].mean) < 1e-9)
        #expect(abs(found.stateDeviation[0] - train[0].deviation) < 1e-9)
        #expect(abs(found.outputMean[0] - train[1].mean) < 1e-9)
        #expect(abs(found.outputDeviation[0] - train[1].deviation) < 1e-9)
        #expect(abs(found.stateDeviation[0] - valid[0].deviation) > 1e-3)
        #expect(abs(found.parameterMean[0] - train[2].mean) < 1e-9)
        #expect(abs(found.parameterDeviation[0] - train[2].deviation) < 1e-9)
    }

    @Test func parametersOverADecadeGoInAsLogarithms() {
        let fitted = Normalization.parameters([[1, 10, 100], [2, 4], [-1, 20], [5, 5]])
        #expect(fitted.isLogarithmic == [true, false, false, false])
        #expect(abs(fitted.mean[0] - log(10)) < 1e-12 && fitted.mean[1...] == [3, 9.5, 5])
        #expect(abs(fitted.deviation[0] - log(10) * (2.0 / 3).squareRoot()) < 1e-12)
        #expect(fitted.deviation[1...] == [1, 10.5, 1], "what never varies is divided by one")
    }

    private func level(_ name: String, _ bounds: ClosedRange<Double>, _ key: String, _ share: Double) -> JSON {
        .object([
            ("name", .string(name)),
            ("where", .object([("viscosity", .array([.number(bounds.lowerBound), .number(bounds.upperBound)]))])),
            (key, key == "count" ? .number(Int(share)) : .number(share)),
        ])
    }

    @Test func levelsAreDrawnByWeightsAndCounts() throws {
        let small = try SmallRun()
        func data(_ levels: [JSON]) throws -> TrainingData<Float> {
            try TrainingData(
                small.experiment(["data.levels": .array(levels)]), path: small.dataset, split: .train, seed: 1,
                mixes: true)
        }
        let all = try DatasetReader(path: small.dataset, split: .train).scalar("viscosity")
        let middle = all.sorted()[all.count / 2]
        let weighted = try data([
            level("low", 0...(middle - 1e-9), "weight", 3), level("high", middle...1, "weight", 1),
        ])
        var (low, total) = (0, 0)
        for epoch in 0..<60 {
            for window in weighted.sampler.windows(of: epoch) {
                if all[window.sample] < middle { low += 1 }
                total += 1
            }
        }
        // A binomial share of 3/4, to five standard deviations.
        let deviation = (0.75 * 0.25 / Double(total)).squareRoot()
        #expect(abs(Double(low) / Double(total) - 0.75) < 5 * deviation, "\(low) of \(total)")

        let counted = try data([level("low", 0...(middle - 1e-9), "count", 2), level("high", middle...1, "count", 5)])
        let samples = Set(counted.sampler.windows(of: 0).map(\.sample))
        #expect(samples == Set(counted.sampler.windows(of: 7).map(\.sample)), "the same samples in every epoch")
        #expect(samples.filter { all[$0] < middle }.count == 2 && samples.filter { all[$0] >= middle }.count == 5)
        #expect(counted.sampler.windows(of: 0).count == 7 * 8)
        let error = #expect(throws: DataError.self) {
            _ = try data([level("low", 0...(middle - 1e-9), "count", 9), level("high", middle...1, "count", 1)])
        }
        #expect(try #require(error?.description).contains("level 'low'"))
    }

    /// What is validated on is the same for every seed, so that seeds can be compared.
    @Test func limitsOfValidationDoNotDependOnTheSeed() throws {
        let small = try SmallRun()
        let experiment = try small.experiment(["data.valid": 2])
        let samples = try (0..<6).map { seed in
            try TrainingData<Float>(
                experiment, path: small.dataset, split: .valid, seed: UInt64(seed), mixes: false
            ).sampler.groups.flatMap(\.samples)
        }
        #expect(samples.allSatisfy { $0.count == 2 && $0 == samples[0] }, "\(samples)")
    }

    /// States t, t + 2 and the target t + 4 of the window that begins at t.
    @Test func historyAndFrameStridePickTheirFrames() throws {
        let small = try SmallRun()
        let experiment = try small.experiment(["task.history": 2, "task.frameStride": 2])
        let data = try TrainingData<Float>(experiment, path: small.dataset, split: .train, seed: 0, mixes: true)
        let assembler = try data.assembler(try data.statistics(experiment.evolution.step).normalization, on: cpu)
        let loader = data.loader(batch: 7, epochs: 1)
        var windows = 0
        while let batch = try loader.next() {
            let tensors = assembler(batch)
            #expect(tensors.count == batch.count && tensors.frames.count == 3 && tensors.fluid == nil)
            #expect(tensors.frames.allSatisfy { $0.shape == [batch.count, 32, 1] })
            for (place, window) in batch.windows[..<batch.count].enumerated() {
                let frames = try frames(data.reader, data.selection, sample: window.sample)
                for (index, tensor) in tensors.frames.enumerated() {
                    #expect(tensor.part(place, along: 0).values == frames[window.first + 2 * index])
                }
                windows += 1
            }
        }
        #expect(windows == 12 * 5)
        let training = small.training(try small.experiment(["task.history": 2, "task.frameStride": 2]), "run")
        let losses = try small.run(training).losses
        #expect(losses.last! < losses[0])
        let model = try TrainedModel<Float>(folder: training.folder, on: cpu)
        #expect(model.surrogate.network.inputChannels == 3 && abs(model.description.timeStep - 0.04) < 1e-9)
    }

    /// Parameters, mask and signed distance of flows are where they belong.
    @Test func conditionsOfFlows() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/flows-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let recipe = """
            { "name": "flow",
              "equation": { "name": "navier-stokes", "family": "channel", "reynolds": { "uniform": [100, 400] } },
              "resolution": 32, "obstacles": { "count": 2 }, "frames": { "count": 3, "interval": 0.125 },
              "samples": { "train": 2, "valid": 1, "test": 1, "perShard": 2 } }
            """
        let decoded = try StrictDecoder().decode(Recipe.self, from: JSON.parse(recipe, file: "flow.json"))
        _ = try Generation(decoded, in: folder).run(threads: 1)
        let text = """
            { "name": "flow", "data": { "folder": "flow", "parameters": ["reynolds"], "geometry": true },
              "task": { "kind": "step" }, "model": { "kind": "fourier", "width": 4, "modes": 9, "layers": 2, "hidden": 8 },
              "optimizer": { "learningRate": 1e-3 }, "budget": { "epochs": 1, "batch": 3 } }
            """
        let experiment = try StrictDecoder().decode(Experiment.self, from: JSON.parse(text, file: "flow.json"))
        let data = try TrainingData<Float>(experiment, path: folder, split: .train, seed: 0, mixes: true)
        let normalization = try data.statistics(experiment.evolution.step).normalization
        let assembler = try data.assembler(normalization, on: cpu)
        let reynolds = try data.reader.scalar("reynolds")
        let (mean, deviation) = moments(reynolds)
        let loader = data.orderedLoader(batch: 3)
        var solids = 0
        while let batch = try loader.next() {
            let tensors = assembler(batch)
            let conditions = try #require(tensors.conditions), fluid = try #require(tensors.fluid)
            #expect(conditions.shape == [batch.count, 32, 32, 3] && fluid.shape == [batch.count, 32, 32, 1])
            for (place, window) in batch.windows[..<batch.count].enumerated() {
                let geometry = try #require(data.geometry)
                var constants = [Float](repeating: 0, count: geometry.valuesPerFrame)
                try data.reader.readConstants(sample: window.sample, geometry, into: &constants)
                let seen = conditions.part(place, along: 0).values
                let number = Float((reynolds[window.sample] - mean) / deviation)
                for point in 0..<32 * 32 {
                    #expect(abs(seen[3 * point] - number) < 1e-5)
                    #expect(
                        seen[3 * point + 1] == constants[2 * point] && seen[3 * point + 2] == constants[2 * point + 1])
                    // The mask is one where the distance says solid.
                    #expect((constants[2 * point] == 1) == (constants[2 * point + 1] < 0))
                    let isFluid = fluid.part(place, along: 0).values[point]
                    #expect(isFluid == 1 - constants[2 * point])
                    if isFluid == 0 { solids += 1 }
                }
            }
        }
        #expect(solids > 0)
        // Nine modes of sixteen points are one too many along the first axis, whatever fits along the last.
        let training = Training(experiment, dataset: folder, folder: folder + "/run", seed: 0, threads: 1)
        _ = try training.run(
            resumes: false, observer: .init(begin: { _, _ in }, step: { _, _ in }, validated: { _, _ in }),
            shouldStop: { false })
        let model = try TrainedModel<Float>(folder: folder + "/run", on: cpu)
        let error = #expect(throws: TrainingError.self) { _ = try model.loss(split: .test, stride: 2) }
        #expect(try #require(error?.description).contains("stride: 9 modes along axis 0, which has 16 points"))
    }
}
