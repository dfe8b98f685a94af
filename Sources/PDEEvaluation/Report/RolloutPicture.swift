import PDEData
import PDEPlot

/// `rollout.png`: truth, prediction and error of one channel of a recorded rollout, still or moving.
public struct RolloutPicture: Sendable {
    private let record: RecordedRollout
    private let channel: Int
    private let interval: Double
    private let extent, height: ClosedRange<Double>
    private let scale: QuantisedRollout

    /// A picture of one channel of a rollout that was evaluated.
    public init(_ record: RecordedRollout, channel: Int = 0, evaluation: Evaluation) {
        precondition(
            record.channels.indices.contains(channel),
            "channel: expected 0..<\(record.channels.count), got \(channel)")
        self.record = record
        self.channel = channel
        interval = evaluation.reference.frameInterval
        let axis = evaluation.reference.grid.axes[0]
        extent = axis.lower...axis.upper
        let other = evaluation.reference.grid.axes.dropFirst().first ?? axis
        height = other.lower...other.upper
        scale = QuantisedRollout(record, channel: channel)
    }

    /// The still picture: a line's whole rollout over space and time, or five frames of a plane.
    public func figure() -> Figure { record.rows == 1 ? spaceTime() : fields(at: sampled(5)) }

    /// The moving picture: the frames one after the other, at most 40.
    public func animation() -> AnimatedPNG {
        let frames = sampled(40).map { frame -> Raster in
            (record.rows == 1 ? lines(at: frame) : fields(at: [frame])).raster()
        }
        // Titles change their width; the smallest common size would cut them.
        let (width, height) = (frames.map(\.width).max()!, frames.map(\.height).max()!)
        let padded = frames.map { frame in
            var raster = Raster(width: width, height: height)
            raster.draw(frame, x: 0, y: 0)
            return raster
        }
        return AnimatedPNG(frames: padded, delayMilliseconds: 100)
    }

    /// Writes the still picture to `path` and the moving one to `animationPath`.
    ///
    /// - Throws: what writing the files throws.
    public func write(to path: String, animation animationPath: String) throws(DataError) {
        try AtomicFile.write(figure().raster().png(title: title), to: path)
        try AtomicFile.write(animation().png(title: title), to: animationPath)
    }

    private var title: String {
        "\(record.contestant), sample \(SampleAddress.name(of: record.label.index)), \(record.channels[channel])"
    }

    private func sampled(_ most: Int) -> [Int] {
        let count = min(most, record.steps.count)
        return (0..<count).map { count == 1 ? 0 : $0 * (record.steps.count - 1) / (count - 1) }
    }

    /// The values of one frame; empty past the reference.
    private func frame(_ values: [Float], _ frame: Int) -> [Float] {
        let start = (frame * record.channels.count + channel) * record.pictureSize
        return start < values.count ? Array(values[start..<start + record.pictureSize]) : []
    }

    /// The nRMSE of a frame, where the reference reaches it.
    private func mark(_ frame: Int) -> String {
        frame < record.errors.count ? ", error \(NumberText.short(record.errors[frame], digits: 2))" : ""
    }

    /// Which frame it is, and when.
    private func moment(_ frame: Int) -> String {
        let step = record.steps[frame]
        return "frame \(step), t = \(NumberText.short(interval * Double(step)))"
    }

    private func map(
        _ values: [Float], rows: Int, isError: Bool, sampling: HeatMap.Sampling = .smooth, firstRowAtBottom: Bool
    ) -> HeatMap {
        let limits = isError ? -scale.largestError...scale.largestError : scale.limits
        let shown = values.isEmpty ? Array(repeating: Float.nan, count: rows * record.columns) : values
        return HeatMap(
            shown, rows: rows, columns: record.columns,
            colormap: (isError || scale.isSigned ? Colormap.diverging : .sequential)
                .marking(missing: Color(hex: 0x7A818C)),
            limits: .fixed(limits.lowerBound, limits.upperBound), sampling: sampling,
            firstRowAtBottom: firstRowAtBottom)
    }

    private func spaceTime() -> Figure {
        let (truth, prediction) = (
            record.values(record.truth, channel: channel), record.values(record.prediction, channel: channel)
        )
        let error = zip(prediction, truth).map { $0 - $1 }
        let panels = [("truth", truth, false), ("prediction", prediction, false), ("error", error, true)].map {
            name, values, isError in
            let missing = record.steps.count * record.columns - values.count
            let map = map(
                values + Array(repeating: .nan, count: missing), rows: record.steps.count, isError: isError,
                firstRowAtBottom: true)
            let end = interval * Double(record.steps.last!)
            return Panel(
                name, heatMap: map, x: Axis("x", range: extent), y: Axis("t", range: 0...end), colorBar: ColorBar(map))
        }
        return Figure(title: title, panels: panels, columns: 3, panelWidth: 400, panelHeight: 480)
    }

    private func fields(at frames: [Int]) -> Figure {
        // Pictures of one frame move: whole pixels a point keep them small.
        let isMoving = frames.count == 1
        let width = isMoving ? record.columns * max(1, 256 / record.columns) : 300
        let height = max(60, width * record.rows / record.columns)
        let parts: [(String, [Float], Bool)] = [
            ("truth", record.truth, false), ("prediction", record.prediction, false), ("error", [], true),
        ]
        let panels = parts.flatMap { name, values, isError in
            frames.map { frame -> Panel in
                let shown =
                    isError
                    ? zip(self.frame(record.prediction, frame), self.frame(record.truth, frame)).map { $0 - $1 }
                    : self.frame(values, frame)
                let map = map(
                    shown, rows: record.rows, isError: isError, sampling: isMoving ? .nearest : .smooth,
                    firstRowAtBottom: false)
                let isLast = frame == frames.last
                let caption =
                    isMoving ? "" : name == "truth" ? ", \(moment(frame))" : isError ? "" : mark(frame)
                return Panel(
                    name + caption, heatMap: map, x: isMoving ? nil : Axis("x", range: extent),
                    y: isMoving ? nil : Axis("y", range: self.height),
                    colorBar: isLast ? ColorBar(map, label: record.channels[channel]) : nil)
            }
        }
        return Figure(
            title: title + (isMoving ? ", \(moment(frames[0]))\(mark(frames[0]))" : ""), panels: panels,
            columns: isMoving ? 3 : frames.count, panelWidth: width, panelHeight: height, sharesAxes: true)
    }

    private func lines(at frame: Int) -> Figure {
        let count = record.columns
        let spacing = (extent.upperBound - extent.lowerBound) / Double(count)
        let x = (0..<count).map { extent.lowerBound + (Double($0) + 0.5) * spacing }
        let series = [
            ("truth", record.truth, Color.ink, Dash.solid), ("prediction", record.prediction, .series(0), .dashed),
        ]
        .map { name, values, color, dash in
            let shown = self.frame(values, frame).map(Double.init)
            return LineChart.Series(name, x: shown.isEmpty ? [] : x, y: shown, color: color, dash: dash)
        }
        let chart = LineChart(
            title: "\(moment(frame))\(mark(frame))", x: Axis("x", range: extent),
            y: Axis(record.channels[channel], range: scale.limits),
            series: series)
        return Figure(title: title, panels: [Panel(chart)], columns: 1, panelWidth: 760, panelHeight: 360)
    }
}
