import Glibc
import PDEData

extension SemilinearProblem {
    /// Grid points times time steps that the finer solution may take: some seconds. Beyond, fewer frames are compared.
    private static let accuracyBudget = 3e7
    /// What a single frame may take at most; beyond, as in boxes of 256³, nothing is compared.
    private static let accuracyLimit = 1e9

    package func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        let refined = pow(2, Double(equation.dimensions)) * Double(grid(in: recipe).count) * 2
        let work = refined * Double(max(1, sample.steps)) / Double(recipe.frames.count - 1)
        let compared = try AccuracyEffort.frames(
            in: recipe, work: work, budget: Self.accuracyBudget, limit: Self.accuracyLimit,
            frameBytes: 8 * equation.components * grid(in: recipe).count)
        try AccuracyEffort.requireMemory(workspaceBytes(in: recipe) << equation.dimensions)
        // Always in double precision: the question is the grid and the step.
        let coarse = SemilinearSolver<Double>(recipe, self)
        let draw = draw(index: sample.index, attempt: sample.attempt, in: recipe)
        var frames: [[[Double]]] = []
        _ = try coarse.solve(draw, watch, frames: compared) { _, buffers in
            frames.append(buffers.map { Array($0.values) })
        }
        var errors: [Double] = []
        let points = SharedPoints.offsets(shape: grid(in: recipe).shape)
        _ = try SemilinearSolver<Double>(recipe, self, refinement: 2).solve(draw, watch, frames: compared) {
            frame, buffers in
            guard frame < frames.count else { return }
            var (difference, norm) = (0.0, 0.0)
            for (component, buffer) in buffers.enumerated() {
                for (coarsePoint, finePoint) in points.enumerated() {
                    let value = buffer.pointer[finePoint]
                    difference +=
                        (frames[frame][component][coarsePoint] - value)
                        * (frames[frame][component][coarsePoint] - value)
                    norm += value * value
                }
            }
            errors.append((difference / norm).squareRoot())
        }
        guard errors.count == compared else { throw AccuracyOmission.unsolved }
        return AccuracyCheck(of: sample.index, errors: errors)
    }
}
