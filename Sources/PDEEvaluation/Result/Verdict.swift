import PDECore
import PDEPlot

/// What the numbers of a contestant come to, for a reader in a hurry.
public struct Verdict: Codable, Equatable, Sendable {
    /// How its rollouts end.
    public enum Outcome: String, Codable, Sendable, CaseIterable {
        /// No rollout blows up, at most a tenth of them drift, and persistence and the training mean are both beaten.
        case stable
        /// The same, but persistence, the training mean or both did not stand beside it: nothing says that it is any good.
        case unproven
        /// No rollout blows up, but a forecast that knows next to nothing is as good.
        case noBetter
        /// No rollout blows up, more than a tenth of them leave the truth's statistics.
        case drifts
        /// At least one rollout is no number, or ten times larger than the truth ever is.
        case blowsUp
    }

    /// How its rollouts end.
    public var outcome: Outcome
    /// The outcome in a few words: `Blows up at frame 213`.
    public var headline: String
    /// How many rollouts, how long, how far they hold.
    public var sentences: [String]

    /// The verdict on rollouts.
    ///
    /// - Parameters:
    ///   - baselines: the baselines beside it, each against it.
    ///   - plan: how many frames were forecast, how many of them the reference reaches.
    init(
        _ scores: [TrajectoryScore], summary: Summary, against baselines: [BaselineComparison], plan: RolloutPlan,
        reference: ReferenceDescription
    ) {
        let (steps, scored) = (plan.steps, plan.scoredSteps)
        let quantity = reference.energyName ?? "energy"
        let unbeaten = baselines.filter { !$0.isBeaten }
        let total = scores.count
        let drifting = scores.filter { !$0.drifts.isEmpty }
        let rollouts = total == 1 ? "the rollout" : "\(total) rollouts"
        if let earliest = summary.blowUps.earliest, let median = summary.blowUps.median {
            outcome = .blowsUp
            headline = "Blows up at frame \(earliest)"
            let count = summary.blowUps.count
            var text =
                total == 1 ? "The rollout blows up" : "\(count) of \(total) rollouts blow\(count == 1 ? "s" : "") up"
            if total > 1, count == 1 { text = "1 of \(total) rollouts blows up" }
            text +=
                count > 1
                ? ", the first at frame \(earliest), half of them by frame \(median)." : " at frame \(earliest)."
            sentences = [text]
        } else if 10 * drifting.count > total {
            outcome = unbeaten.isEmpty ? .drifts : .noBetter
            let kinds = Drift.allCases.filter { kind in drifting.contains { $0.drifts.contains(kind) } }
            headline = "Drifts within \(formatCount(steps, "frame"))"
            let words = kinds.map { $0.words(quantity, keepsMeans: summary.truthKeepsMeans) }
            let list =
                words.count > 1
                ? words.dropLast().joined(separator: ", ") + " and " + words.last! : words[0]
            sentences = [
                total == 1
                    ? "The rollout stays bounded but leaves the truth in \(list)."
                    : "No rollout blows up, but \(drifting.count) of \(total) leave the truth in \(list)."
            ]
        } else {
            outcome = !unbeaten.isEmpty ? .noBetter : baselines.count < Self.baselineCount ? .unproven : .stable
            headline = "Stable over \(formatCount(steps, "frame"))"
            sentences = ["None of \(rollouts) blows up or drifts."]
            if total == 1 { sentences = ["The rollout neither blows up nor drifts."] }
            if !drifting.isEmpty {
                sentences = ["No rollout blows up; \(drifting.count) of \(total) drift."]
            }
        }
        if outcome == .noBetter {
            headline = "No better than \(unbeaten.map(\.name).joined(separator: " and "))"
        }
        if !baselines.isEmpty { sentences.append(BaselineComparison.sentence(baselines, scored: scored)) }
        if outcome == .unproven {
            sentences.append(
                baselines.isEmpty
                    ? "No baseline stands beside it, so that nothing says whether it is any good."
                    : "Only \(baselines[0].name) stands beside it: the other baseline is missing.")
        }
        sentences.append(
            Self.validity(summary.validTimes[0], scored: scored, interval: reference.frameInterval))
        if scored < steps {
            sentences.append(
                "The reference ends at frame \(scored); beyond it only blow-up, means, \(quantity) and spectra are "
                    + "followed.")
        }
    }

    /// Persistence and the training mean.
    private static let baselineCount = 2

    /// How long the error stays small.
    private static func validity(_ time: TimeSummary, scored: Int, interval: Double) -> String {
        let threshold = NumberText.short(time.threshold)
        if time.shareWithoutCrossing == 1 {
            return "The error stays below \(threshold) to the end of the reference, frame \(scored)."
        }
        let bound = time.shareWithoutCrossing > 0 ? "at least " : ""
        var range = ""
        if let lower = time.frames.lower, let upper = time.frames.upper {
            range = " [\(NumberText.short(lower)), \(NumberText.short(upper))]"
        }
        let span = NumberText.short(time.frames.value * interval)
        return "The error stays below \(threshold) for \(bound)\(NumberText.short(time.frames.value))\(range) frames, "
            + "a time of \(span)."
    }
}
