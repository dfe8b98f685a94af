extension LineChart {
    /// A short text at a point of the chart.
    public struct Note: Sendable {
        /// Where, in the axes' units.
        public var x, y: Double
        /// What is written there.
        public var text: String

        /// A note.
        public init(_ text: String, x: Double, y: Double) {
            self.text = text
            self.x = x
            self.y = y
        }
    }

    /// The chart as an `svg` element that fills the width it is given.
    ///
    /// Looks are left to the page's style sheet. Curves have the class `series` and one of their own, `s0`, `s1`, … by their
    /// place unless `classes` says otherwise, bands the classes `band` and the same; dots are `dot`; axes are `axis`, `grid`,
    /// `tick`, `name`; notes `note`. The legend is the page's matter. The attributes `data-left`, `data-right`, `data-from` and
    /// `data-to` tell a script how to find a linear x axis.
    ///
    /// - Parameters:
    ///   - width: the width in the drawing's own units, about the pixels that the chart takes on the page.
    ///   - height: the height in the same units.
    ///   - classes: one class a curve.
    ///   - notes: texts at points.
    ///   - label: what the picture shows, for those who cannot see it.
    public func svg(
        width: Int = 440, height: Int = 280, classes: [String]? = nil, notes: [Note] = [], label: String
    ) -> String {
        SVGChart(chart: self, width: Double(width), height: Double(height), classes: classes, notes: notes)
            .element(label: label)
    }
}

/// A line chart on its way to SVG.
private struct SVGChart {
    let chart: LineChart
    let width, height: Double
    let classes: [String]?
    let notes: [LineChart.Note]
    let x, y: Axis
    let left, right, top, bottom: Double

    init(chart: LineChart, width: Double, height: Double, classes: [String]?, notes: [LineChart.Note]) {
        self.chart = chart
        self.width = width
        self.height = height
        self.classes = classes
        self.notes = notes
        let frame = chart.frame(Look(scale: 1))
        x = frame.x!
        y = frame.y!
        let widest = y.ticks(atMost: 6).map(\.label.count).max() ?? 0
        left = 14 + 7 * Double(widest)
        right = width - 14
        top = y.label.isEmpty ? 10 : 26
        bottom = height - (x.label.isEmpty ? 24 : 42)
    }

    private func column(_ value: Double) -> Double { left + x.position(of: value) * (right - left) }
    private func row(_ value: Double) -> Double { bottom - y.position(of: value) * (bottom - top) }
    private func name(_ index: Int) -> String { classes?[index] ?? "s\(index)" }

    func element(label: String) -> String {
        let range = x.range!
        var text = """
            <svg viewBox="0 0 \(Int(width)) \(Int(height))" role="img" aria-label="\(Markup.escaped(label))" \
            data-left="\(left.short)" data-right="\(right.short)" data-from="\(range.lowerBound)" \
            data-to="\(range.upperBound)">
            """
        text += axes()
        // Nested, so that what leaves the axes' ranges is cut off at the plot's edges.
        text += """
            <svg x="\(left.short)" y="\(top.short)" width="\((right - left).short)" height="\((bottom - top).short)" \
            viewBox="\(left.short) \(top.short) \((right - left).short) \((bottom - top).short)">
            """
        for index in chart.series.indices { text += band(index) }
        for index in chart.series.indices { text += curve(index) }
        text += "</svg>"
        for index in chart.series.indices where chart.series[index].hasMarkers { text += dots(index) }
        return text + notesText() + "</svg>"
    }

    /// Notes beside their points, where no note before them stands: above, then below, towards the middle first; none where no room is.
    private func notesText() -> String {
        var text = ""
        var taken: [(x: ClosedRange<Double>, y: ClosedRange<Double>)] = []
        for note in notes {
            let (px, py) = (column(note.x), row(note.y))
            guard px.isFinite, py.isFinite else { continue }
            let isRight = px > (left + right) / 2
            // Letters of 11 points are about 6 wide.
            let length = 6 * Double(note.text.count)
            let places = [isRight, !isRight].flatMap { isLeftward in
                [-6.0, 15].map { drop in (isLeftward: isLeftward, x: px + (isLeftward ? -7 : 7), y: py + drop) }
            }
            func box(_ place: (isLeftward: Bool, x: Double, y: Double)) -> (
                x: ClosedRange<Double>, y: ClosedRange<Double>
            ) {
                let start = place.isLeftward ? place.x - length : place.x
                return (start...start + length, place.y - 9...place.y + 2)
            }
            let free = places.first { place in
                let own = box(place)
                return own.x.lowerBound >= 0 && own.x.upperBound <= width && own.y.upperBound <= bottom
                    && !taken.contains { $0.x.overlaps(own.x) && $0.y.overlaps(own.y) }
            }
            guard let place = free else { continue }
            taken.append(box(place))
            text += """
                <text class="note" x="\(place.x.short)" y="\(place.y.short)" \
                text-anchor="\(place.isLeftward ? "end" : "start")">\(Markup.escaped(note.text))</text>
                """
        }
        return text
    }

    private func axes() -> String {
        var text = ""
        for tick in y.ticks(atMost: 6) where !tick.label.isEmpty {
            let at = row(tick.value).short
            text += #"<path class="grid" d="M\#(left.short) \#(at)H\#(right.short)"/>"#
            text += """
                <text class="tick" x="\((left - 6).short)" y="\((row(tick.value) + 4).short)" \
                text-anchor="end">\(tick.label)</text>
                """
        }
        for tick in ticksX() {
            let at = column(tick.value)
            let length = tick.label.isEmpty ? 2.0 : 4
            text += #"<path class="axis" d="M\#(at.short) \#(bottom.short)v\#(length.short)"/>"#
            guard !tick.label.isEmpty else { continue }
            text += """
                <text class="tick" x="\(at.short)" y="\((bottom + 17).short)" text-anchor="middle">\(tick.label)</text>
                """
        }
        text += #"<path class="axis" d="M\#(left.short) \#(bottom.short)H\#(right.short)"/>"#
        if !x.label.isEmpty {
            text += """
                <text class="name" x="\(right.short)" y="\((height - 8).short)" \
                text-anchor="end">\(Markup.escaped(x.label))</text>
                """
        }
        if !y.label.isEmpty { text += #"<text class="name" x="4" y="14">\#(Markup.escaped(y.label))</text>"# }
        return text
    }

    /// As many marks as their numbers leave room for.
    private func ticksX() -> [Axis.Tick] {
        for most in stride(from: 7, to: 2, by: -1) {
            let ticks = x.ticks(atMost: most)
            let labelled = ticks.filter { !$0.label.isEmpty }
            let isRoomy = zip(labelled, labelled.dropFirst()).allSatisfy { a, b in
                column(b.value) - column(a.value) > 3.5 * Double(a.label.count + b.label.count) + 6
            }
            if isRoomy { return ticks }
        }
        return x.ticks(atMost: 2)
    }

    private func band(_ index: Int) -> String {
        let series = chart.series[index]
        guard let band = series.band else { return "" }
        let places = series.x.indices.filter {
            column(series.x[$0]).isFinite && row(band.lower[$0]).isFinite && row(band.upper[$0]).isFinite
        }
        guard places.count > 1 else { return "" }
        let there = places.map { "\(column(series.x[$0]).short) \(row(band.upper[$0]).short)" }
        let back = places.reversed().map { "\(column(series.x[$0]).short) \(row(band.lower[$0]).short)" }
        return #"<path class="band \#(name(index))" d="M\#((there + back).joined(separator: "L"))Z"/>"#
    }

    private func curve(_ index: Int) -> String {
        let series = chart.series[index]
        var path = ""
        var isDown = false
        for (a, b) in zip(series.x, series.y) {
            let (px, py) = (column(a), row(b))
            guard px.isFinite, py.isFinite else {
                isDown = false
                continue
            }
            path += "\(isDown ? "L" : "M")\(px.short) \(py.short)"
            isDown = true
        }
        guard !path.isEmpty else { return "" }
        let dash =
            switch series.dash {
            case .solid: ""
            case .dashed: #" stroke-dasharray="6 4""#
            case .dotted: #" stroke-dasharray="1 4""#
            }
        return #"<path class="series \#(name(index))"\#(dash) d="\#(path)"/>"#
    }

    private func dots(_ index: Int) -> String {
        zip(chart.series[index].x, chart.series[index].y).map { a, b in
            let (px, py) = (column(a), row(b))
            guard px.isFinite, py.isFinite else { return "" }
            return #"<circle class="dot \#(name(index))" cx="\#(px.short)" cy="\#(py.short)" r="4.5"/>"#
        }.joined()
    }
}

extension Double {
    /// One digit after the point is a tenth of a pixel.
    fileprivate var short: String {
        let tenths = Int((10 * Swift.min(Swift.max(self, -1e6), 1e6)).rounded())
        let text = tenths % 10 == 0 ? "\(abs(tenths) / 10)" : "\(abs(tenths) / 10).\(abs(tenths) % 10)"
        return tenths < 0 ? "-" + text : text
    }
}
