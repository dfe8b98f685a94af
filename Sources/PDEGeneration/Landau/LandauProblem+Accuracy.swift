import Glibc
import PDEData

extension LandauProblem {
    /// Grid points times time steps that the finer solution may take: some seconds. Beyond, fewer frames are compared.
    private static let accuracyBudget = 2e7
    /// What a single frame may take at most; beyond, nothing is compared.
    private static let accuracyLimit = 2e8

    /// The sample's density against that on twice the points. Steps there are a quarter as long, as stability asks for.
    func accuracy(
        of sample: SampleRecord, in recipe: Recipe, stepsOfAll: Int, _ watch: SampleWatch
    ) throws -> AccuracyCheck {
        let (exponent, density) = draw(index: sample.index, attempt: sample.attempt, in: recipe)
        let refined = pow(2, Double(equation.dimensions)) * Double(grid(in: recipe).count) * 4
        let work = refined * Double(max(1, sample.steps)) / Double(recipe.frames.count - 1)
        let compared = try AccuracyEffort.frames(
            in: recipe, work: work, budget: Self.accuracyBudget, limit: Self.accuracyLimit,
            frameBytes: 8 * grid(in: recipe).count)
        try AccuracyEffort.requireMemory(workspaceBytes(in: recipe) << equation.dimensions)
        var frames: [[Double]] = []
        _ = try LandauSolver(recipe, self).solve(exponent: exponent, density, watch, frames: compared) { _, state in
            frames.append(state.values.values)
            return true
        }
        let points = SharedPoints.offsets(shape: grid(in: recipe).shape)
        var errors: [Double] = []
        let fine = LandauSolver(recipe, self, refinement: 2)
        let health = try fine.solve(exponent: exponent, density, watch, frames: compared) { frame, state in
            guard frame < frames.count else { return false }
            var (difference, norm) = (0.0, 0.0)
            for (coarse, point) in points.enumerated() {
                let (value, other) = (state[0, point], frames[frame][coarse])
                difference += (other - value) * (other - value)
                norm += value * value
            }
            errors.append((difference / norm).squareRoot())
            return true
        }
        guard health.failure == nil, errors.count == compared else { throw AccuracyOmission.unsolved }
        return AccuracyCheck(of: sample.index, errors: errors)
    }
}
