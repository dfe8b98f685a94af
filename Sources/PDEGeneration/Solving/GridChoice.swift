import PDEData

/// The grid that a recipe's `accuracy` gives a sample.
///
/// Of the recipe's grid refined by 1, 2, 4 and 8 it is the first whose error is small enough. The error is the relative difference (L2)
/// of the first frame after the start, or of the solution, from that on twice the points with shorter steps, and half of it more: as
/// far as the next refinement of a method of first order would go. So it is about the difference from four times the points.
public struct GridChoice: Equatable, Sendable {
    /// How many times as fine as the recipe's the grid is.
    public let refinement: Int
    /// Its error.
    public let error: Double

    private static let finest = 8
    /// What the difference from twice the points is multiplied by: 1 + 2⁻¹.
    package static let remainder = 1.5
    private static let (resolutionName, errorName) = ("solver_resolution", "estimated_error")

    /// Solves the first frame of a sample on one grid after the other, always in double precision where its family's check does.
    ///
    /// - Throws: `AccuracyOmission` where no grid will do, `SampleStopped` when `watch` says so, and what drawing throws.
    init(of sample: SampleRecord, in recipe: Recipe, _ largestError: Double, _ watch: SampleWatch) throws {
        // A pilot is no part of the sample that is solved after it.
        let watch = SampleWatch { _ in watch.isWanted(0) }
        let definition = recipe.problem.definition
        var (refinement, last) = (1, "it could not be solved")
        while refinement <= Self.finest {
            do {
                let check = try definition.accuracy(
                    of: sample, in: recipe.pilot.refined(by: refinement), stepsOfAll: 0, watch)
                let error = Self.remainder * check.firstFrame
                if error <= largestError {
                    (self.refinement, self.error) = (refinement, error)
                    return
                }
                last = "its error is \(Recipe.short(error))"
            } catch let omission as AccuracyOmission where omission == .unsolved {
                last = "it could not be solved"
            }
            refinement *= 2
        }
        throw AccuracyOmission(
            reason: "\(last) on \(Self.finest * recipe.resolution), the finest grid, and \(largestError) is asked for; "
                + "use a finer resolution or a larger accuracy")
    }

    /// What stands with the sample.
    func measures(in recipe: Recipe) -> [String: Double] {
        [Self.resolutionName: Double(refinement * recipe.resolution), Self.errorName: error]
    }

    /// The names of `measures`, with their meanings.
    static let diagnostics = [
        ScalarDescription(
            name: resolutionName, summary: "health: points or cells of the solver's grid along the first axis it names"),
        ScalarDescription(
            name: errorName,
            summary: "health: relative error (L2) of the first frame on it, estimated by twice the points"),
    ]
}

extension GridChoice {
    /// The refinement with which a sample was solved.
    package static func refinement(of sample: SampleRecord, in recipe: Recipe) -> Int {
        sample.health[resolutionName].map { max(1, Int($0) / recipe.resolution) } ?? 1
    }

    /// Samples by the grid on which they were solved, from coarse to fine, with the mean seconds that one took: `12 on 128 (0.9 s each)`,
    /// and their largest error; nil where the recipe chose no grid.
    public static func summary(of records: [SampleRecord]) -> String? {
        let chosen = records.filter { $0.health[resolutionName] != nil }
        guard let worst = chosen.compactMap({ $0.health[errorName] }).max() else { return nil }
        let grids = Dictionary(grouping: chosen) { Int($0.health[resolutionName]!) }.sorted { $0.key < $1.key }.map {
            let seconds = $1.reduce(0) { $0 + $1.wallTime } / Double($1.count)
            return "\($1.count) on \($0) (\(Recipe.short(seconds)) s each)"
        }
        return grids.joined(separator: ", ") + "; estimated error at most \(Recipe.short(worst))"
    }
}
