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
        let unbeaten = baselines.filter { ($0.ratio.upper ?? $0.ratio.value) >= 1 }
        outcome = !unbeaten.isEmpty ? .noBetter : baselines.isEmpty ? .unproven : .stable
        headline =
            unbeaten.isEmpty
            ? "Relative error \(NumberText.short(error.value))"
            : "No better than \(unbeaten.map(\.name).joined(separator: " and "))"
        let range = error.lower.map { " [\(NumberText.short($0)), \(NumberText.short(error.upper ?? $0))]" } ?? ""
        sentences = [
            samples == 1
                ? "The solution of the only sample is off by \(NumberText.short(error.value)) of its norm."
                : "Solutions are off by \(NumberText.short(error.value))\(range) of their norm in the mean of \(samples) "
                    + "samples, the worst by \(NumberText.short(worst))."
        ]
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
