import Glibc
import PDEPlot

/// A contestant against a baseline on the same trajectories.
package struct BaselineComparison {
    /// The baseline.
    let name: String
    /// The contestant's nRMSE over the baseline's: the geometric mean over the trajectories.
    let ratio: Estimate
    /// The errors themselves.
    let error, baselineError: Double
    /// The last scored step up to which the contestant's median error stays below the baseline's.
    let stepsAhead: Int

    init(_ result: ContestantResult, _ baseline: ContestantResult, bootstrap: Bootstrap) {
        name = baseline.name
        error = result.summary.error.value
        baselineError = baseline.summary.error.value
        let pairs = zip(result.trajectories, baseline.trajectories)
        ratio = bootstrap.mean(of: pairs.map { log(max($0.error, 1e-12) / max($1.error, 1e-12)) }).mapped { exp($0) }
        let (own, other) = (result.curves.error, baseline.curves.error)
        let behind = zip(own.median, other.median).enumerated().first {
            !(($0.element.0 ?? .nan) < ($0.element.1 ?? 0))
        }
        stepsAhead = behind.map { $0.offset == 0 ? 0 : own.steps[$0.offset - 1] } ?? own.steps.last ?? 0
    }

    /// Whether the baseline is beaten beyond what other initial states could turn round.
    var isBeaten: Bool { (ratio.upper ?? ratio.value) < 1 }

    /// What a reader is told of all baselines.
    static func sentence(_ comparisons: [BaselineComparison], scored: Int) -> String {
        let beaten = comparisons.filter(\.isBeaten)
        if let error = comparisons.first?.error, beaten.count < comparisons.count {
            let others = comparisons.filter { !$0.isBeaten }.map {
                "\($0.ratio.value < 1 ? "cannot be told from" : "is above") that of \($0.name), "
                    + NumberText.short($0.baselineError)
            }
            let rest = beaten.map { "is below that of \($0.name), \(NumberText.short($0.baselineError))" }
            return "Its error, \(NumberText.short(error)), \((others + rest).joined(separator: ", and ")); "
                + ahead(comparisons, scored) + "."
        }
        let factors = comparisons.map { "\(words(below: $0.ratio.value)) that of \($0.name)" }
        return "Its error is \(factors.joined(separator: " and ")); \(ahead(comparisons, scored))."
    }

    /// How far a ratio lies below one: `3.2 times below`, and where that would be hardly once `12 % below`.
    package static func words(below ratio: Double) -> String {
        ratio > 2.0 / 3
            ? "\(NumberText.short(100 * (1 - ratio), digits: 2)) % below"
            : "\(NumberText.short(1 / ratio, digits: 2)) times below"
    }

    private static func ahead(_ comparisons: [BaselineComparison], _ scored: Int) -> String {
        let which = comparisons.count == 2 ? "both" : comparisons.count == 1 ? "it" : "all of them"
        let steps = comparisons.map(\.stepsAhead).min() ?? 0
        if steps >= scored { return "its median stays below \(which) at every scored frame" }
        return steps == 0
            ? "its median is not below \(which) at the first frame"
            : "its median stays below \(which) up to frame \(steps)"
    }
}
