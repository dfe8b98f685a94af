import Foundation
import PDEConfig
import PDEData
import PDEGeneration
import PDEOperators
import PDESolvers
import PDEStudies
import PDETraining

/// A folder that is removed with its last user, and small datasets and experiments in it.
final class SmallStudy {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("study-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Few samples of Burgers' equation.
    func burgers(modes: Int = 3, folder name: String = "data") throws -> DatasetSource {
        let recipe = try Recipe(
            "small",
            .semilinear(
                Semilinear(Burgers(viscosity: 0.05), drawing: ["viscosity": .logUniform(0.05...0.2)]),
                initial: InitialRecipe(FourierSeries(modes: modes))),
            resolution: 64, frames: 5, interval: 0.02, frameResolution: 32,
            samples: Recipe.SampleCounts(train: 6, valid: 2, test: 2))
        return DatasetSource(recipe, in: "\(folder)/\(name)")
    }

    /// Few samples of Darcy's equation.
    func darcy() throws -> DatasetSource {
        let json = """
            { "name": "small", "equation": { "name": "darcy" }, "resolution": 32,
              "samples": { "train": 6, "valid": 2, "test": 3 } }
            """
        let recipe = try StrictDecoder().decode(Recipe.self, from: JSON.parse(json, file: "small.json"))
        return DatasetSource(recipe, in: "\(folder)/darcy")
    }

    /// Few flows past two squares.
    func flow() throws -> DatasetSource {
        let json = """
            { "name": "small", "resolution": 32, "frames": { "count": 3, "interval": 0.125 }, "obstacles": { "count": 2 },
              "equation": { "name": "navier-stokes", "family": "channel", "reynolds": { "uniform": [100, 400] } },
              "samples": { "train": 2, "valid": 1, "test": 2 } }
            """
        let recipe = try StrictDecoder().decode(Recipe.self, from: JSON.parse(json, file: "small.json"))
        return DatasetSource(recipe, in: "\(folder)/flow")
    }

    /// Few boundary value problems on an interval.
    func multiscale() throws -> DatasetSource {
        let json = """
            { "name": "small", "resolution": 1024, "frames": { "resolution": 1001 },
              "equation": { "name": "multiscale", "dimensions": 1, "frequency": { "uniform": [0.3, 0.9] },
                            "solutions": ["sine", "modulated-sine", "mixed-sines"] },
              "samples": { "train": 8, "valid": 6, "test": 6 } }
            """
        let recipe = try StrictDecoder().decode(Recipe.self, from: JSON.parse(json, file: "small.json"))
        return DatasetSource(recipe, in: "\(folder)/multiscale")
    }

    /// A small network for a few steps.
    func experiment(
        _ task: any TrainingTask = StepTask(), on source: DatasetSource, loss: any Loss = RelativeL2(),
        epochs: Int = 2, seeds: [UInt64] = [0]
    ) -> Experiment {
        let isSteady = source.recipe?.isSteady ?? false
        return Experiment(
            "small",
            data: DataChoice(folder: source.folder, parameters: isSteady ? [] : ["viscosity"]), task: task,
            model: FourierArchitecture(width: 6, modes: isSteady ? [4, 4] : [6], layers: 2, hidden: 8), loss: loss,
            optimizer: OptimizerSettings(learningRate: 5e-3), budget: Budget(epochs: epochs, batch: 4), seeds: seeds)
    }
}
