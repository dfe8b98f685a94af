import PDEData
import PDEGeometry

extension FlowProblem {
    /// The sample's velocity against that on twice the grid with half the step, past the same bodies, averaged over 2 × 2
    /// cells. Always in double precision: the question is the grid and the step.
    ///
    /// It takes a twentieth of what all samples took, but a quarter of a second at least and some seconds at most.
    public func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        let grid = solvedGrid(in: recipe)
        let work = Double(stepsOfAll) * Double(grid.count)
        let comparison = FinerComparison(
            on: grid, components: 2, budget: min(2e8, max(1e7, work / 20)), limit: 6e8)
        return try comparison.check(sample, in: recipe) {
            let geometry = try draw(index: sample.index, attempt: sample.attempt, in: recipe).geometry
            let finer = Geometry(geometry.bodies, on: solvedGrid(in: recipe.refined(by: 2)))
            return .cells(
                CellBlocks(of: finer.mask, shape: finer.grid.shape, side: 2), components: 2,
                solid: Geometry(geometry.bodies, on: grid).mask)
        } solve: { recipe, frames, show in
            try FlowSolver<Double>(recipe, self)
                .solve(sample, frames: frames, watch, show: show)
        }
    }
}
