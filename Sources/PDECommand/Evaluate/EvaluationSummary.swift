import PDECore
import PDEEvaluation
import PDEStudies

/// What an evaluation says at its end: the verdicts, a table, what to look at.
struct EvaluationSummary {
    let findings: RunsFindings
    let folder: String

    init(_ findings: RunsFindings, folder: String) {
        self.findings = findings
        self.folder = folder
    }

    var text: String {
        switch findings {
        case .rollouts(let evaluation, _, _):
            text(
                evaluation.reference.notes,
                evaluation.judged.map { ($0.name, $0.verdict.headline, $0.verdict.sentences) },
                [table(evaluation)] + marks(of: evaluation), evaluation.comparisons,
                bands(evaluation) + end(of: evaluation.plan),
                picture: "rollout.png")
        case .solutions(let evaluation, _, _):
            text(
                evaluation.reference.notes,
                evaluation.judged.map { ($0.name, $0.verdict.headline, $0.verdict.sentences) },
                [table(evaluation)], evaluation.comparisons, "", picture: "samples.png")
        case .solver(let evaluation, let title, _):
            text(
                [], [(title, "against classical solvers", evaluation.sentences)], [table(evaluation)], [], "",
                picture: "errors.png")
        }
    }

    private func text(
        _ notes: [String]?, _ verdicts: [(name: String, headline: String, sentences: [String])],
        _ tables: [TextTable], _ comparisons: [CostComparison], _ end: String, picture: String
    ) -> String {
        var text = (notes ?? []).map { "note: \($0)\n" }.joined()
        for verdict in verdicts {
            text += "\(verdict.name): \(verdict.headline)\n"
            for sentence in verdict.sentences { text += "  \(sentence)\n" }
        }
        for table in tables { text += "\n" + table.rendered() }
        text += "\n"
        for comparison in comparisons { text += Self.sentence(comparison) + "\n" }
        return text + end + "look      \(folder)/report.html, \(folder)/\(picture), \(folder)/metrics.json\n"
    }

    private func end(of plan: RolloutPlan) -> String {
        guard plan.scoredSteps < plan.steps else { return "" }
        return
            "the data end after \(formatCount(plan.scoredSteps, "step")): what needs the truth is measured up to there, the rest over \(plan.steps)\n"
    }

    /// How much of the truth lies within the bands that surrogates give.
    private func bands(_ evaluation: Evaluation) -> String {
        (evaluation.bands ?? []).map { band in
            let steps = ([1, 10, 50, 100, 500, 1000].filter { $0 < band.steps.count } + [band.steps.count])
            let shares = steps.compactMap { step in
                band.coverage(at: step).map { "\(formatSignificant(100 * $0, digits: 3)) % at \(step)" }
            }
            return "\(band.contestant): its 95 % band of \(band.members) rollouts holds "
                + "\(shares.joined(separator: ", ")) of the points of \(formatCount(band.trajectories, "trajectory", plural: "trajectories"))\n"
        }.joined()
    }

    private func table(_ evaluation: Evaluation) -> TextTable {
        var table = TextTable(["", "error", "all frames", "1 step", "valid (0.2)", "high band", "blow-ups", "a step"])
        for result in evaluation.contestants {
            let summary = result.summary
            let valid = summary.validTimes[0]
            table.append([
                result.name, formatSignificant(summary.error.value, digits: 3),
                summary.stackedError.map { formatSignificant($0.value, digits: 3) } ?? "–",
                summary.oneStepError.map { formatSignificant($0.value, digits: 3) } ?? "–",
                (valid.shareWithoutCrossing >= 1 ? "≥ " : "") + formatSignificant(valid.frames.value, digits: 3),
                summary.highBandDecades.map { formatSignificant($0.value, digits: 2) } ?? "–",
                "\(summary.blowUps.count) of \(summary.trajectories)", formatDuration(result.cost.secondsPerFrame),
            ])
        }
        return table
    }

    /// What the frames mean in their field, the truth's first, with the mean distance from it.
    private func marks(of evaluation: Evaluation) -> [TextTable] {
        // The truth has the same for all.
        guard let first = evaluation.contestants.first?.summary.marks, !first.isEmpty else { return [] }
        var table = TextTable([""] + first.map(\.name))
        table.append(["truth"] + first.map { formatSignificant($0.truth, digits: 3) })
        for result in evaluation.contestants {
            let cells = (result.summary.marks ?? []).map { mark in
                guard let value = mark.value else { return "–" }
                let part = mark.deviation.map { " (\(formatSignificant(100 * $0.value, digits: 2)) %)" } ?? ""
                let lacking = mark.missing > 0 ? ", none in \(mark.missing)" : ""
                return formatSignificant(value.value, digits: 3) + part + lacking
            }
            table.append([result.name] + cells)
        }
        return [table]
    }

    private func table(_ evaluation: SteadyEvaluation) -> TextTable {
        var table = TextTable(["", "error", "median", "worst", "a solution"])
        for result in evaluation.contestants {
            let numbers = [result.error.value, result.median, result.worst].map { formatSignificant($0, digits: 3) }
            table.append([result.name] + numbers + [formatDuration(result.secondsPerSample)])
        }
        return table
    }

    /// Iterations, set-up and solve of the learned solver, of multigrid and of incomplete Cholesky, and what else is fastest.
    private func table(_ evaluation: SolverEvaluation) -> TextTable {
        var table = TextTable(["", "solver", "iterations", "set-up", "solve", "speed-up"])
        for one in evaluation.cases {
            let name = "\(one.name), \(one.shape.map(String.init).joined(separator: " × "))"
            for (place, result) in one.results.enumerated() {
                table.append([
                    place == 0 ? name : "", result.solver,
                    (result.iterations.map { "\($0)" } ?? "–") + (result.hasConverged ? "" : ", \(result.outcome)"),
                    formatDuration(result.setupSeconds), formatDuration(result.solveSeconds),
                    place == 0 ? one.speedup.map { formatSignificant($0, digits: 3) } ?? "–" : "",
                ])
            }
        }
        return table
    }

    /// A network against the classical solver.
    private static func sentence(_ comparison: CostComparison) -> String {
        let name = comparison.surrogate.name
        guard !comparison.isTooShort else {
            return "too little was timed to say whether \(name) is faster than the classical solver: evaluate more "
                + "samples or steps"
        }
        let factor = formatSignificant(max(comparison.speedup, 1 / comparison.speedup), digits: 2)
        let words = comparison.speedup >= 1 ? "\(factor) times faster" : "\(factor) times slower"
        switch comparison.position {
        case .within: return "\(name) is \(words) than the classical solver at the same error"
        case .moreAccurate:
            return "\(name) is more accurate than every classical solver tried, and \(words) than the best of them"
        case .lessAccurate:
            return
                "\(name) is less accurate than the cheapest classical solver tried, \(comparison.solvers[0].name), and \(words)"
        }
    }
}
