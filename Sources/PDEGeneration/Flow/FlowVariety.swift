import PDECore
import PDEConfig
import PDEGeometry
import PDEPlot

/// Samples begin at rest or from a perturbation that is drawn: what differs is what is drawn, and a sample of which there are two
/// would leak between splits.
extension FlowProblem {
    /// The most pairs of equal samples that may be expected.
    private static let mostTwins = 0.1

    /// Refuses recipes whose samples would repeat.
    func validateVariety(in recipe: Recipe) throws(ConfigurationError) {
        guard recipe.samples.total > 1, equation.perturbation == 0, let reynolds = equation.reynolds.valueCount
        else { return }
        let samples = Double(recipe.samples.total)
        guard obstacles.isVarying else {
            throw .combination(
                paths: ["equation.reynolds", "obstacles", "samples"],
                found:
                    "\(formatCount(recipe.samples.total, "sample")) of which \(reynolds) differ\(reynolds == 1 ? "s" : "")",
                why: "nothing else varies: every sample begins at rest, so others would repeat these",
                advice:
                    "draw the Reynolds number from a range (--re 500:1000), place obstacles (--obstacles 3), "
                    + "perturb the start (\"perturbation\": 0.05 in equation), or make one sample")
        }
        let twins = samples * (samples - 1) / 2 * chanceOfEqualObstacles(in: recipe) / Double(reynolds)
        guard twins > Self.mostTwins else { return }
        throw .combination(
            paths: ["equation.reynolds", "obstacles", "samples"],
            found:
                "\(recipe.samples.total) samples, of which \(NumberText.short(twins, digits: 2)) pairs would be equal",
            why: "every sample begins at rest, and so few obstacles on cell faces have too few places",
            advice: "draw the Reynolds number from a range (--re 500:1000), or let obstacles.snapped be false")
    }

    /// The chance that two samples have the same obstacles: none, or one on the same cells. Two and more have so many places
    /// that it does not count.
    private func chanceOfEqualObstacles(in recipe: Recipe) -> Double {
        let cells = Double(recipe.resolution)
        let (number, places): (ClosedRange<Int>, Double)
        switch obstacles {
        case .placed(let placement):
            let isOnCells = placement.isSnapped && !placement.isRotated
            let margins = placement.margins
            let room =
                (recipe.length - margins.inlet - margins.outlet - placement.size.upperBound)
                * (1 - margins.bottom - margins.top - placement.size.upperBound) * cells * cells
            let sizes = (placement.size.upperBound - placement.size.lowerBound) * cells + 1
            number = placement.count
            places = isOnCells ? max(1, room) * sizes * Double(placement.kinds.count) : .infinity
        case .level(.one): (number, places) = (1...1, 108 * 108)
        case .level(.many): (number, places) = (2...10, .infinity)
        case .none, .bodies, .level(.none): return 1
        }
        let share = 1 / Double(number.count)
        return (number.contains(0) ? share * share : 0) + (number.contains(1) ? share * share / places : 0)
    }
}
