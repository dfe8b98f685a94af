import PDECore
import PDEData
import PDESolvers

extension EllipticProblem {
    /// The recipe's own grid and coarser ones, down to 16 cells, by conjugate gradients with multigrid whatever made the data:
    /// solutions are the same to the tolerance, and beside the fastest solver a network has to stand.
    public func steadySolvers(in recipe: Recipe) -> [SteadySolver] {
        var cells: [Int] = []
        var next = recipe.resolution
        while next >= 16 {
            // A box whose length is no whole number of cells would be another one.
            if grid(in: recipe, resolution: next).axes[0].upper == grid(in: recipe).axes[0].upper { cells.append(next) }
            next /= 2
        }
        return cells.map { count in
            let grid = grid(in: recipe, resolution: count)
            return SteadySolver(name: "solver on \(grid.size)", method: "multigrid") {
                { sample, coordinates in try solved(sample, on: grid, at: coordinates, in: recipe) }
            }
        }
    }

    private func solved(
        _ sample: SampleRecord, on grid: Grid, at coordinates: [[Double]], in recipe: Recipe
    ) throws -> (values: [Double], seconds: Double) {
        let draw = try EllipticDraw(self, index: sample.index, attempt: sample.attempt, in: recipe)
        let watch = SampleWatch { _ in true }
        // What the sample was made of, cell by coarser cell.
        let own = self.grid(in: recipe)
        let (permeability, drawn) = (
            own.averaged(try draw.permeability(on: own, watch), on: grid),
            own.averaged(try draw.source(on: own, watch), on: grid)
        )
        var u: [Double] = []
        let seconds =
            try ContinuousClock().measure {
                let system = try draw.system(on: grid, permeability: permeability, of: Double.self)
                // Below what any of the grids is worth, above what round-off allows.
                let solver = ConjugateGradients(
                    system, tolerance: max(solver.tolerance, 1e-6), iterationLimit: solver.iterationLimit)
                u = solver.solution(system.compatible(drawn)).u
            } / .seconds(1)
        let sides = (lower: draw.sides.lower.map { $0 == .value }, upper: draw.sides.upper.map { $0 == .value })
        return (CellInterpolation(grid, vanishes: sides, at: coordinates).values(of: u), seconds)
    }
}
