import PDEPlot

/// Numbers as a report writes them.
enum ReportText {
    static func number(_ value: Double?, digits: Int = 3) -> String {
        value.map { NumberText.short($0, digits: digits) } ?? "–"
    }

    /// `[0.1, 0.2]`, empty without an interval.
    static func interval(_ estimate: Estimate) -> String {
        guard let lower = estimate.lower, let upper = estimate.upper else { return "" }
        return "[\(number(lower)), \(number(upper))]"
    }

    /// A time with the sign of a lower bound where some trajectories never cross.
    static func time(_ summary: TimeSummary) -> String {
        (summary.shareWithoutCrossing > 0 ? "≥ " : "") + number(summary.frames.value)
    }

    static func percent(_ share: Double) -> String { "\(number(100 * share)) %" }

    static func seconds(_ value: Double) -> String {
        switch value {
        case ..<1e-6: "\(number(value * 1e9, digits: 2)) ns"
        case ..<1e-3: "\(number(value * 1e6)) µs"
        case ..<1: "\(number(value * 1e3)) ms"
        default: "\(number(value)) s"
        }
    }

    /// `4.2× faster`, with the word of a bound.
    static func speedup(_ comparison: CostComparison) -> String {
        guard !comparison.isTooShort else { return "too short to be judged" }
        let isFaster = comparison.speedup >= 1
        let factor = number(isFaster ? comparison.speedup : 1 / comparison.speedup, digits: 2) + "×"
        let word = isFaster ? "faster" : "slower"
        return switch (comparison.position, isFaster) {
        case (.within, _): "\(factor) \(word)"
        case (.moreAccurate, true), (.lessAccurate, false): "at least \(factor) \(word)"
        case (.moreAccurate, false), (.lessAccurate, true): "at most \(factor) \(word)"
        }
    }

    /// Against what the ratio was taken, in one sentence.
    static func explanation(_ comparison: CostComparison) -> String {
        let name = comparison.surrogate.name
        guard !comparison.isTooShort else {
            return "What was timed of \(name) and of the classical solver is too short to say which is faster: "
                + "evaluate more samples or longer rollouts."
        }
        let (own, other) = (
            seconds(comparison.surrogate.secondsPerFrame), seconds(comparison.solverSecondsPerFrame)
        )
        let error = number(comparison.surrogate.error)
        let verdict = speedup(comparison)
        return switch comparison.position {
        case .within:
            "At the error of \(name), \(error), the tuned classical solver takes \(other) a frame and \(name) takes "
                + "\(own): \(name) is \(verdict)."
        case .moreAccurate:
            "No classical solver that was tried reaches the error of \(name), \(error). The most accurate one takes "
                + "\(other) a frame and \(name) takes \(own): at equal error \(name) is \(verdict)."
        case .lessAccurate:
            "Even the cheapest classical solver that was tried is more accurate than \(name), whose error is \(error). It "
                + "takes \(other) a frame and \(name) takes \(own): at equal error \(name) is \(verdict)."
        }
    }
}

extension String {
    /// The text as the beginning of a line.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
