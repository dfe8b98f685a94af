import PDEData
import PDEPlot

/// `report.html` of a steady problem: one file that opens without a network and says how far solutions are off, where, and
/// what a classical solver would take for as much.
public struct SteadyReport: Sendable {
    /// The headline: the run's name.
    public var title: String
    /// What was found out.
    public var evaluation: SteadyEvaluation
    /// The picture of the best, the median and the worst sample, a PNG; empty for none.
    public var picture: [UInt8]

    /// A report.
    public init(title: String, evaluation: SteadyEvaluation, picture: [UInt8] = []) {
        (self.title, self.evaluation, self.picture) = (title, evaluation, picture)
    }

    /// Writes the page, with a checksum in its last comment.
    ///
    /// - Throws: what writing the file throws.
    public func write(to path: String) throws(DataError) {
        try AtomicFile.write(SealedText.sealed(html(), as: .page), to: path)
    }

    /// The page.
    public func html() -> String {
        let reference = evaluation.reference
        let size = reference.shape.map(String.init).joined(separator: " × ")
        var body = """
            <header><h1>\(Markup.escaped(title))</h1><p class="eyebrow">\(Markup.escaped(reference.name)), \
            \(Markup.escaped(reference.split)) split: \(evaluation.sampleCount) sample\(evaluation.sampleCount == 1 ? "" : "s") of \(size) \
            points</p>\((reference.notes ?? []).map { "<p>Note: \(Markup.escaped($0)).</p>" }.joined())</header>
            """
        if let ranking = evaluation.ranking {
            body += ReportPage.ranking(ranking, secondsName: ReportWords.secondsPerSolution)
        }
        body += ReportPage.verdicts(evaluation.judged.map(verdict))
        if !picture.isEmpty {
            body += """
                <h2>Best, median and worst sample of \(Markup.escaped(evaluation.judged[0].name))</h2><figure class="card">\
                <img style="width:100%;height:auto" alt="What the solution comes from, truth, prediction and difference" \
                src="data:image/png;base64,\(Base64.text(picture))"><p>The prediction in the truth's colours; the difference in colours \
                of its own.</p></figure>
                """
        }
        body +=
            "<h2>Error</h2>"
            + evaluation.comparisons.map { "<p>\(Markup.escaped($0.sentence(unit: "solution")))</p>" }.joined()
        body += "<div class=\"charts\">" + [errors(), cost()].compactMap { $0 }.joined() + "</div>"
        body += "<h2>Side by side</h2>" + contestants()
        if let accuracies = evaluation.accuracies { body += "<h2>Time to accuracy</h2>" + times(accuracies) }
        if evaluation.judged.contains(where: { $0.cells.count > 1 }) { body += "<h2>By difficulty</h2>" + cells() }
        body += terms()
        return ReportPage.html("\(title) – report", body: body)
    }

    private func verdict(_ result: SteadyResult) -> String {
        var facts = [
            ReportPage.fact(
                "Error, mean", ReportText.number(result.error.value), ReportText.interval(result.error)),
            ReportPage.fact("Median", ReportText.number(result.median), ""),
            ReportPage.fact("Worst", ReportText.number(result.worst), ""),
            ReportPage.fact("Time a solution", ReportText.seconds(result.secondsPerSample), ""),
        ]
        if let coverage = result.coverage {
            facts.append(
                ReportPage.fact(
                    "Truth within 95 % intervals", ReportText.percent(coverage.value),
                    ReportText.interval(coverage.mapped { 100 * $0 })))
        }
        if let training = result.trainingSeconds {
            facts.append(ReportPage.fact("Training", ReportText.seconds(training), ""))
        }
        if let comparison = evaluation.comparisons.first(where: { $0.surrogate.name == result.name }) {
            facts.append(ReportPage.fact("Against the solver at equal error", ReportText.speedup(comparison), ""))
        }
        return """
            <section class="card verdict \(result.verdict.outcome.rawValue)">\(ReportPage.icon(result.verdict.outcome))<div>\
            <h2>\(Markup.escaped(result.verdict.headline)) <span class="who">\(Markup.escaped(result.name))</span></h2></div>\
            <p>\(result.verdict.sentences.map(Markup.escaped).joined(separator: " "))</p>\
            <dl class="facts">\(facts.joined())</dl></section>
            """
    }

    /// What share of the samples has at most an error.
    private func errors() -> String {
        let style = ContestantStyle(evaluation)
        let judged = evaluation.judged.map(\.name)
        let curves = (evaluation.contestants.filter { !judged.contains($0.name) } + evaluation.judged).map { result in
            let sorted = result.samples.map { max($0.error, 1e-16) }.sorted()
            let share = sorted.indices.map { (Double($0) + 1) / Double(sorted.count) }
            return (
                series: LineChart.Series(result.name, x: sorted, y: share, dash: ReportCharts.dash(result.kind)),
                style: style[result.name]
            )
        }
        return figure(
            "Share of samples below an error", x: Axis("error", scale: .logarithmic),
            y: Axis("share", range: 0...1.02),
            curves, note: "To the left is better; where curves are steep, all samples are as hard.")
    }

    /// Error against cost, nil with fewer than two contestants that cost anything.
    private func cost() -> String? {
        let points = evaluation.contestants.filter { $0.kind != .baseline && $0.secondsPerSample > 0 }
        guard points.count > 1 else { return nil }
        let style = ContestantStyle(evaluation)
        let solvers = points.filter { $0.kind == .solver }.sorted { $0.secondsPerSample < $1.secondsPerSample }
        var shown: [(series: LineChart.Series, style: String)] = []
        var methods: [String] = []
        for name in solvers.map(\.method) where !methods.contains(name) { methods.append(name) }
        for (place, method) in methods.enumerated() {
            let own = solvers.filter { $0.method == method }
            shown.append(
                (
                    LineChart.Series(
                        method, x: own.map(\.secondsPerSample), y: own.map { max($0.error.value, 1e-12) },
                        dash: .dashed,
                        hasMarkers: true), "back r\(place % 4)"
                ))
        }
        for result in points where result.kind == .surrogate {
            shown.append(
                (
                    LineChart.Series(
                        result.name, x: [result.amortizedSeconds], y: [result.error.value], hasMarkers: true),
                    style[result.name]
                ))
        }
        let costs = points.map(\.amortizedSeconds)
        let errors = points.map { max($0.error.value, 1e-12) }
        return figure(
            "Error against cost",
            x: Axis("seconds a solution", scale: .logarithmic, range: costs.min()! * 0.6...costs.max()! * 1.7),
            y: Axis("error, mean", scale: .logarithmic, range: errors.min()! * 0.6...errors.max()! * 1.9),
            shown,
            notes: solvers.map { LineChart.Note($0.name, x: $0.secondsPerSample, y: $0.error.value) },
            note:
                "Median wall clock, \(points[0].threads == 1 ? "one sample at a time" : "\(points[0].threads) samples at once")"
                + (evaluation.accuracies == nil ? "; " : ", with each solution's part of the training; ")
                + "down and to the left is better.")
    }

    private func figure(
        _ title: String, x: Axis, y: Axis, _ curves: [(series: LineChart.Series, style: String)],
        notes: [LineChart.Note] = [], note: String
    ) -> String {
        let chart = LineChart(x: x, y: y, series: curves.map(\.series))
        let svg = chart.svg(classes: curves.map(\.style), notes: notes, label: "\(title). \(note)")
        return """
            <figure class="card"><h3>\(Markup.escaped(title))</h3>\(svg)\(ReportCharts.legend(curves))\
            <p>\(Markup.escaped(note))</p></figure>
            """
    }

    private func contestants() -> String {
        let best = evaluation.contestants.map(\.error.value).min()
        let networks = evaluation.contestants.filter { $0.kind == .surrogate }.sorted {
            $0.error.value < $1.error.value
        }
        let rows = (networks + evaluation.contestants.filter { $0.kind != .surrogate }).map { result in
            var cells = [
                ReportPage.estimate(result.error, isBest: result.error.value == best),
                "<td>\(ReportText.number(result.median))</td>", "<td>\(ReportText.number(result.upper))</td>",
                "<td>\(ReportText.number(result.worst))</td>", ReportPage.estimate(result.largest),
                "<td>\(ReportText.seconds(result.secondsPerSample))</td>",
            ]
            if evaluation.accuracies != nil {
                let training = result.trainingSeconds.map(ReportText.seconds) ?? "–"
                cells += ["<td>\(training)</td>", "<td>\(ReportText.seconds(result.amortizedSeconds))</td>"]
            }
            if evaluation.saysDeviations {
                cells.append("<td>\(result.coverage.map { ReportText.percent($0.value) } ?? "–")</td>")
            }
            return ReportPage.Row(
                name: ReportPage.name(result.name, result.kind), cells: cells, recedes: result.kind != .surrogate)
        }
        return ReportPage.table(
            "Everything that was evaluated",
            caption: "Over \(evaluation.sampleCount) samples. In brackets: 95 % intervals over samples.",
            head: [
                "contestant", ReportWords.error, "median", "90th percentile", "worst", "largest difference",
                ReportWords.secondsPerSolution,
            ] + (evaluation.accuracies == nil ? [] : [ReportWords.training, ReportWords.withTraining])
                + (evaluation.saysDeviations ? [ReportWords.within] : []),
            rows: rows)
    }

    private func times(_ accuracies: [TimeToAccuracy]) -> String {
        var methods: [String] = []
        for name in accuracies.map(\.method) where !methods.contains(name) { methods.append(name) }
        let rows = methods.map { method in
            ReportPage.Row(
                name: Markup.escaped(method),
                cells: accuracies.filter { $0.method == method }.map { entry in
                    "<td>\(entry.seconds.map(ReportText.seconds) ?? "–")<small>\(Markup.escaped(entry.setting ?? ""))</small></td>"
                })
        }
        return ReportPage.table(
            "Time to accuracy",
            caption:
                "Seconds a solution, training included, of each method's cheapest setting whose error is at most as large in every sample.",
            head: ["method"] + TimeToAccuracy.errors.map { NumberText.short($0) }, rows: rows)
    }

    private func cells() -> String {
        let names = evaluation.judged[0].cells
        let rows = evaluation.contestants.map { result in
            let cells = result.cells.map { cell in
                let coverage = cell.coverage.map {
                    "<small>\(ReportText.percent($0.value)) \(ReportWords.within)</small>"
                }
                return ReportPage.estimate(cell.error, more: coverage ?? "")
            }
            return ReportPage.Row(
                name: ReportPage.name(result.name, result.kind), cells: cells, recedes: result.kind != .surrogate)
        }
        return ReportPage.table(
            "By difficulty", caption: "Mean errors, cell by cell; in brackets their 95 % intervals.",
            head: ["contestant"]
                + names.map { "\(Markup.escaped($0.cell)), \($0.samples) sample\($0.samples == 1 ? "" : "s")" },
            rows: rows, breaksCells: true)
    }

    /// What the numbers mean.
    private func terms() -> String {
        let entries = [
            (
                "Error",
                "‖prediction − truth‖ / ‖truth‖ over space and channels for each sample, each channel in units of its root mean "
                    + "square in training; then the mean over the samples."
            ),
            (
                "Largest difference",
                "The largest difference at a point over the truth's largest value; the mean over the samples."
            ),
            (
                "Classical solver",
                "The dataset's own solver on coarser grids, from the same medium, source and solids; linear between its cells. "
                    + "Its time is that of setting the system up and solving it. Of boundary value problems polynomials of "
                    + "lower degree and finite differences on finer grids too, which know the source everywhere."
            ),
            (
                "Intervals",
                "95 %, by bootstrap over samples with 1000 replicas, and over seeds where several were trained."
            ),
            ("Verdict", "Green where the training mean is beaten beyond what other samples could turn round."),
        ]
        let list = entries.map { "<dt>\($0.0)</dt><dd>\(Markup.escaped($0.1))</dd>" }.joined()
        return #"<details><summary>What the numbers mean</summary><dl class="terms">\#(list)</dl></details>"#
    }
}
