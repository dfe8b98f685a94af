import PDEPlot

/// Numbers as a report writes them.
enum ReportText {
    /// A measured number.
    static func number(_ value: Double?, digits: Int = 3) -> String {
        value.map { NumberText.aligned($0, digits: digits) } ?? "–"
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
}

extension CostComparison {
    /// Who is faster at equal error, in one sentence; `unit` is what the seconds are of, such as `frame`.
    package func sentence(unit: String = "frame") -> String {
        let name = surrogate.name
        guard !isTooShort else {
            return
                "Too little was timed to say whether \(name) is faster than the classical solver: evaluate more samples"
                + (unit == "frame" ? " or steps." : ".")
        }
        let factor = ReportText.number(max(speedup, 1 / speedup), digits: 2)
        let words = "\(factor) times \(speedup >= 1 ? "faster" : "slower")"
        let times =
            ", \(ReportText.seconds(surrogate.secondsPerFrame)) a \(unit) against \(ReportText.seconds(solverSecondsPerFrame))."
        return switch position {
        case .within: "\(name) is \(words) than the classical solver at the same error" + times
        case .moreAccurate:
            "\(name) is more accurate than every classical solver tried, and \(words) than the best of them" + times
        case .lessAccurate:
            "\(name) is less accurate than the cheapest classical solver tried, \(solvers[0].name), and \(words)"
                + times
        }
    }
}

extension String {
    /// The text as the beginning of a line.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
