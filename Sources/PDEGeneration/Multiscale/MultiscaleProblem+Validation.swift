import PDECore
import PDEConfig
import PDEPlot

extension MultiscaleProblem {
    /// Refuses what cannot run or would be known to be wrong.
    public func validate(in recipe: Recipe) throws(ConfigurationError) {
        let most = equation.dimensions == 1 ? 8192 : 1024
        guard recipe.resolution <= most else {
            throw .invalid(
                path: "resolution", found: "\(recipe.resolution)",
                allowed:
                    "a degree of at most \(most) in \(formatCount(equation.dimensions, "dimension"))"
            )
        }
        guard recipe.length <= 100 else {
            throw .invalid(path: "length", found: "\(recipe.length)", allowed: "at most 100")
        }
        try validateDegree(recipe)
        try validatePoints(recipe)
        try validateVariety(recipe)
    }

    /// The largest wavenumber of any sample.
    private var largestWavenumber: Double {
        let published = equation.cases.map(\.solution.wavenumber).max()!
        return published * max(1, equation.frequency.range.upperBound)
    }

    /// The degree that a wavenumber needs: on [−1, 1] it is kL/2, below which polynomials carry nothing.
    private static func degree(for wavenumber: Double, length: Double) -> Int {
        Int((1.1 * wavenumber * length / 2 + 40).rounded(.up))
    }

    /// The degree that a sample is solved with: enough for its wavenumber, rounded up so that few sizes occur, the recipe's at
    /// most.
    func degree(for wavenumber: Double, in recipe: Recipe) -> Int {
        let step = equation.dimensions == 1 ? 256 : 64
        let enough = Self.degree(for: wavenumber, length: recipe.length)
        return min(recipe.resolution, (enough + step - 1) / step * step)
    }

    private func validateDegree(_ recipe: Recipe) throws(ConfigurationError) {
        let scaled = largestWavenumber * recipe.length / 2
        let enough = Self.degree(for: largestWavenumber, length: recipe.length)
        guard recipe.resolution < enough else { return }
        throw .combination(
            paths: ["resolution", "equation.solutions"],
            found: "degree \(recipe.resolution) for wavenumber \(NumberText.short(largestWavenumber))",
            why:
                "the solution has \(NumberText.short(scaled / .pi)) waves along an axis, and needs a degree of \(enough)",
            advice: "use a resolution of \(enough), or choose solutions of lower frequency")
    }

    private func validatePoints(_ recipe: Recipe) throws(ConfigurationError) {
        let spacing = recipe.length / Double(recipe.frames.resolution - 1)
        guard largestWavenumber * spacing > .pi else { return }
        let enough = Int((largestWavenumber * recipe.length / .pi).rounded(.up)) + 2
        throw .combination(
            paths: ["frames.resolution", "equation.solutions"],
            found: "\(recipe.frames.resolution) points for wavenumber \(NumberText.short(largestWavenumber))",
            why: "a wave would have fewer than two stored points", advice: "store \(enough) points or more")
    }

    /// Refuses recipes whose samples would repeat.
    private func validateVariety(_ recipe: Recipe) throws(ConfigurationError) {
        guard equation.cases.contains(where: \.hasOtherFrequencies) || recipe.samples.total <= equation.cases.count
        else {
            throw .combination(
                paths: ["equation.solutions", "samples"],
                found:
                    "\(formatCount(recipe.samples.total, "sample")) of \(formatCount(equation.cases.count, "problem"))",
                why: "these are posed at the published frequencies only",
                advice: "make \(equation.cases.count), or add other solutions")
        }
        guard !equation.frequency.isVarying, recipe.samples.total > equation.cases.count else { return }
        throw .combination(
            paths: ["equation.frequency", "samples"],
            found: "\(formatCount(recipe.samples.total, "sample")) of \(formatCount(equation.cases.count, "problem"))",
            why: "with one frequency there are no others, and samples would repeat",
            advice: "draw the frequency from a range, as {\"uniform\": [0.25, 1]}, or make \(equation.cases.count)")
    }
}
