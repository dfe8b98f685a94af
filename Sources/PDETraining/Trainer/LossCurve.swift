import PDEData
import PDEPlot

/// A picture of how training went: losses and learning rate against the step.
struct LossCurve {
    let title: String
    let records: [LogRecord]

    init(title: String, _ records: [LogRecord]) {
        self.title = title
        self.records = records
    }

    func png(to path: String) throws {
        let steps = records.map { Double($0.step) }
        let losses = records.flatMap { [$0.trainLoss, $0.validLoss] }.filter { $0 > 0 && $0.isFinite }
        guard let low = losses.min(), let high = losses.max() else { return }
        let markers = records.count < 3
        let loss = LineChart(
            title: title, x: Axis("step").fitted(to: steps),
            y: Axis("loss", scale: .logarithmic, range: low * 0.9...high * 1.1),
            series: [
                .init("training", x: steps, y: records.map(\.trainLoss), hasMarkers: markers),
                .init("validation", x: steps, y: records.map(\.validLoss), hasMarkers: markers),
            ])
        let rates = LineChart(
            title: "learning rate", x: Axis("step").fitted(to: steps),
            y: Axis("", range: 0...max(1e-12, (records.map(\.learningRate).max() ?? 1) * 1.05)),
            series: [.init("learning rate", x: steps, y: records.map(\.learningRate), hasMarkers: markers)],
            showsLegend: false)
        let figure = Figure(title: "", panels: [Panel(loss), Panel(rates)], columns: 2)
        try AtomicFile.write(figure.raster().png(title: title), to: path)
    }
}
