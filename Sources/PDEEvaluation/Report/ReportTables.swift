import PDEPlot

/// The tables of a report.
struct ReportTables {
    let evaluation: Evaluation

    /// All contestants, one a row.
    func contestants() -> String {
        let hasFront = evaluation.plan.tracksFront
        var head = [
            "nRMSE", "all frames", "VRMSE", "one step", "valid &lt; 0.2", "valid &lt; 0.5", "corr. &gt; 0.9",
            "corr. &gt; 0.8",
        ]
        head += ["low", "middle", "high", "\(evaluation.reference.energyName ?? "energy") ratio", "mean drift"]
        if hasFront { head.append("front distance") }
        head += ["blow-ups", "time a frame"]
        let best = evaluation.contestants.map(\.summary.error.value).min()
        let rows = evaluation.contestants.map { result in
            let summary = result.summary
            var cells = [
                ReportPage.estimate(summary.error, isBest: summary.error.value == best),
                summary.stackedError.map { ReportPage.estimate($0) } ?? "<td>–</td>",
                ReportPage.estimate(summary.varianceError),
                summary.oneStepError.map { ReportPage.estimate($0) } ?? "<td>–</td>",
            ]
            cells += summary.validTimes.map(time)
            cells += summary.correlationTimes.map(time)
            cells += summary.bandErrors.map { "<td>\(ReportText.number($0?.value))</td>" }
            cells += [
                "<td>\(ReportText.number(summary.energyRatio?.value))</td>",
                "<td>\(ReportText.number(summary.meanDrift.value))</td>",
            ]
            if hasFront { cells.append("<td>\(ReportText.number(summary.frontError?.value))</td>") }
            cells += [blowUps(summary), "<td>\(ReportText.seconds(result.cost.secondsPerFrame))</td>"]
            return """
                <tr><th scope="row">\(Markup.escaped(result.name))\
                <small>\(result.kind.rawValue)</small></th>\(cells.joined())</tr>
                """
        }
        return ReportPage.table(
            "Everything that was evaluated",
            caption:
                "Over \(evaluation.trajectoryCount) trajectories. In brackets: 95 % intervals over initial states. "
                + "nRMSE: geometric mean over frames; all frames: relative error of them as one array. "
                + "Times in frames; ≥: some trajectories never cross. Low, middle, high: nRMSE of thirds of the "
                + "wavenumbers.",
            head: ["contestant"] + head, rows: rows)
    }

    /// What the frames mean in their field, one contestant a row below the truth; nil where nothing was measured.
    func marks() -> String? {
        // The truth has the same for all.
        guard let first = evaluation.contestants.first?.summary.marks, !first.isEmpty else { return nil }
        let truths = first.map { "<td>\(ReportText.number($0.truth))</td>" }
        let rows = evaluation.contestants.map { result in
            let cells = (result.summary.marks ?? []).map { mark in
                var details = mark.deviation.map { ["\(ReportText.number(100 * $0.value)) % off"] } ?? []
                if mark.missing > 0 { details.append("none in \(mark.missing) of \(result.summary.trajectories)") }
                let small = details.isEmpty ? "" : "<small>\(details.joined(separator: ", "))</small>"
                return "<td>\(ReportText.number(mark.value?.value))\(small)</td>"
            }
            return #"<tr><th scope="row">\#(Markup.escaped(result.name))</th>\#(cells.joined())</tr>"#
        }
        return ReportPage.table(
            "What the frames mean",
            caption:
                "Over the \(evaluation.plan.scoredSteps) scored frames, means over trajectories; below: the mean relative distance "
                + "from the truth's.",
            head: [""] + first.map { Markup.escaped($0.name) },
            rows: [#"<tr><th scope="row">truth</th>\#(truths.joined())</tr>"#] + rows)
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
            return #"<tr><th scope="row">\#(Markup.escaped(cell.cell))</th>\#(columns.joined())</tr>"#
        }
        let head =
            ["difficulty", "trajectories", "nRMSE", "valid &lt; 0.2", "valid &lt; 0.5", "corr. &gt; 0.8", "one step"]
            + ["blow-ups"] + baselines.map { "nRMSE of \(Markup.escaped($0.name))" }
        return ReportPage.table(
            "\(result.name) by difficulty",
            caption: "<b>\(Markup.escaped(result.name))</b>, cell by cell. Bars: share of the reference's length.",
            head: head, rows: rows)
    }

    /// Surrogates that differ in their seed only.
    func groups() -> String {
        let rows = evaluation.groups.map { group in
            #"<tr><th scope="row">\#(Markup.escaped(group.name))</th><td>\#(group.members.count)</td>"#
                + ReportPage.estimate(group.error) + group.validTimes.map { ReportPage.estimate($0) }.joined() + "</tr>"
        }
        return ReportPage.table(
            "Over seeds", caption: "Intervals over seeds and initial states.",
            head: ["surrogate", "seeds", "nRMSE", "valid &lt; 0.2", "valid &lt; 0.5"], rows: rows)
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
