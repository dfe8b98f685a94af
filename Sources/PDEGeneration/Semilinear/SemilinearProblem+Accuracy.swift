import Glibc
import PDEData

extension SemilinearProblem {
    /// Grid points times time steps that the finer solution may take: some seconds. Beyond, fewer frames are compared.
    private static let accuracyBudget = 3e7

    func accuracy(of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int) -> AccuracyCheck? {
        // Always in double precision: the question is the grid and the step.
        let coarse = SemilinearSolver<Double>(recipe, self)
        let fine = SemilinearSolver<Double>(recipe, self, refinement: 2)
        let refined = pow(2, Double(equation.dimensions)) * Double(grid(in: recipe).count) * 2
        let work = refined * Double(max(1, sample.steps)) / Double(recipe.frames.count - 1)
        let compared = min(recipe.frames.count, 1 + max(1, Int(Self.accuracyBudget / work)))
        var frames: [[[Double]]] = []
        _ = coarse.solve(coarse.draw(index: sample.index, attempt: sample.attempt), frames: compared) { _, buffers in
            frames.append(buffers.map { Array($0.values) })
        }
        var errors: [Double] = []
        let points = SharedPoints.offsets(resolution: recipe.resolution, dimensions: equation.dimensions)
        _ = fine.solve(fine.draw(index: sample.index, attempt: sample.attempt), frames: compared) { frame, buffers in
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
        return errors.count == compared ? AccuracyCheck(of: sample.index, errors: errors) : nil
    }
}
