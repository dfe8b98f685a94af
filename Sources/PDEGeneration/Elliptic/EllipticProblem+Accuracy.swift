import PDECore
import PDEData
import PDESolvers

extension EllipticProblem {
    /// The most cells of the finer grid: some seconds.
    private static let accuracyLimit = 20_000_000.0

    /// The sample's solution against that on twice the grid, of the same source, medium and solids, averaged over 2 × 2 (× 2)
    /// cells.
    public func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        let (coarse, fine) = (solvedGrid(in: recipe), solvedGrid(in: recipe.refined(by: 2)))
        func draw() throws -> EllipticDraw {
            try EllipticDraw(self, index: sample.index, attempt: sample.attempt, in: recipe)
        }
        let comparison = FinerComparison(on: coarse, budget: Self.accuracyLimit, limit: Self.accuracyLimit)
        return try comparison.check(sample, in: recipe) {
            let draw = try draw()
            return .cells(
                CellBlocks(of: draw.mask(on: fine), shape: fine.shape, side: 2), components: 1,
                solid: draw.mask(on: coarse))
        } solve: { recipe, _, show in
            _ = show(0, try solution(draw(), on: solvedGrid(in: recipe), watch))
        }
    }

    /// In double precision and by conjugate gradients with multigrid, whatever made the data: the question is the grid.
    private func solution(_ draw: EllipticDraw, on grid: Grid, _ watch: SampleWatch) throws -> [Double] {
        let system = try draw.system(on: grid, permeability: draw.permeability(on: grid, watch), of: Double.self)
        let source = system.compatible(try draw.source(on: grid, watch))
        let solver = ConjugateGradients(
            system, tolerance: min(solver.tolerance, 1e-10), iterationLimit: solver.iterationLimit)
        solver.goesOn = { watch.isWanted(0) }
        let (u, report) = solver.solution(source)
        try watch.check()
        guard report.hasConverged || report.outcome == .roundOff else { throw AccuracyOmission.unsolved }
        return u
    }
}
