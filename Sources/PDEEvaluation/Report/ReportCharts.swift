import PDECore
import PDEPlot

/// The charts of a report.
struct ReportCharts {
    let evaluation: Evaluation
    /// The networks that have charts of their own.
    let shown: [String]
    private let style: ContestantStyle

    init(evaluation: Evaluation, shown: [String]) {
        (self.evaluation, self.shown) = (evaluation, shown)
        style = ContestantStyle(evaluation)
    }

    /// One chart with its legend and a sentence below.
    struct Item {
        var title: String
        var svg: String
        var legend: String
        var note: String
        /// Whether the player's frame is marked on it: its x axis counts steps.
        var followsPlayer: Bool
        /// The network that it is about; nil for all.
        var network: String?
    }

    static func dash(_ kind: Contestant.Kind) -> Dash {
        switch kind {
        case .surrogate: .solid
        case .solver: .dashed
        case .baseline: .dotted
        }
    }

    /// Everything that is worth a chart, the most telling first.
    func all() -> [Item] {
        var items = [error(), correlation()]
        items += shown.flatMap { [bands(of: $0), spectra(of: $0)].compactMap { $0 } } + [energy()].compactMap { $0 }
        if let front = front() { items.append(front) }
        items += (evaluation.bands ?? []).flatMap(uncertainty)
        return items
    }

    /// Curves of all contestants: medians, with the band of those that are judged.
    private func curves(
        _ curve: (ContestantResult) -> Curve?, hasBand: Bool = true
    ) -> [(series: LineChart.Series, style: String)] {
        let judged = evaluation.judged.map(\.name)
        // What stands in front is drawn last; of a group one stands for all in the legend.
        let behind = evaluation.contestants.filter { !judged.contains($0.name) }
        var named: Set<String> = []
        return (behind + evaluation.judged).compactMap { result in
            guard let curve = curve(result) else { return nil }
            let numbers = { (values: [Double?]) in values.map { $0 ?? .nan } }
            let shown =
                hasBand && judged.contains(result.name) && judged.count <= 3 && result.trajectories.count > 1
            let name = result.group ?? result.name
            return (
                LineChart.Series(
                    named.insert(name).inserted ? name : "", x: curve.steps.map(Double.init), y: numbers(curve.median),
                    dash: Self.dash(result.kind),
                    band: shown ? (lower: numbers(curve.lower), upper: numbers(curve.upper)) : nil),
                style[result.name]
            )
        }
    }

    private func guides(_ levels: [Double]) -> [(series: LineChart.Series, style: String)] {
        levels.map { level in
            (
                LineChart.Series(
                    "", x: [1, Double(evaluation.plan.scoredSteps)], y: [level, level], dash: .dashed), "guide"
            )
        }
    }

    private func item(
        _ title: String, x: Axis, y: Axis, _ curves: [(series: LineChart.Series, style: String)],
        notes: [LineChart.Note] = [], note: String, follows: Bool, network: String? = nil
    ) -> Item {
        let chart = LineChart(x: x, y: y, series: curves.map(\.series))
        let names = curves.filter { !$0.series.name.isEmpty }.map(\.series.name).joined(separator: ", ")
        return Item(
            title: title,
            svg: chart.svg(classes: curves.map(\.style), notes: notes, label: "\(title). Curves: \(names). \(note)"),
            legend: Self.legend(curves), note: note, followsPlayer: follows, network: network)
    }

    static func legend(_ curves: [(series: LineChart.Series, style: String)]) -> String {
        let entries = curves.filter { !$0.series.name.isEmpty }.map { curve, style in
            let dash =
                switch curve.dash {
                case .solid: ""
                case .dashed: #" stroke-dasharray="6 4""#
                case .dotted: #" stroke-dasharray="1 4""#
                }
            let line = curve.x.count > 1 ? #"<path class="series \#(style)"\#(dash) d="M1 4H23"/>"# : ""
            let dot = curve.hasMarkers ? #"<circle class="dot \#(style)" cx="12" cy="4" r="4"/>"# : ""
            return """
                <li><svg viewBox="0 0 24 8" aria-hidden="true">\(line)\(dot)</svg>\(Markup.escaped(curve.name))</li>
                """
        }
        return #"<ul class="legend">"# + entries.joined() + "</ul>"
    }

    private var stepAxis: Axis { Axis("frame", range: 0...Double(evaluation.plan.scoredSteps)) }

    private var everyStepAxis: Axis { Axis("frame", range: 0...Double(evaluation.plan.steps)) }

    /// The part of an error axis that is worth showing: from a millionth, and up to 30 where smaller errors are there to see.
    private static func errorRange(_ values: [Double]) -> ClosedRange<Double> {
        let errors = values.filter { $0 > 0 }
        let lowest = max(errors.min() ?? 1e-3, 1e-6) * 0.7
        let highest = min(max(errors.max() ?? 1, 1) * 1.6, 30)
        return lowest...max(highest, lowest * 10)
    }

    private func error() -> Item {
        let shown = curves { $0.curves.error }
        return item(
            "Error along the rollout", x: stepAxis,
            y: Axis("error", scale: .logarithmic, range: Self.errorRange(shown.flatMap(\.series.y))),
            shown + guides(RolloutPlan.errorThresholds),
            note: "Median over the trajectories; shaded: from the 10th to the 90th percentile. Dashed: 0.2 and 0.5.",
            follows: true)
    }

    private func correlation() -> Item {
        item(
            "Correlation with the truth", x: stepAxis, y: Axis("correlation", range: -0.2...1.05),
            curves { $0.curves.correlation } + guides(RolloutPlan.correlationThresholds),
            note: "Mean-centred; median and percentiles as before. Dashed: 0.9 and 0.8.", follows: true)
    }

    private func result(_ name: String) -> ContestantResult? { evaluation.contestants.first { $0.name == name } }

    private func bands(of name: String) -> Item? {
        let names = ["low third", "middle third", "high third"]
        guard let result = result(name) else { return nil }
        let shown = zip(names, result.curves.bands).enumerated().compactMap {
            place, entry -> (series: LineChart.Series, style: String)? in
            let points = zip(entry.1.steps, entry.1.median).compactMap { step, value in value.map { (Double(step), $0) }
            }
            guard !points.isEmpty else { return nil }
            return (
                LineChart.Series(
                    entry.0, x: points.map(\.0), y: points.map(\.1), dash: [.solid, .dashed, .dotted][place]),
                "s\(place)"
            )
        }
        guard !shown.isEmpty else { return nil }
        return item(
            "Error by wavenumber: \(result.name)", x: stepAxis,
            y: Axis(
                "error of the band", scale: .logarithmic, range: Self.errorRange(shown.flatMap(\.series.y))), shown,
            note: "Thirds of the resolved wavenumbers, each against the truth's variance in it.", follows: true,
            network: name)
    }

    private func spectra(of name: String) -> Item? {
        guard let result = result(name),
            let snapshot = result.spectra.last(where: { $0.truth != nil }) ?? result.spectra.last
        else { return nil }
        func series(_ name: String, _ values: [Double], _ dash: Dash = .solid) -> LineChart.Series {
            LineChart.Series(name, x: snapshot.wavenumbers, y: values, dash: dash)
        }
        var shown: [(series: LineChart.Series, style: String)] = []
        if let truth = snapshot.truth { shown.append((series("truth, frame \(snapshot.step)", truth), "truth")) }
        shown.append((series("\(result.name), frame \(snapshot.step)", snapshot.prediction), style[result.name]))
        if let last = result.spectra.last, last.step > snapshot.step {
            shown.append(
                (series("\(result.name), frame \(last.step)", last.prediction, .dashed), style[result.name]))
        }
        let most = shown.flatMap(\.series.y).max() ?? 1
        let least = shown.flatMap(\.series.y).filter { $0 > most * 1e-12 }.min() ?? most / 10
        return item(
            "Variance by wavenumber: \(result.name)", x: Axis("wavenumber", scale: .logarithmic),
            y: Axis(
                "variance in the channels' scales", scale: .logarithmic, range: least * 0.6...max(most * 1.6, least)),
            shown,
            note: "Mean over the trajectories. Wavenumbers count waves along the longest side.", follows: false,
            network: name)
    }

    private func energy() -> Item? {
        var shown = curves({ $0.curves.energy }, hasBand: false).filter { !$0.series.y.allSatisfy(\.isNaN) }
        guard let truth = evaluation.contestants.first?.curves.truthEnergy else { return nil }
        shown.append(
            (LineChart.Series("truth", x: truth.steps.map(Double.init), y: truth.median.map { $0 ?? .nan }), "truth"))
        let highest = truth.median.compactMap { $0 }.max() ?? 1
        let quantity = evaluation.reference.energyName ?? "energy"
        return item(
            "\(quantity.capitalizedFirst) over that at the start", x: everyStepAxis,
            y: Axis(quantity, range: 0...max(2 * highest, 1.2)),
            shown,
            note: "Median over the trajectories that are finite.", follows: true)
    }

    private func front() -> Item? {
        let shown = curves { $0.curves.front }
        guard !shown.isEmpty else { return nil }
        return item(
            "Distance of the shock from the truth's", x: stepAxis, y: Axis("distance"), shown,
            note: "Distance between the places of steepest descent, the short way round.", follows: true)
    }

    /// The width of a band beside the error, and how much of the truth lies in it.
    private func uncertainty(_ band: UncertaintyBand) -> [Item] {
        func series(_ name: String, _ values: [Double], _ dash: Dash = .solid) -> (LineChart.Series, String) {
            (LineChart.Series(name, x: band.steps.map(Double.init), y: values, dash: dash), style[band.contestant])
        }
        let sizes = [series("error of the mean", band.error), series("standard deviation", band.deviation, .dashed)]
        let made =
            "\(band.members) rollouts of each of \(formatCount(band.trajectories, "trajectory", plural: "trajectories")): \(band.method)."
        return [
            item(
                "Uncertainty: \(band.contestant)", x: stepAxis,
                y: Axis("over the truth", scale: .logarithmic, range: Self.errorRange(band.error + band.deviation)),
                sizes,
                note: made, follows: true),
            item(
                "Truth within the 95 % band: \(band.contestant)", x: stepAxis,
                y: Axis("share of points", range: 0...1.05),
                [series(band.contestant, band.coverage)] + guides([band.level]),
                note: "The mean of the rollouts ± Student's interval of their standard deviation. Dashed: 0.95.",
                follows: true),
        ]
    }

    /// Error against cost, nil with fewer than two contestants that cost anything.
    func cost() -> Item? {
        let points = evaluation.contestants.filter { $0.kind != .baseline }
        guard points.count > 1 else { return nil }
        var shown: [(series: LineChart.Series, style: String)] = []
        var notes: [LineChart.Note] = []
        let solvers = points.filter { $0.kind == .solver }.sorted { $0.cost.secondsPerFrame < $1.cost.secondsPerFrame }
        if !solvers.isEmpty {
            shown.append(
                (
                    LineChart.Series(
                        "classical solver", x: solvers.map(\.cost.secondsPerFrame),
                        y: solvers.map(\.summary.error.value),
                        dash: .dashed, hasMarkers: true), "back r0"
                ))
            notes += solvers.map { LineChart.Note($0.name, x: $0.cost.secondsPerFrame, y: $0.summary.error.value) }
        }
        for result in points where result.kind == .surrogate {
            shown.append(
                (
                    LineChart.Series(
                        result.name, x: [result.cost.secondsPerFrame], y: [result.summary.error.value],
                        hasMarkers: true), style[result.name]
                ))
        }
        let costs = points.map(\.cost.secondsPerFrame)
        let errors = points.map { max($0.summary.error.value, 1e-12) }
        let threads = points[0].cost.threads
        let atOnce = threads == 1 ? "one rollout at a time" : "\(threads) rollouts at once"
        return item(
            "Error against cost",
            x: Axis("seconds a frame", scale: .logarithmic, range: costs.min()! * 0.6...costs.max()! * 1.7),
            y: Axis("error, geometric mean", scale: .logarithmic, range: errors.min()! * 0.6...errors.max()! * 1.9),
            shown, notes: notes,
            note: "Wall clock, \(atOnce); down and to the left is better.",
            follows: false)
    }
}
