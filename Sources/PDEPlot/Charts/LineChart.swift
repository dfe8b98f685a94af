/// Curves over common axes.
public struct LineChart: Sendable {
    /// One curve.
    public struct Series: Sendable {
        /// What the legend calls it; an unnamed curve is not in the legend.
        public var name: String
        /// The x values.
        public var x: [Double]
        /// As many y values; NaN leaves a gap.
        public var y: [Double]
        /// The colour; nil takes the next of `Color.series`.
        public var color: Color?
        /// The pattern of the line.
        public var dash: Dash
        /// True puts a dot on every value.
        public var hasMarkers: Bool
        /// The lower and upper ends of an interval around each value, shaded.
        public var band: (lower: [Double], upper: [Double])?

        /// A curve through (x, y); `band` holds as many lower and upper values.
        public init(
            _ name: String, x: [Double], y: [Double], color: Color? = nil, dash: Dash = .solid,
            hasMarkers: Bool = false,
            band: (lower: [Double], upper: [Double])? = nil
        ) {
            precondition(x.count == y.count, "LineChart.Series \(name): expected \(x.count) y values, got \(y.count)")
            if let band {
                precondition(
                    band.lower.count == x.count && band.upper.count == x.count,
                    "LineChart.Series \(name): expected a band of \(x.count) values, got \(band.lower.count) and \(band.upper.count)"
                )
            }
            self.name = name
            self.x = x
            self.y = y
            self.color = color
            self.dash = dash
            self.hasMarkers = hasMarkers
            self.band = band
        }
    }

    /// The text above the chart.
    public var title: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// The curves, the last one on top.
    public var series: [Series]
    /// False leaves the legend away.
    public var showsLegend: Bool

    /// A chart; axes without a range fit the data.
    public init(title: String = "", x: Axis, y: Axis, series: [Series], showsLegend: Bool = true) {
        self.title = title
        self.x = x
        self.y = y
        self.series = series
        self.showsLegend = showsLegend
    }

    /// The chart alone as a picture of the given size.
    public func raster(width: Int, height: Int, scale: Double = 2) -> Raster {
        let look = Look(scale: scale)
        let edge = look.pixels(8)
        let frame = frame(look)
        var margins = frame.margins(width: width, height: height)
        for _ in 0..<2 {
            margins = frame.margins(
                width: max(1, width - margins.left - margins.right - 2 * edge),
                height: max(1, height - margins.top - margins.bottom - 2 * edge))
            if !title.isEmpty { margins.top = max(margins.top, look.gap + look.lineHeight) }
        }
        let box = Box(
            x: edge + margins.left, y: edge + margins.top,
            width: max(1, width - margins.left - margins.right - 2 * edge),
            height: max(1, height - margins.top - margins.bottom - 2 * edge))
        var raster = Raster(width: width, height: height)
        draw(on: &raster, box: box, frame: frame)
        if !title.isEmpty {
            raster.text(title, at: Point(box.x, edge), anchor: TextAnchor(.left, .top), style: look.title)
        }
        return raster
    }

    /// The axes, fitted to the data.
    func frame(_ look: Look) -> AxesFrame {
        let columns = series.lazy.flatMap(\.x)
        let rows = series.flatMap { curve -> [Double] in
            guard let band = curve.band else { return curve.y }
            return curve.y + band.lower + band.upper
        }
        return AxesFrame(x: x.fitted(to: columns), y: y.fitted(to: rows, padding: 0.05), isClosed: false, look: look)
    }

    /// Draws the plot in `box`, its axes around it.
    func draw(on raster: inout Raster, box: Box, frame: AxesFrame) {
        let look = frame.look
        frame.drawGrid(on: &raster, box: box)
        // A value outside the scale, such as 0 on a logarithmic axis, has the position NaN and leaves a gap.
        func column(_ v: Double) -> Double { Double(box.x) + frame.x!.position(of: v) * Double(box.width) }
        func row(_ v: Double) -> Double { Double(box.bottom) - frame.y!.position(of: v) * Double(box.height) }
        var curves: [[Point]] = []
        for (index, curve) in series.enumerated() {
            let color = curve.color ?? .series(index)
            curves.append(zip(curve.x, curve.y).map { Point(column($0), row($1)) })
            if let band = curve.band {
                raster.band(
                    x: curve.x.map(column), from: band.lower.map(row), to: band.upper.map(row), color, opacity: 0.18,
                    clip: box)
            }
        }
        frame.draw(on: &raster, box: box)
        for (index, points) in curves.enumerated() {
            let color = series[index].color ?? .series(index)
            raster.polyline(points, color, width: 1.25 * look.scale, dash: series[index].dash, clip: box)
            let room = look.pixels(3)
            let around = Box(
                x: box.x - room, y: box.y - room, width: box.width + 2 * room, height: box.height + 2 * room)
            guard series[index].hasMarkers else { continue }
            for point in points where LineChart.contains(box, point) {
                raster.circle(center: point, radius: 2.25 * look.scale, color, clip: around)
            }
        }
        if showsLegend { drawLegend(on: &raster, box: box, look: look, avoiding: curves.flatMap { $0 }) }
    }

    /// The legend goes to the corner that hides least of the curves.
    private func drawLegend(on raster: inout Raster, box: Box, look: Look, avoiding points: [Point]) {
        let named = series.enumerated().filter { !$0.element.name.isEmpty }
        guard !named.isEmpty else { return }
        let sample = look.pixels(14)
        let textWidth = Int(named.map { look.text.width(of: $0.element.name) }.max()!)
        let pad = look.pixels(4)
        let width = sample + look.pixels(4) + textWidth + 2 * pad
        let height = (named.count - 1) * look.lineHeight + look.capHeight + 2 * pad
        let inset = look.pixels(4)
        let corners = [
            (box.right - width - inset, box.y + inset), (box.x + inset, box.y + inset),
            (box.right - width - inset, box.bottom - height - inset), (box.x + inset, box.bottom - height - inset),
        ].map { Box(x: $0.0, y: $0.1, width: width, height: height) }
        let place = corners.min { hidden($0, points) < hidden($1, points) }!
        raster.fill(place, .white, opacity: 0.85)
        for (line, (index, curve)) in named.enumerated() {
            let middle = Double(place.y + pad + line * look.lineHeight + look.capHeight / 2)
            let color = curve.color ?? .series(index)
            let left = Double(place.x + pad)
            let right = left + Double(sample)
            raster.polyline(
                [Point(left, middle), Point(right, middle)], color, width: 1.25 * look.scale, dash: curve.dash)
            if curve.hasMarkers {
                raster.circle(center: Point((left + right) / 2, middle), radius: 2.25 * look.scale, color)
            }
            raster.text(
                curve.name, at: Point(right + 4 * look.scale, middle), anchor: TextAnchor(.left, .middle),
                style: look.text)
        }
    }

    /// How much of the curves, sampled finely, a box would cover.
    private func hidden(_ box: Box, _ points: [Point]) -> Int {
        var count = 0
        for i in points.indices.dropFirst() where points[i].isFinite && points[i - 1].isFinite {
            for k in 0..<8 {
                let t = Double(k) / 8
                let p = Point(
                    points[i - 1].x + t * (points[i].x - points[i - 1].x),
                    points[i - 1].y + t * (points[i].y - points[i - 1].y))
                if LineChart.contains(box, p) { count += 1 }
            }
        }
        return count
    }

    private static func contains(_ box: Box, _ p: Point) -> Bool {
        p.x >= Double(box.x) && p.x <= Double(box.right) && p.y >= Double(box.y) && p.y <= Double(box.bottom)
    }
}
