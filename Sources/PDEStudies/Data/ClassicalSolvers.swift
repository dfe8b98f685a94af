import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEHybrids
import PDETraining

/// Classical solvers of a dataset's equation, from the recipe that is stored with it.
package enum ClassicalSolvers {
    /// The solver of the dataset in `folder` on a grid, or nil if its equation has none that goes on from stored states.
    ///
    /// - Parameter channels: what states have, where the solver goes on with the dataset's own samples.
    package static func solver<Scalar: Real>(
        of folder: String, _ kinds: Kinds, points: Int, timeStep: Double, channels: [String]? = nil, in _: Scalar.Type
    ) -> FrameSolver<Scalar>? {
        guard let manifest = try? DatasetFolder(path: folder, name: "").manifest(),
            let recipe = try? Recipe(stored: manifest.recipe, kinds: kinds)
        else { return nil }
        let samples = channels == nil ? [] : manifest.shards.flatMap(\.samples)
        return FrameSolver(
            recipe, resolution: points, timeStep: timeStep, channels: channels, samples: samples)
    }

    package static func recipe(of folder: String, _ kinds: Kinds) -> Recipe? {
        guard let manifest = try? DatasetFolder(path: folder, name: "").manifest() else { return nil }
        return try? Recipe(stored: manifest.recipe, kinds: kinds)
    }

    /// Refuses samples of the dataset in `folder` with coefficients that its equation's solver does not take.
    /// - Throws: `GenerationError.coefficient` for the first such sample.
    package static func check(
        _ samples: some Sequence<(number: Int, parameters: [String: Double])>, of folder: String, _ kinds: Kinds
    ) throws(GenerationError) {
        guard let recipe = recipe(of: folder, kinds) else { return }
        for (number, parameters) in samples { try recipe.checkCoefficients(parameters, of: number) }
    }

    /// Refuses samples that training asks the solver of an experiment about.
    /// - Throws: `GenerationError.coefficient` for the first such sample, and what reading the dataset throws.
    static func checkTraining(_ experiment: Experiment, on folder: String, _ kinds: Kinds) throws {
        guard experiment.asksSolver else { return }
        let reader = try DatasetReader(path: folder, split: .train)
        let columns = try reader.description.parameters.filter { !$0.isTimeVarying }.map {
            ($0.name, try reader.scalar($0.name))
        }
        try check(
            reader.sampleNumbers.enumerated().map { position, number in
                let values = columns.map { ($0.0, $0.1.count == 1 ? $0.1[0] : $0.1[position]) }
                return (number: number, parameters: Dictionary(uniqueKeysWithValues: values))
            }, of: folder, kinds)
    }

    /// The solver as training takes it, in the precision of the training.
    static func forTraining(
        _ folder: String, _ precision: Precision, _ kinds: Kinds
    ) -> @Sendable ([Int], Double) -> Training.ClassicalSolver? {
        { grid, timeStep in
            func bridge<Scalar: Real>(_: Scalar.Type) -> Training.ClassicalSolver? {
                let found: FrameSolver<Scalar>? = solver(
                    of: folder, kinds, points: grid[grid.count - 1], timeStep: timeStep, in: Scalar.self)
                guard let solver = found, solver.grid.shape == grid else { return nil }
                return Training.classicalSolver(
                    solver, state: Field(on: solver.grid, components: solver.components),
                    prepare: { solver.prepare($0) })
            }
            return switch precision {
            case .float: bridge(Float.self)
            case .double: bridge(Double.self)
            }
        }
    }
}
