import PDEData
import PDEPlot

/// `report.html` of a transfer study: errors on hard trajectories against the part of hard samples and against what all samples cost.
public struct TransferReport: Sendable {
    private let title, numbers: String
    private let result: TransferResult

    /// A report.
    public init(title: String, _ result: TransferResult, numbers: String = "study.json") {
        (self.title, self.result, self.numbers) = (title, result, numbers)
    }

    /// Writes the page, with a checksum in its last comment.
    /// - Throws: what writing the file throws.
    public func write(to path: String) throws(DataError) {
        try AtomicFile.write(SealedText.sealed(html(), as: .page), to: path)
    }

    /// The page.
    public func html() -> String {
        let count = result.mixes.first?.runs.first?.marks.count ?? 0
        var body = """
            <header><h1>\(Markup.escaped(title))</h1><p class="eyebrow">Hard trajectories of the \(result.split.rawValue) split, \(count) \
            for each target; errors in physical units</p>\
            \(result.notes.map { "<p>Note: \(Markup.escaped($0)).</p>" }.joined())</header>
            """
        for panel in result.panels {
            body += "<h2>\(Markup.escaped("\(panel.target), \(panel.network)"))</h2>"
            body += "<div class=\"charts\">\(cost(panel))\(fraction(panel))</div>\(table(panel))"
        }
        return ReportPage.html("\(title) – study", body: body + terms, numbers: numbers)
    }

    private func cost(_ panel: TransferResult.Panel) -> String {
        figure(
            "Error against solver seconds", Axis("solver seconds of all samples", scale: .logarithmic),
            TransferResult.Panel.series(panel.mixes), \.seconds, note: "Down and to the left is better.")
    }

    private func fraction(_ panel: TransferResult.Panel) -> String {
        let series = panel.atEqualNumber
        guard series.contains(where: { $0.mixes.count > 1 }) else { return "" }
        return figure(
            "Error against the part of hard samples, all of one number",
            Axis("part of hard samples", range: -0.02...1.02),
            series, \.fraction, note: "To the right are hard samples only.")
    }

    private func figure(
        _ title: String, _ x: Axis, _ series: [(filler: String, mixes: [MixScore])],
        _ place: (MixScore) -> Double, note: String
    ) -> String {
        let curves = series.enumerated().map { number, series in
            let errors = series.mixes.map(\.error)
            return (
                series: LineChart.Series(
                    series.filler.isEmpty ? "hard only" : "with \(series.filler)", x: series.mixes.map(place),
                    y: errors.map(\.value), dash: series.filler.isEmpty ? .dashed : .solid, hasMarkers: true,
                    band: (errors.map { $0.lower ?? $0.value }, errors.map { $0.upper ?? $0.value })),
                style: series.filler.isEmpty ? "back" : "s\(number % 7)"
            )
        }
        let chart = LineChart(
            x: x, y: Axis("error on hard trajectories", scale: .logarithmic), series: curves.map(\.series))
        let svg = chart.svg(classes: curves.map(\.style), notes: [], label: "\(title). \(note)")
        return """
            <figure class="card"><h3>\(Markup.escaped(title))</h3>\(svg)\(ReportCharts.legend(curves))\
            <p>\(Markup.escaped(note))</p></figure>
            """
    }

    private func table(_ panel: TransferResult.Panel) -> String {
        let best = panel.mixes.map(\.error.value).min()
        let rows = panel.mixes.map { mix in
            let cells = [
                "<td>\(mix.hard)</td>", "<td>\(mix.others)</td>", "<td>\(mix.runs.count)</td>",
                "<td>\(ReportText.seconds(mix.seconds))</td>",
                ReportPage.estimate(mix.error, isBest: mix.error.value == best),
                mix.oneStepError.map { ReportPage.estimate($0) } ?? "<td>–</td>", ReportPage.estimate(mix.validFrames),
                mix.highBandDecades.map { ReportPage.estimate($0) } ?? "<td>–</td>", "<td>\(mix.blowUps)</td>",
                "<td>\(mix.seen)</td>", "<td>\(panel.factor(of: mix)?.text ?? "–")</td>",
            ]
            return ReportPage.Row(name: Markup.escaped(mix.name), cells: cells)
        }
        return ReportPage.table(
            "\(panel.target), \(panel.network)",
            caption: "Cheapest first. In brackets: 95 % intervals over seeds and trajectories.",
            head: [
                "mix", "hard", "others", ReportWords.seeds, ReportWords.solverTime, ReportWords.error,
                ReportWords.oneStep, Markup.escaped(ReportWords.valid(RolloutPlan.errorThresholds[0])),
                ReportWords.highBand, ReportWords.blowUps, "seen", "factor",
            ], rows: rows)
    }

    private var terms: String {
        let entries = [
            (
                "Error",
                "The geometric mean over frames, trajectories and seeds of the relative difference in space and channels."
            ),
            (
                "Solver time",
                "What the training samples took to solve, as the manifests of their datasets say: their mean, times their number."
            ),
            (
                "Factor",
                "Solver time that hard samples alone would need for the mix's error, by interpolation between logarithms, over the "
                    + "mix's own. At least or at most: the error lies below or above all of hard samples alone."
            ),
            ("High band", "Decades between the energies of prediction and truth in the high third of the wavenumbers."),
            ("Seen", "Scored trajectories that runs had been trained on: none, where splits do not leak."),
        ]
        let list = entries.map { "<dt>\($0.0)</dt><dd>\(Markup.escaped($0.1))</dd>" }.joined()
        return #"<details><summary>What the numbers mean</summary><dl class="terms">\#(list)</dl></details>"#
    }
}
