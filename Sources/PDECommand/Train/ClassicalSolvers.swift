import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDETraining

/// Classical solvers of a dataset's equation, from the recipe that is stored with it.
enum ClassicalSolvers {
    /// The solver of the dataset in `folder` on a grid, or nil if its equation has none that goes on from stored states.
    ///
    /// - Parameter channels: what states have, where the solver goes on with the dataset's own samples.
    static func solver<Scalar: Real>(
        of folder: String, points: Int, timeStep: Double, channels: [String]? = nil, in _: Scalar.Type
    ) -> FrameSolver<Scalar>? {
        guard let manifest = try? DatasetFolder(path: folder, name: "").manifest(),
            let recipe = try? Recipe(stored: manifest.recipe)
        else { return nil }
        let samples = channels == nil ? [] : manifest.shards.flatMap(\.samples)
        return FrameSolver(
            recipe, resolution: points, timeStep: timeStep, channels: channels, samples: samples)
    }

    private static func recipe(of folder: String) -> Recipe? {
        guard let manifest = try? DatasetFolder(path: folder, name: "").manifest() else { return nil }
        return try? Recipe(stored: manifest.recipe)
    }

    /// Refuses samples of the dataset in `folder` with coefficients that its equation's solver does not take.
    /// - Throws: `GenerationError.coefficient` for the first such sample.
    static func check(
        _ samples: some Sequence<(number: Int, parameters: [String: Double])>, of folder: String
    ) throws(GenerationError) {
        guard let recipe = recipe(of: folder) else { return }
        for (number, parameters) in samples { try recipe.checkCoefficients(parameters, of: number) }
    }

    /// Refuses samples that training asks the solver of an experiment about.
    /// - Throws: `GenerationError.coefficient` for the first such sample, and what reading the dataset throws.
    static func checkTraining(_ experiment: Experiment, on folder: String) throws {
        let mode = (experiment.task as? any EvolutionTask)?.step.mode
        guard mode == .diverted || experiment.regularizer.asksSolver else { return }
        let reader = try DatasetReader(path: folder, split: .train)
        let columns = try reader.description.parameters.filter { !$0.isTimeVarying }.map {
            ($0.name, try reader.scalar($0.name))
        }
        try check(
            reader.sampleNumbers.enumerated().map { position, number in
                let values = columns.map { ($0.0, $0.1.count == 1 ? $0.1[0] : $0.1[position]) }
                return (number: number, parameters: Dictionary(uniqueKeysWithValues: values))
            }, of: folder)
    }

    /// The solver as training takes it, in the precision of the training: states in and out through plain memory.
    static func forTraining(
        _ folder: String, _ precision: Experiment.Precision
    ) -> @Sendable ([Int], Double) -> Training.ClassicalSolver? {
        { grid, timeStep in
            switch precision {
            case .float: step(solver(of: folder, points: grid[0], timeStep: timeStep, in: Float.self), grid)
            case .double: step(solver(of: folder, points: grid[0], timeStep: timeStep, in: Double.self), grid)
            }
        }
    }

    private static func step<Scalar: Real>(
        _ solver: FrameSolver<Scalar>?, _ grid: [Int]
    ) -> Training.ClassicalSolver? {
        guard let solver, solver.grid.shape == grid else { return nil }
        return { state, parameters in
            solver.prepare(parameters)
            var field = Field<Scalar>(on: solver.grid, components: solver.components)
            let count = solver.components * solver.grid.count
            field.values.withUnsafeMutablePointer { values in
                for place in 0..<count { values[place] = Scalar(state[place]) }
            }
            solver.advance(&field)
            field.values.withUnsafePointer { values in
                for place in 0..<count { state[place] = Double(values[place]) }
            }
        }
    }
}
