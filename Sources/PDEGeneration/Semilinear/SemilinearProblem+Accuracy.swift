import PDEData

extension SemilinearProblem {
    /// Always in double precision: the question is the grid and the step. Boxes as those of 256³ are not compared.
    public func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        let grid = solvedGrid(in: recipe)
        let comparison = FinerComparison(on: grid, components: equation.components, budget: 3e7)
        return try comparison.check(sample, in: recipe) {
            .points(every: 2, of: grid.refined(by: 2))
        } solve: { recipe, frames, show in
            try SemilinearSolver<Double>(recipe, self)
                .solve(sample, frames: frames, watch, show: show)
        }
    }
}
