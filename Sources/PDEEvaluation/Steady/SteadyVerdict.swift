import PDEPlot

extension Verdict {
    /// The verdict on solutions of a steady problem.
    ///
    /// - Parameters:
    ///   - error: the mean of the relative errors.
    ///   - worst: the largest of them.
    ///   - baselines: for each its error, and the contestant's over it, the geometric mean over the samples.
    init(
        _ error: Estimate, worst: Double, samples: Int,
        against baselines: [(name: String, error: Double, ratio: Estimate)]
    ) {
        var unbeaten = baselines.filter { ($0.ratio.upper ?? $0.ratio.value) >= 1 }.map(\.name)
        // A solution of zeros is off by its whole norm.
        if unbeaten.isEmpty, (error.upper ?? error.value) >= 1 { unbeaten = ["zero"] }
        outcome = !unbeaten.isEmpty ? .noBetter : baselines.isEmpty ? .unproven : .stable
        headline =
            unbeaten.isEmpty
            ? "Error \(NumberText.short(error.value))"
            : "No better than \(unbeaten.joined(separator: " and "))"
        let range = error.lower.map { " [\(NumberText.short($0)), \(NumberText.short(error.upper ?? $0))]" } ?? ""
        sentences = [
            samples == 1
                ? "The solution of the only sample is off by \(NumberText.short(error.value)) of its norm."
                : "Solutions are off by \(NumberText.short(error.value))\(range) of their norm in the mean of \(samples) "
                    + "samples, the worst by \(NumberText.short(worst))."
        ]
        if unbeaten == ["zero"] { sentences.append("Zeros everywhere are off by 1.") }
        for (name, other, ratio) in baselines {
            let isBeaten = (ratio.upper ?? ratio.value) < 1
            sentences.append(
                isBeaten
                    ? "That is \(BaselineComparison.words(below: ratio.value)) \(name), \(NumberText.short(other))."
                    : ratio.value < 1
                        ? "That cannot be told from \(name), \(NumberText.short(other))."
                        : "That is above \(name), \(NumberText.short(other)).")
        }
        if baselines.isEmpty {
            sentences.append("No baseline stands beside it, so that nothing says whether it is any good.")
        }
    }
}
