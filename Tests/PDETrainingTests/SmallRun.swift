import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDETraining

/// A dataset of a few Burgers trajectories and experiments on it, in a folder that goes with it.
final class SmallRun: Sendable {
    let folder: String
    var dataset: String { folder + "/data" }

    init(frames: Int = 9, interval: Double = 0.02, train: Int = 12, seed: Int = 3) throws {
        folder = FileManager.default.temporaryDirectory.path + "/training-\(UUID().uuidString)"
        let recipe = """
            { "name": "tiny", "equation": { "name": "burgers", "viscosity": { "logUniform": [0.02, 0.2] } },
              "resolution": 256, "initial": { "kind": "fourier", "modes": 3 },
              "frames": { "count": \(frames), "interval": \(interval), "resolution": 32 },
              "samples": { "train": \(train), "valid": 4, "test": 4 }, "seed": \(seed) }
            """
        let decoded = try StrictDecoder().decode(Recipe.self, from: JSON.parse(recipe, file: "tiny.json"))
        _ = try Generation(decoded, in: folder + "/data").run(
            threads: 1, including: { _ in true }, observer: Generation.Observer(), shouldStop: { false })
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The experiment with keys set as `--set` does.
    func experiment(_ settings: KeyValuePairs<String, JSON> = [:], _ kinds: Kinds = Kinds()) throws -> Experiment {
        var json = try JSON.parse(
            """
            { "name": "tiny", "data": { "folder": "data", "parameters": ["viscosity"] }, "task": { "kind": "step" },
              "model": { "kind": "fourier", "width": 8, "modes": 6, "layers": 2, "hidden": 16 },
              "optimizer": { "learningRate": 5e-3, "clipNorm": 1, "averaging": 0.9 },
              "schedule": { "kind": "cosine" }, "budget": { "epochs": 3, "batch": 8 } }
            """, file: "tiny.json")
        for (key, value) in settings { try json.set(key, to: value) }
        return try StrictDecoder(kinds: kinds).decode(Experiment.self, from: json)
    }

    func training(_ experiment: Experiment, _ name: String, seed: UInt64 = 0, threads: Int = 1) -> Training {
        Training(experiment, dataset: dataset, folder: "\(folder)/\(name)", seed: seed, threads: threads)
    }

    /// Trains, stopping after `stop` steps if given.
    @discardableResult
    func run(
        _ training: Training, resumes: Bool = false, stop: Int? = nil
    ) throws -> (outcome: Training.Outcome, losses: [Double]) {
        var losses: [Double] = []
        var done = 0
        let outcome = try training.run(
            resumes: resumes,
            observer: Training.Observer(
                begin: { _, _ in },
                step: { step, loss in
                    done = step
                    losses.append(loss)
                }, validated: { _, _ in }),
            shouldStop: { stop.map { done >= $0 } ?? false })
        return (outcome, losses)
    }

    func bytes(_ training: Training, _ file: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(training.folder)/\(file)"))
    }

    /// The parameters and the optimiser's numbers in a checkpoint, without the times in its metadata.
    func entries(_ training: Training, _ file: String = "checkpoint/last.safetensors") throws -> [SafetensorsEntry] {
        try SafetensorsFile(path: "\(training.folder)/\(file)").entries
    }
}

/// The frames of a sample, each [space…][channel].
func frames(_ reader: DatasetReader, _ selection: FieldSelection, sample: Int) throws -> [[Float]] {
    try (0..<reader.frameCount).map { frame in
        var values = [Float](repeating: 0, count: selection.valuesPerFrame)
        try reader.read(sample: sample, frames: frame..<frame + 1, selection, into: &values)
        return values
    }
}
