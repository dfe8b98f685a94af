import PDECore
import PDEData
import PDESolvers

extension EllipticProblem {
    /// The most cells of the finer grid: some seconds.
    private static let accuracyLimit = 20_000_000.0

    /// The sample's solution against that on twice the grid, of the same source, medium and solids, averaged over 2 × 2 (× 2)
    /// cells.
    func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        let (coarse, fine) = (grid(in: recipe), grid(in: recipe, resolution: 2 * recipe.resolution))
        _ = try AccuracyEffort.frames(
            in: recipe, work: Double(fine.count), budget: Self.accuracyLimit, limit: Self.accuracyLimit,
            frameBytes: 8 * coarse.count)
        try AccuracyEffort.requireMemory(workspaceBytes(in: recipe) << equation.dimensions)
        let draw = try EllipticDraw(self, index: sample.index, attempt: sample.attempt, in: recipe)
        let values = try solution(draw, on: coarse, watch)
        let finer = try solution(draw, on: fine, watch)
        let blocks = CellBlocks(of: draw.mask(on: fine), shape: fine.shape, side: 2)
        let means = blocks.averaged(finer.map { Float($0) })
        let solid = draw.mask(on: coarse)
        var (difference, norm) = (0.0, 0.0)
        for cell in 0..<coarse.count where blocks.mask[cell] == 0 && (solid.isEmpty || solid[cell] == 0) {
            let mean = Double(means[cell])
            difference += (values[cell] - mean) * (values[cell] - mean)
            norm += mean * mean
        }
        guard norm > 0 else { throw AccuracyOmission(reason: "its solution is zero") }
        return AccuracyCheck(of: sample.index, steady: (difference / norm).squareRoot())
    }

    /// In double precision always: the question is the grid.
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
