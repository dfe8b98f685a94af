import PDECore
import PDEData

/// The comparison of a sample with itself on a grid twice as fine, with shorter steps: the one accuracy check of all families.
public struct FinerComparison {
    /// The grid of the recipe's refinement.
    public var grid: Grid
    /// Values at a point of it.
    public var components: Int
    /// How many steps the finer solution takes for one of the sample's.
    public var stepRatio: Double
    /// Points times steps that the finer solution may take: beyond `budget` fewer frames are compared, and nothing is where a single
    /// frame takes more than `limit`.
    public var budget, limit: Double

    /// A comparison; the limits are some seconds of most solvers.
    public init(
        on grid: Grid, components: Int = 1, stepRatio: Double = 2, budget: Double = 2e7, limit: Double = 1e9
    ) {
        (self.grid, self.components, self.stepRatio) = (grid, components, stepRatio)
        (self.budget, self.limit) = (budget, limit)
    }

    /// Solves a sample on the grid of the recipe's refinement and on one of twice the points, and compares them frame by frame.
    ///
    /// - Parameters:
    ///   - sample: its record.
    ///   - recipe: the dataset's recipe.
    ///   - restriction: from the finer grid to the other.
    ///   - solve: solves the sample as a recipe says, which is this one or refined, and gives each frame's number and solution to
    ///     `show` until that says no.
    /// - Throws: `AccuracyOmission` where that fails or costs too much, and what `restriction` and `solve` throw.
    public func check(
        _ sample: SampleRecord, in recipe: Recipe, restriction: () throws -> FrameRestriction,
        solve: (
            _ recipe: Recipe, _ frames: Int, _ show: (_ frame: Int, _ solution: [Double]) -> Bool
        ) throws -> Void
    ) throws -> AccuracyCheck {
        let finePoints = Double(grid.count << grid.dimensions)
        let steps =
            recipe.isSteady ? 1 : stepRatio * Double(max(1, sample.steps)) / Double(recipe.frames.solvedCount - 1)
        let compared = try AccuracyEffort.frames(
            in: recipe, work: finePoints * steps, budget: budget, limit: limit,
            frameBytes: 8 * components * grid.count)
        try AccuracyEffort.requireMemory(
            recipe.problem.definition.workspaceBytes(in: recipe) << grid.dimensions)
        let restriction = try restriction()
        var frames: [[Double]] = []
        try solve(recipe, compared) { _, solution in
            frames.append(solution)
            return true
        }
        var errors: [Double] = []
        try solve(recipe.refined(by: 2), compared) { frame, solution in
            guard frame < frames.count else { return false }
            errors.append(restriction.difference(frames[frame], from: solution))
            return true
        }
        guard errors.count == compared else { throw AccuracyOmission.unsolved }
        // A flow may begin at rest; what is compared is what it becomes.
        guard !errors.dropFirst(recipe.isSteady ? 0 : 1).contains(where: \.isNaN) else {
            throw AccuracyOmission(reason: "its solution is zero")
        }
        return recipe.isSteady
            ? AccuracyCheck(of: sample.index, steady: errors[0]) : AccuracyCheck(of: sample.index, errors: errors)
    }
}
