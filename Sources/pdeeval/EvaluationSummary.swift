import PDECommand
import PDEComparisons
import PDECore
import PDEEvaluation

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
                evaluation.ranking, [table(evaluation)] + marks(of: evaluation),
                evaluation.comparisons.map { $0.sentence() },
                // Of one or a few the verdict says where the data end.
                bands(evaluation) + (evaluation.judged.count > 3 ? end(of: evaluation.plan) : ""),
                picture: "rollout.png")
        case .solutions(let evaluation, _, _):
            text(
                evaluation.reference.notes,
                evaluation.judged.map { ($0.name, $0.verdict.headline, $0.verdict.sentences) },
                evaluation.ranking, [table(evaluation)] + cells(of: evaluation) + times(evaluation),
                evaluation.comparisons.map { $0.sentence(unit: "solution") }, "",
                picture: "samples.png")
        case .solver(let evaluation, let title, let picture):
            text(
                [], [(title, "against classical solvers", evaluation.sentences)], nil, [table(evaluation)], [], "",
                picture: picture.isEmpty ? nil : "errors.png")
        case .particles(let evaluation, let title, _):
            text(
                [], [(title, "against other particles", evaluation.sentences)], nil, [table(evaluation)], [], "",
                picture: nil)
        }
    }

    private func text(
        _ notes: [String]?, _ verdicts: [(name: String, headline: String, sentences: [String])],
        _ ranking: Ranking?, _ tables: [TextTable], _ comparisons: [String], _ end: String, picture: String?
    ) -> String {
        var text = (notes ?? []).map { "note: \($0)\n" }.joined()
        if let ranking { text += "\(ranking.sentence)\n\n\(table(ranking).rendered())\n" }
        for verdict in verdicts {
            text += "\(verdict.name): \(verdict.headline)\n"
            // Of many the report has the rest.
            if verdicts.count > 3 { continue }
            for sentence in verdict.sentences { text += "  \(sentence)\n" }
        }
        for table in tables { text += "\n" + table.rendered() }
        text += "\n"
        for comparison in comparisons { text += comparison + "\n" }
        let files = ["report.html", picture, "metrics.json"].compactMap { $0.map { "\(folder)/\($0)" } }
        return text + end + "look      \(files.joined(separator: ", "))\n"
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

    /// Which network is best.
    private func table(_ ranking: Ranking) -> TextTable {
        let hasTimes = ranking.entries.contains { $0.validTime != nil }
        let times = hasTimes ? [ReportWords.valid(RolloutPlan.errorThresholds[0])] : []
        let head = ["", ReportWords.error] + times + [ReportWords.seeds, ReportWords.overSeeds, ReportWords.verdict]
        var table = TextTable(head, alignments: [.left] + head.dropFirst(2).map { _ in .right } + [.left])
        for (place, entry) in ranking.entries.enumerated() {
            table.append(
                [
                    "\(place + 1). \(entry.name)", formatSignificant(entry.error.value, digits: 3),
                ] + (hasTimes ? [entry.validTime.map { formatSignificant($0.value, digits: 3) } ?? "–"] : []) + [
                    "\(entry.members.count)",
                    entry.spread.map {
                        "\(formatSignificant($0.lowerBound, digits: 3))…\(formatSignificant($0.upperBound, digits: 3))"
                    } ?? "–", entry.headline,
                ])
        }
        return table
    }

    private func table(_ evaluation: Evaluation) -> TextTable {
        var table = TextTable([
            "", ReportWords.error, ReportWords.allFrames, ReportWords.oneStep,
            ReportWords.valid(RolloutPlan.errorThresholds[0]), ReportWords.highBand, ReportWords.blowUps,
            ReportWords.secondsPerFrame,
        ])
        for result in evaluation.contestants {
            let summary = result.summary
            let valid = summary.validTimes[0]
            table.append([
                result.name, formatSignificant(summary.error.value, digits: 3),
                summary.stackedError.map { formatSignificant($0.value, digits: 3) } ?? "–",
                summary.oneStepError.map { formatSignificant($0.value, digits: 3) } ?? "–",
                (valid.shareWithoutCrossing > 0 ? "≥ " : "") + formatSignificant(valid.frames.value, digits: 3),
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
        let isTrained = evaluation.accuracies != nil
        var table = TextTable(
            ["", ReportWords.error, "median", "worst", ReportWords.secondsPerSolution]
                + (isTrained ? [ReportWords.training, ReportWords.withTraining] : [])
                + (evaluation.saysDeviations ? [ReportWords.within] : []))
        for result in evaluation.contestants {
            var row = [result.error.value, result.median, result.worst].map { formatSignificant($0, digits: 3) }
            row.append(formatDuration(result.secondsPerSample))
            if isTrained {
                row += [result.trainingSeconds.map(formatDuration) ?? "–", formatDuration(result.amortizedSeconds)]
            }
            if evaluation.saysDeviations { row.append(Self.percent(result.coverage)) }
            table.append([result.name] + row)
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

    /// Errors at the end, drifts and times of particle methods.
    private func table(_ evaluation: ParticleEvaluation) -> TextTable {
        var table = TextTable([
            "", "particles", "score", "covariance", "fourth moment", "density", "kernel density", "momentum", "energy",
            "time", "",
        ])
        for result in evaluation.results {
            let last = result.records.last!
            let values: [Double?] = [
                last.scoreError, last.covarianceError, last.fourthMomentError, last.densityError,
                result.kernelDensityError, result.momentumDrift, result.energyDrift,
            ]
            table.append(
                [result.method, "\(result.particles)"]
                    + values.map { $0.map { formatSignificant($0, digits: 2) } ?? "–" }
                    + [formatDuration(result.seconds), result.hasFinished ? "" : result.outcome])
        }
        return table
    }

    private static func percent(_ share: Estimate?) -> String {
        share.map { "\(formatSignificant(100 * $0.value, digits: 3)) %" } ?? "–"
    }

    /// Solvers' errors and coverages by equation and difficulty, with intervals.
    private func cells(of evaluation: SteadyEvaluation) -> [TextTable] {
        evaluation.judged.filter { $0.coverage != nil && $0.cells.count > 1 }.map { result in
            var table = TextTable([result.name, "samples", "error", "95 % interval", ReportWords.within])
            for cell in result.cells {
                let ends = [cell.error.lower, cell.error.upper].compactMap {
                    $0.map { formatSignificant($0, digits: 3) }
                }
                table.append([
                    cell.cell, "\(cell.samples)", formatSignificant(cell.error.value, digits: 3),
                    ends.isEmpty ? "–" : ends.joined(separator: " to "), Self.percent(cell.coverage),
                ])
            }
            return table
        }
    }

    /// What methods take to accuracies that are asked for.
    private func times(_ evaluation: SteadyEvaluation) -> [TextTable] {
        guard let accuracies = evaluation.accuracies, let first = accuracies.first else { return [] }
        let asked = accuracies.filter { $0.method == first.method }.map(\.error)
        var table = TextTable(["seconds a solution to"] + asked.map { formatSignificant($0, digits: 1) })
        for start in stride(from: 0, to: accuracies.count, by: asked.count) {
            let own = accuracies[start..<start + asked.count]
            table.append([own.first!.method] + own.map { $0.seconds.map(formatDuration) ?? "–" })
        }
        return [table]
    }
}
