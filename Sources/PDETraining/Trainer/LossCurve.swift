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
        let parts = records.flatMap { record in
            (record.parts ?? [LossPart(step: record.step, loss: record.trainLoss)]).map { part in
                LossPart(
                    step: part.step, loss: part.loss,
                    learningRate: part.learningRate ?? (part.step == record.step ? record.learningRate : nil))
            }
        }
        let rated = parts.filter { $0.learningRate != nil }
        let losses = (parts.map(\.loss) + records.map(\.validLoss)).filter { $0 > 0 && $0.isFinite }
        guard let low = losses.min(), let high = losses.max() else { return }
        let markers = records.count < 3
        let highest = rated.compactMap(\.learningRate).max() ?? 0
        let loss = LineChart(
            title: title, x: Axis("step", range: 0...max(1, steps.last ?? 1)),
            y: Axis("loss", scale: .logarithmic, range: low * 0.9...high * 1.1),
            series: [
                .init("training", x: parts.map { Double($0.step) }, y: parts.map(\.loss), hasMarkers: parts.count < 3),
                .init("validation", x: steps, y: records.map(\.validLoss), hasMarkers: markers),
            ])
        let rates = LineChart(
            title: "learning rate", x: Axis("step", range: 0...max(1, steps.last ?? 1)),
            y: Axis("", range: 0...(highest > 0 ? highest * 1.05 : 1)),
            series: [
                .init(
                    "learning rate", x: rated.map { Double($0.step) }, y: rated.compactMap(\.learningRate),
                    hasMarkers: rated.count < 3)
            ],
            showsLegend: false)
        let figure = Figure(title: "", panels: [Panel(loss), Panel(rates)], columns: 2)
        try AtomicFile.write(figure.raster().png(title: title), to: path)
    }
}
