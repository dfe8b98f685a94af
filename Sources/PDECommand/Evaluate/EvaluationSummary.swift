import PDECore
import PDEEvaluation

/// What an evaluation says at its end: the verdicts, a table, what to look at.
struct EvaluationSummary {
    let evaluation: Evaluation
    let folder: String

    init(_ evaluation: Evaluation, folder: String) {
        self.evaluation = evaluation
        self.folder = folder
    }

    var text: String {
        var text = (evaluation.reference.notes ?? []).map { "note: \($0)\n" }.joined()
        for result in evaluation.judged {
            text += "\(result.name): \(result.verdict.headline)\n"
            for sentence in result.verdict.sentences { text += "  \(sentence)\n" }
        }
        text += "\n" + table() + "\n"
        for comparison in evaluation.comparisons { text += Self.sentence(comparison) + "\n" }
        let (steps, scored) = (evaluation.plan.steps, evaluation.plan.scoredSteps)
        if scored < steps {
            text +=
                "the data end after \(formatCount(scored, "step")): what needs the truth is measured up to there, the rest over \(steps)\n"
        }
        return text + "look      \(folder)/report.html, \(folder)/rollout.png, \(folder)/metrics.json\n"
    }

    private func table() -> String {
        var table = TextTable(["", "error", "1 step", "valid (0.2)", "high band", "blow-ups", "a step"])
        for result in evaluation.contestants {
            let summary = result.summary
            let valid = summary.validTimes[0]
            table.append([
                result.name, formatSignificant(summary.error.value, digits: 3),
                summary.oneStepError.map { formatSignificant($0.value, digits: 3) } ?? "–",
                (valid.shareWithoutCrossing >= 1 ? "≥ " : "") + formatSignificant(valid.frames.value, digits: 3),
                summary.highBandDecades.map { formatSignificant($0.value, digits: 2) } ?? "–",
                "\(summary.blowUps.count) of \(summary.trajectories)", formatDuration(result.cost.secondsPerFrame),
            ])
        }
        return table.rendered()
    }

    /// A network against the classical solver.
    static func sentence(_ comparison: CostComparison) -> String {
        let name = comparison.surrogate.name
        let factor = formatSignificant(max(comparison.speedup, 1 / comparison.speedup), digits: 2)
        let words = comparison.speedup >= 1 ? "\(factor) times faster" : "\(factor) times slower"
        switch comparison.position {
        case .within: return "\(name) is \(words) than the classical solver at the same error"
        case .moreAccurate:
            return "\(name) is more accurate than every classical solver tried, and \(words) than the best of them"
        case .lessAccurate:
            return "\(name) is less accurate than every classical solver tried, and \(words) than the coarsest of them"
        }
    }
}
