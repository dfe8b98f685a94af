import PDEData
import PDEPlot

/// `report.html` of neural particles: a table of methods, errors over time, certificates.
public struct ParticleReport: Sendable {
    /// The headline: the run's name.
    public var title: String
    /// What was found out.
    public var evaluation: ParticleEvaluation
    /// The network's particles over time.
    public var motion: ParticleMotion

    /// A report.
    public init(title: String, evaluation: ParticleEvaluation, motion: ParticleMotion = ParticleMotion()) {
        (self.title, self.evaluation, self.motion) = (title, evaluation, motion)
    }

    /// Writes the page, with a checksum in its last comment.
    /// - Throws: what writing the file throws.
    public func write(to path: String) throws(DataError) {
        try AtomicFile.write(SealedText.sealed(html(), as: .page), to: path)
    }

    /// The page.
    public func html() -> String {
        var body = """
            <header><h1>\(Markup.escaped(title))</h1><p class="eyebrow">particles in \(evaluation.dimensions) dimensions over a time of \
            \(NumberText.short(evaluation.time)) in \(evaluation.steps) steps; trained for \
            \(ReportText.seconds(evaluation.trainingSeconds))</p></header>
            """
        body += evaluation.sentences.map { "<p>\(Markup.escaped($0))</p>" }.joined()
        body += "<h2>Methods</h2>" + methods() + "<h2>Over time</h2><div class=\"charts\">"
        body += chart("Error of the covariance", \.covarianceError)
        body += chart("Error of the fourth moment", \.fourthMomentError)
        body += chart("Error of the score", \.scoreError)
        body += chart("Error of the carried density", \.densityError) + particles() + "</div>"
        body += "<h2>Certificates</h2>" + certificates()
        return ReportPage.html("\(title) – report", body: body)
    }

    private func methods() -> String {
        let reference = evaluation.reference.map { "the values by \(Markup.escaped($0))" } ?? "the exact laws"
        let rows = evaluation.results.enumerated().map { place, result in
            let last = result.records.last!
            let cells = [
                "\(result.particles)", ReportText.number(last.scoreError), ReportText.number(last.covarianceError),
                ReportText.number(last.fourthMomentError), ReportText.number(last.densityError),
                ReportText.number(result.kernelDensityError), ReportText.number(result.momentumDrift),
                ReportText.number(result.energyDrift),
                ReportText.seconds(result.seconds), result.hasFinished ? "" : Markup.escaped(result.outcome),
            ]
            return ReportPage.Row(
                name: Markup.escaped(result.method), cells: cells.map { "<td>\($0)</td>" }, recedes: place > 0)
        }
        return ReportPage.table(
            "Methods",
            caption:
                "Relative errors at the end, against the exact score, \(reference) of covariance and fourth moment, and the exact "
                + "density; the L2 distance of a kernel density from it; changes of momentum and energy over the energy.",
            head: [
                "method", "particles", "score", "covariance", "fourth moment", "density", "kernel density", "momentum",
                "energy", "seconds", "",
            ], rows: rows)
    }

    private func chart(_ name: String, _ value: (ParticleRecord) -> Double?) -> String {
        let shown = evaluation.results.enumerated().compactMap {
            place, result -> (series: LineChart.Series, style: String)? in
            // At the start errors are round-off, or none.
            let points = result.records.compactMap { record in
                value(record).flatMap { $0 > 1e-12 ? (record.time, $0) : nil }
            }
            guard !points.isEmpty else { return nil }
            return (
                LineChart.Series(
                    result.method, x: points.map(\.0), y: points.map(\.1), dash: place == 0 ? .solid : .dashed),
                place == 0 ? "s0" : "back r\((place - 1) % 4)"
            )
        }
        guard !shown.isEmpty else { return "" }
        let values = shown.flatMap(\.series.y)
        let chart = LineChart(
            x: Axis("time", range: 0...evaluation.time),
            y: Axis("relative error", scale: .logarithmic, range: values.min()! / 2...values.max()! * 2),
            series: shown.map(\.series))
        return """
            <figure class="card"><h3>\(Markup.escaped(name))</h3>\
            \(chart.svg(classes: shown.map(\.style), label: name))\(ReportCharts.legend(shown))</figure>
            """
    }

    private func particles() -> String {
        guard !motion.isEmpty else { return "" }
        return """
            <figure class="card"><h3>The network's particles</h3>\(motion.svg(label: "particles that move"))\
            <p>The first two components of some. A dot is the fuller the higher the density that its particle carries; the bar is the \
            time.</p></figure>
            """
    }

    private func certificates() -> String {
        let rows = evaluation.certificates.map { one in
            let cells = [
                ReportText.number(one.bound), ReportText.number(one.halfWidth), ReportText.number(one.error),
                one.holds.map { $0 ? "holds" : "does not hold" } ?? "",
            ]
            return ReportPage.Row(
                name: "t = \(NumberText.short(one.time))", cells: cells.map { "<td>\($0)</td>" }, recedes: false)
        }
        return ReportPage.table(
            "Certificates",
            caption:
                "A bound of the score's relative error from the network's own score and divergence on particles that it was not "
                + "fitted to, half the width of its 95 % interval before the root, and the error where the score is known.",
            head: ["", "bound", "interval", "error", ""], rows: rows)
    }
}
