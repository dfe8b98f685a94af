import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDETraining

/// Classical solvers of a dataset's equation, from the recipe that is stored with it.
enum ClassicalSolvers {
    /// The solver of the dataset in `folder` on a grid, or nil if its equation has none that goes on from stored states.
    static func solver(of folder: String, points: Int, timeStep: Double) -> FrameSolver? {
        guard let manifest = try? DatasetFolder(path: folder, name: "").manifest(),
            let recipe = try? StrictDecoder().decode(Recipe.self, from: manifest.recipe)
        else { return nil }
        return FrameSolver(recipe, resolution: points, timeStep: timeStep)
    }

    /// The solver as training takes it: states in and out through plain memory.
    static func forTraining(_ folder: String) -> @Sendable ([Int], Double) -> Training.ClassicalSolver? {
        { grid, timeStep in
            guard let solver = solver(of: folder, points: grid[0], timeStep: timeStep), solver.grid.shape == grid else {
                return nil
            }
            return { state, parameters in
                solver.prepare(parameters)
                var field = Field<Float>(on: solver.grid, components: solver.components)
                let count = solver.components * solver.grid.count
                field.values.withUnsafeMutablePointer { $0.update(from: state, count: count) }
                solver.advance(&field)
                field.values.withUnsafePointer { state.update(from: $0, count: count) }
            }
        }
    }
}
