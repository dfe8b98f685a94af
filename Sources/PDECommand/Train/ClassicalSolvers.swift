import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDETraining

/// Classical solvers of a dataset's equation, from the recipe that is stored with it.
enum ClassicalSolvers {
    /// The solver of the dataset in `folder` on a grid, or nil if its equation has none that goes on from stored states.
    static func solver<Scalar: Real>(
        of folder: String, points: Int, timeStep: Double, in _: Scalar.Type
    ) -> FrameSolver<Scalar>? {
        guard let manifest = try? DatasetFolder(path: folder, name: "").manifest(),
            let recipe = try? Recipe(stored: manifest.recipe)
        else { return nil }
        return FrameSolver(recipe, resolution: points, timeStep: timeStep)
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
