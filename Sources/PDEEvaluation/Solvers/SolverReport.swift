import PDEData
import PDEPlot

/// `report.html` of a learned solver: tables by difficulty, residuals by iteration, errors to look at.
public struct SolverReport: Sendable {
    /// The headline: the run's name.
    public var title: String
    /// What was found out.
    public var evaluation: SolverEvaluation
    /// A picture of errors after some iterations, a PNG; empty for none.
    public var picture: [UInt8]

    /// A report.
    public init(title: String, evaluation: SolverEvaluation, picture: [UInt8] = []) {
        (self.title, self.evaluation, self.picture) = (title, evaluation, picture)
    }

    /// Writes the page, with a checksum in its last comment.
    /// - Throws: what writing the file throws.
    public func write(to path: String) throws(DataError) {
        try AtomicFile.write(SealedText.sealed(html(), as: .page), to: path)
    }

    /// The page.
    public func html() -> String {
        var body = """
            <header><h1>\(Markup.escaped(title))</h1><p class="eyebrow">to a relative residual of \
            \(NumberText.short(evaluation.tolerance)); trained for \(ReportText.seconds(evaluation.trainingSeconds))</p></header>
            """
        body += evaluation.sentences.map { "<p>\(Markup.escaped($0))</p>" }.joined()
        if !picture.isEmpty {
            body += """
                <h2>Errors after some iterations</h2><figure class="card"><img style="width:100%;height:auto" \
                alt="Errors of the learned solver and of others after the same iterations" \
                src="data:image/png;base64,\(Base64.text(picture))"></figure>
                """
        }
        body += "<h2>By difficulty</h2>" + overview()
        body += "<h2>Residuals</h2><div class=\"charts\">" + evaluation.cases.map(residuals).joined() + "</div>"
        return ReportPage.html("\(title) – report", body: body)
    }

    private func overview() -> String {
        let rows = evaluation.cases.flatMap { one -> [ReportPage.Row] in
            one.results.enumerated().map { place, result in
                let name = place == 0 ? Markup.escaped("\(one.name), \(size(one))") : ""
                let paid = place == 0 ? one.solvesUntilPaid(training: evaluation.trainingSeconds) : nil
                let cells = [
                    Markup.escaped(result.solver), result.iterations.map(String.init) ?? "–",
                    result.hasConverged ? "" : Markup.escaped(result.outcome), ReportText.seconds(result.setupSeconds),
                    ReportText.seconds(result.solveSeconds), ReportText.seconds(result.seconds),
                    place == 0 ? ReportText.number(one.speedup) : "",
                    place > 0 ? "" : paid.map { NumberText.short($0) } ?? "never",
                ]
                return ReportPage.Row(name: name, cells: cells.map { "<td>\($0)</td>" }, recedes: place > 0)
            }
        }
        return ReportPage.table(
            "By difficulty",
            caption:
                "The least of several times on one thread. Speed-up: of set-up and solve, against the fastest other "
                + "that converged; paid after: solves that make up for the training.",
            head: ["system", "solver", "iterations", "", "set-up", "solve", "both", "speed-up", "paid after"],
            rows: rows)
    }

    private func size(_ one: SolverCase) -> String { one.shape.map(String.init).joined(separator: " × ") }

    private func residuals(_ one: SolverCase) -> String {
        let shown = one.results.enumerated().filter { !$0.element.history.isEmpty }
        let curves = shown.map { place, result in
            (
                series: LineChart.Series(
                    result.solver, x: result.history.indices.map(Double.init), y: result.history.map { max($0, 1e-16) },
                    dash: place == 0 ? .solid : .dashed), style: place == 0 ? "s0" : "back r\((place - 1) % 4)"
            )
        }
        let longest = one.results.compactMap { $0.hasConverged ? $0.iterations : nil }.min() ?? 10
        let chart = LineChart(
            x: Axis("iterations", range: 0...Double(max(4, 4 * longest))),
            y: Axis("relative residual", scale: .logarithmic, range: evaluation.tolerance / 10...10),
            series: curves.map(\.series))
        let name = "\(one.name), \(size(one))"
        return """
            <figure class="card"><h3>\(Markup.escaped(name))</h3>\
            \(chart.svg(classes: curves.map(\.style), label: "Residuals of \(name)"))\(ReportCharts.legend(curves))</figure>
            """
    }
}
