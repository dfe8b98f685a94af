import PDEPlot

/// The tables of a report.
struct ReportTables {
    let evaluation: Evaluation

    /// All contestants, one a row: what matters most.
    func contestants() -> String {
        let best = evaluation.contestants.map(\.summary.error.value).min()
        let rows = ordered.map { result in
            let summary = result.summary
            var cells = [
                ReportPage.estimate(summary.error, isBest: summary.error.value == best),
                summary.stackedError.map { ReportPage.estimate($0) } ?? "<td>–</td>",
                summary.oneStepError.map { ReportPage.estimate($0) } ?? "<td>–</td>",
            ]
            cells += summary.validTimes.map(time)
            cells += [blowUps(summary), "<td>\(ReportText.seconds(result.cost.secondsPerFrame))</td>"]
            return row(result, cells)
        }
        return ReportPage.table(
            "Everything that was evaluated",
            caption:
                "Over \(evaluation.trajectoryCount) trajectories. In brackets: 95 % intervals over initial states. "
                + "Error: geometric mean over frames; all frames: relative error of them as one array. "
                + "Times in frames; ≥: some trajectories never cross.",
            head: ["contestant", ReportWords.error, ReportWords.allFrames, ReportWords.oneStep] + validWords
                + [ReportWords.blowUps, ReportWords.secondsPerFrame], rows: rows)
    }

    /// All contestants, one a row: where errors come from.
    func details() -> String {
        let hasFront = evaluation.plan.tracksFront
        let rows = ordered.map { result in
            let summary = result.summary
            var cells = [ReportPage.estimate(summary.varianceError)] + summary.correlationTimes.map(time)
            cells += summary.bandErrors.map { "<td>\(ReportText.number($0?.value))</td>" }
            cells += [
                "<td>\(ReportText.number(summary.highBandDecades?.value, digits: 2))</td>",
                "<td>\(ReportText.number(summary.energyRatio?.value))</td>",
                "<td>\(ReportText.number(summary.meanDrift.value))</td>",
            ]
            if hasFront { cells.append("<td>\(ReportText.number(summary.frontError?.value))</td>") }
            return row(result, cells)
        }
        return ReportPage.table(
            "Where errors come from",
            caption:
                "Low, middle, high: errors of thirds of the wavenumbers; \(ReportWords.highBand): decades between the variance of the "
                + "high third and the truth's.",
            head: [
                "contestant", "VRMSE", "corr. &gt; 0.9", "corr. &gt; 0.8", "low", "middle", "high",
                ReportWords.highBand,
            ]
                + ["\(evaluation.reference.energyName ?? "energy") ratio", "mean drift"]
                + (hasFront ? ["front off"] : []),
            rows: rows)
    }

    private var validWords: [String] { RolloutPlan.errorThresholds.map { Markup.escaped(ReportWords.valid($0)) } }

    /// Networks first, the best of them before the others, then solvers and baselines.
    private var ordered: [ContestantResult] {
        let networks = evaluation.contestants.filter { $0.kind == .surrogate }
        return networks.sorted { $0.summary.error.value < $1.summary.error.value }
            + evaluation.contestants.filter { $0.kind != .surrogate }
    }

    private func row(_ result: ContestantResult, _ cells: [String]) -> ReportPage.Row {
        ReportPage.Row(
            name: ReportPage.name(result.name, result.kind), cells: cells, recedes: result.kind != .surrogate)
    }

    /// What the frames mean in their field, one contestant a row below the truth; nil where nothing was measured.
    func marks() -> String? {
        // The truth has the same for all.
        guard let first = evaluation.contestants.first?.summary.marks, !first.isEmpty else { return nil }
        let truths = first.map { "<td>\(ReportText.number($0.truth))</td>" }
        let rows = ordered.map { result in
            row(
                result,
                (result.summary.marks ?? []).map { mark in
                    var details = mark.deviation.map { ["\(ReportText.number(100 * $0.value)) % off"] } ?? []
                    if mark.missing > 0 { details.append("none in \(mark.missing) of \(result.summary.trajectories)") }
                    let small = details.isEmpty ? "" : "<small>\(details.joined(separator: ", "))</small>"
                    return "<td>\(ReportText.number(mark.value?.value))\(small)</td>"
                })
        }
        return ReportPage.table(
            "What the frames mean",
            caption:
                "Over the \(evaluation.plan.scoredSteps) scored frames, means over trajectories; below: the mean relative distance "
                + "from the truth's.",
            head: [""] + first.map { Markup.escaped($0.name) },
            rows: [ReportPage.Row(name: "truth", cells: truths)] + rows)
    }

    /// One contestant by cell of difficulty.
    func cells(of result: ContestantResult) -> String {
        let baselines = evaluation.contestants.filter { $0.kind == .baseline && $0.name != result.name }
        let horizon = Double(evaluation.plan.scoredSteps)
        let rows = result.cells.map { cell in
            let summary = cell.summary
            var columns = ["<td>\(summary.trajectories)</td>", ReportPage.estimate(summary.error)]
            columns += summary.validTimes.map { time($0, of: horizon) }
            columns.append(time(summary.correlationTimes[1]))
            columns.append(summary.oneStepError.map { ReportPage.estimate($0) } ?? "<td>–</td>")
            columns.append(blowUps(summary))
            columns += baselines.map { baseline in
                let other = baseline.cells.first { $0.cell == cell.cell }
                return "<td>\(ReportText.number(other?.summary.error.value))</td>"
            }
            return ReportPage.Row(name: Markup.escaped(cell.cell), cells: columns)
        }
        let head =
            ["difficulty", "trajectories", ReportWords.error] + validWords
            + ["corr. &gt; 0.8", ReportWords.oneStep, ReportWords.blowUps]
            + baselines.map { "error of \(Markup.escaped($0.name))" }
        return ReportPage.table(
            "\(result.name) by difficulty",
            caption: "<b>\(Markup.escaped(result.name))</b>, cell by cell. Bars: share of the reference's length.",
            head: head, rows: rows)
    }

    private func time(_ summary: TimeSummary) -> String { time(summary, of: nil) }

    private func time(_ summary: TimeSummary, of horizon: Double?) -> String {
        let interval = summary.shareWithoutCrossing == 1 ? "" : ReportText.interval(summary.frames)
        let meter = horizon.map { horizon in
            let share = Int((100 * min(1, summary.frames.value / horizon)).rounded())
            return #"<span class="meter" aria-hidden="true"><i style="width:\#(share)%"></i></span>"#
        }
        return "<td>\(ReportText.time(summary))" + (interval.isEmpty ? "" : "<small>\(interval)</small>")
            + (meter ?? "") + "</td>"
    }

    private func blowUps(_ summary: Summary) -> String {
        guard let earliest = summary.blowUps.earliest else { return "<td>none</td>" }
        return #"<td><span class="pill blowsUp">\#(summary.blowUps.count) of \#(summary.trajectories)</span>"#
            + "<small>first at \(earliest)</small></td>"
    }
}
