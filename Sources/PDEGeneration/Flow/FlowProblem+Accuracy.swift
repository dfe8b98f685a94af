import PDEData

extension FlowProblem {
    /// Cells times time steps that the finer solution may take: a twentieth of what all samples took, but a quarter of a
    /// second at least and some seconds at most. Beyond, fewer frames are compared.
    private static func accuracyBudget(_ work: Double) -> Double { min(2e8, max(1e7, work / 20)) }
    /// What a single frame may take at most; beyond, as on very fine grids, nothing is compared.
    private static let accuracyLimit = 6e8

    /// The sample's velocity against that on twice the grid with half the step, past the same bodies, averaged over 2 × 2
    /// cells.
    func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        let draw = try draw(index: sample.index, attempt: sample.attempt, in: recipe)
        let grid = draw.geometry.grid
        let work = Double(4 * grid.count * 2) * Double(max(1, sample.steps)) / Double(recipe.frames.count - 1)
        let compared = try AccuracyEffort.frames(
            in: recipe, work: work, budget: Self.accuracyBudget(Double(stepsOfAll) * Double(grid.count)),
            limit: Self.accuracyLimit, frameBytes: 8 * grid.count)
        try AccuracyEffort.requireMemory(workspaceBytes(in: recipe) << 2)
        let finer = self.grid(in: recipe, resolution: 2 * recipe.resolution)
        let blocks = CellBlocks(
            of: draw.finerMask(on: finer), shape: finer.shape, side: 2)
        // Always in double precision: the question is the grid and the step.
        var frames: [[Float]] = []
        _ = try FlowSolver<Double>(recipe, self).solve(draw, watch, frames: compared) { _, velocity, _ in
            frames.append(Array(UnsafeBufferPointer(start: velocity, count: 2 * grid.count)))
            return true
        }
        var errors: [Double] = []
        var means = [Float](repeating: 0, count: 2 * grid.count)
        _ = try FlowSolver<Double>(recipe, self, refinement: 2).solve(draw, watch, frames: compared) {
            frame, velocity, _ in
            guard frame < frames.count else { return false }
            means.withUnsafeMutableBufferPointer {
                blocks.average(velocity, components: 2, into: $0.baseAddress!)
            }
            var (difference, norm) = (0.0, 0.0)
            for cell in 0..<grid.count where draw.geometry.mask[cell] == 0 && blocks.mask[cell] == 0 {
                for component in 0..<2 {
                    let value = Double(means[2 * cell + component])
                    let error = Double(frames[frame][2 * cell + component]) - value
                    difference += error * error
                    norm += value * value
                }
            }
            errors.append((difference / norm).squareRoot())
            return true
        }
        guard errors.count == compared else { throw AccuracyOmission.unsolved }
        return AccuracyCheck(of: sample.index, errors: errors)
    }
}
