import PDECore
import PDEData
import PDESolvers

extension EllipticProblem {
    /// The most cells of the finer grid: some seconds.
    private static let accuracyLimit = 20_000_000

    /// The sample's solution against that on twice the grid, of the same source, medium and solids, averaged over 2 × 2 (× 2)
    /// cells.
    func accuracy(of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int) -> AccuracyCheck? {
        let (coarse, fine) = (grid(in: recipe), grid(in: recipe, resolution: 2 * recipe.resolution))
        guard fine.count <= Self.accuracyLimit,
            let draw = try? EllipticDraw(self, index: sample.index, attempt: sample.attempt, in: recipe),
            let values = solution(draw, on: coarse), let finer = solution(draw, on: fine)
        else { return nil }
        let blocks = CellBlocks(of: draw.mask(on: fine), shape: fine.shape, side: 2)
        let means = blocks.averaged(finer.map { Float($0) })
        let solid = draw.mask(on: coarse)
        var (difference, norm) = (0.0, 0.0)
        for cell in 0..<coarse.count where blocks.mask[cell] == 0 && (solid.isEmpty || solid[cell] == 0) {
            let mean = Double(means[cell])
            difference += (values[cell] - mean) * (values[cell] - mean)
            norm += mean * mean
        }
        return norm > 0 ? AccuracyCheck(of: sample.index, steady: (difference / norm).squareRoot()) : nil
    }

    /// In double precision always: the question is the grid.
    private func solution(_ draw: EllipticDraw, on grid: Grid) -> [Double]? {
        guard let system = try? draw.system(on: grid, permeability: draw.permeability(on: grid), of: Double.self)
        else { return nil }
        let solver = ConjugateGradients(
            system, tolerance: min(solver.tolerance, 1e-10), iterationLimit: solver.iterationLimit)
        let (u, report) = solver.solution(system.compatible(draw.source(on: grid)))
        return report.hasConverged || report.outcome == .roundOff ? u : nil
    }
}
