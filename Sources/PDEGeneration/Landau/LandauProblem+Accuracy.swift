import PDEData

extension LandauProblem {
    /// The sample's density against that on twice the points. Steps there are a quarter as long, as stability asks for.
    public func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        let grid = solvedGrid(in: recipe)
        return try FinerComparison(on: grid, stepRatio: 4, budget: 2e7, limit: 2e8).check(sample, in: recipe) {
            .points(every: 2, of: grid.refined(by: 2))
        } solve: { recipe, frames, show in
            try LandauSolver(recipe, self)
                .solve(sample, frames: frames, watch, show: show)
        }
    }
}
