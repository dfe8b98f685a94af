import PDEPlot
import Testing

@Suite struct FigureTests {
    static func chart(_ factor: Double) -> LineChart {
        let x = (0...50).map(Double.init)
        let y = x.map { factor * $0 * $0 }
        return LineChart(
            title: "Growth", x: Axis("t", range: 0...50), y: Axis("energy", range: 0...2500),
            series: [
                .init("one", x: x, y: y, band: (y.map { 0.9 * $0 }, y.map { 1.1 * $0 })),
                .init("two", x: x, y: y.map { 0.5 * $0 }, dash: .dashed, hasMarkers: true),
            ])
    }

    static func ramp(_ slope: Float) -> [Float] {
        var values: [Float] = []
        for row in 0..<60 {
            for column in 0..<80 { values.append(Float(column) / 80 + slope * Float(row) / 60) }
        }
        return values
    }

    static func figure(_ phase: Float) -> Figure {
        let values = ramp(phase)
        let panels = (0..<4).map { index in
            Panel(
                "ν = 0.00\(index)", heatMap: HeatMap(values, rows: 60, columns: 80, limits: .fixed(0, 2)),
                x: Axis("x", range: 0...1), y: Axis("t", range: 0...2))
        }
        return Figure(
            title: "Four samples", panels: panels, columns: 2, panelWidth: 300, panelHeight: 200,
            colorBar: ColorBar(colormap: .sequential, limits: 0...2, label: "u"),
            caption: "A caption long enough to need more than one line under a figure of this width, to be sure.",
            sharesAxes: true)
    }

    /// Whether the outermost `edge` pixels are empty: nothing was cut off.
    static func hasCleanEdge(_ raster: Raster, _ edge: Int) -> Bool {
        for y in 0..<raster.height {
            for x in 0..<raster.width where raster[x, y] != .white {
                if x < edge || y < edge || x >= raster.width - edge || y >= raster.height - edge { return false }
            }
        }
        return true
    }

    @Test func chartFillsItsSizeWithinAnEdge() {
        let raster = FigureTests.chart(1).raster(width: 700, height: 420)
        #expect(raster.width == 700 && raster.height == 420)
        #expect(FigureTests.hasCleanEdge(raster, 8))
    }

    @Test func picturesFollowTheirData() {
        let one = FigureTests.chart(1).raster(width: 700, height: 420)
        #expect(one == FigureTests.chart(1).raster(width: 700, height: 420))
        #expect(one != FigureTests.chart(0.8).raster(width: 700, height: 420))
        #expect(FigureTests.figure(0.2).raster().png() == FigureTests.figure(0.2).raster().png())
        #expect(FigureTests.figure(0.2).raster() != FigureTests.figure(0.3).raster())
    }

    @Test func curvesPassThroughTheirPoints() {
        // A curve along the diagonal of known axes, without anything else of its colour.
        let red = Color(hex: 0xFF0000)
        let chart = LineChart(
            x: Axis(range: 0...1), y: Axis(range: 0...1), series: [.init("", x: [0, 1], y: [0, 1], color: red)])
        let raster = chart.raster(width: 500, height: 500)
        var inked: [(Int, Int)] = []
        for y in 0..<500 {
            for x in 0..<500 where raster[x, y] == red { inked.append((x, y)) }
        }
        let left = inked.map(\.0).min()!
        let right = inked.map(\.0).max()!
        let top = inked.map(\.1).min()!
        let bottom = inked.map(\.1).max()!
        #expect(right - left > 350 && bottom - top > 350)
        for (x, y) in inked {
            let along = Double(x - left) / Double(right - left)
            let down = Double(bottom - y) / Double(bottom - top)
            #expect(abs(along - down) < 0.02)
        }
    }

    @Test func figureKeepsItsEdgeAndItsPanelsAreWholeHeatMaps() {
        let figure = FigureTests.figure(0.2)
        let raster = figure.raster()
        #expect(FigureTests.hasCleanEdge(raster, 16))
        let values = FigureTests.ramp(0.2)
        let plot = HeatMap(values, rows: 60, columns: 80, limits: .fixed(0, 2)).raster(width: 300, height: 200)
        var found = 0
        for y in 0..<raster.height - 200 {
            for x in 0..<raster.width - 300
            where raster[x, y] == plot[0, 0] && raster[x + 299, y + 199] == plot[299, 199] {
                if raster.cropped(to: Box(x: x, y: y, width: 300, height: 200)) == plot { found += 1 }
            }
        }
        #expect(found == 4)
    }

    @Test func awkwardDataStillDraws() {
        let nothing = LineChart(x: Axis("x"), y: Axis("y", scale: .logarithmic), series: [.init("none", x: [], y: [])])
        #expect(FigureTests.hasCleanEdge(nothing.raster(width: 400, height: 300), 8))
        let odd = LineChart(
            x: Axis("x"), y: Axis("y", scale: .logarithmic),
            series: [.init("odd", x: [0, 1, 2, 3, 4], y: [0, .nan, 1e-30, .infinity, -1], hasMarkers: true)])
        #expect(FigureTests.hasCleanEdge(odd.raster(width: 400, height: 300), 8))
        let huge = LineChart(
            x: Axis("x"), y: Axis("y"), series: [.init("huge", x: [0, 1], y: [-1.7e308, 1.7e308])])
        _ = huge.raster(width: 400, height: 300)
        _ = FigureTests.chart(1).raster(width: 20, height: 20)
    }
}
