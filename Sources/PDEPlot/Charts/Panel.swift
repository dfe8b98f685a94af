/// One plot of a figure.
public struct Panel: Sendable {
    /// What a panel shows.
    enum Content: Sendable {
        case heatMap(HeatMap, x: Axis?, y: Axis?, colorBar: ColorBar?)
        case chart(LineChart)
    }

    /// The text above the plot.
    public var title: String
    let content: Content

    /// A field with optional axes (which need ranges: the field's extent) and a colour bar of its own.
    public init(
        _ title: String = "", heatMap: HeatMap, x: Axis? = nil, y: Axis? = nil, colorBar: ColorBar? = nil
    ) {
        self.title = title
        content = .heatMap(
            heatMap, x: x?.fitted(to: [0, Double(heatMap.columns)]), y: y?.fitted(to: [0, Double(heatMap.rows)]),
            colorBar: colorBar)
    }

    /// A chart under its own title.
    public init(_ chart: LineChart) {
        title = chart.title
        content = .chart(chart)
    }

    func frame(_ look: Look, namesX: Bool, namesY: Bool) -> AxesFrame {
        var frame =
            switch content {
            case .heatMap(_, let x, let y, _): AxesFrame(x: x, y: y, look: look)
            case .chart(let chart): chart.frame(look)
            }
        frame.namesX = namesX
        frame.namesY = namesY
        return frame
    }

    func margins(width: Int, height: Int, frame: AxesFrame) -> PanelMargins {
        var margins = frame.margins(width: width, height: height)
        let look = frame.look
        if !title.isEmpty { margins.top = max(margins.top, look.titleGap + look.capHeight) }
        if case .heatMap(_, _, _, let bar?) = content {
            margins.right = max(margins.right, look.pixels(6) + bar.width(height: height, look: look))
            margins.top = max(margins.top, bar.top(look))
        }
        return margins
    }

    func draw(on raster: inout Raster, box: Box, frame: AxesFrame) {
        let look = frame.look
        switch content {
        case .chart(let chart): chart.draw(on: &raster, box: box, frame: frame)
        case .heatMap(let map, _, _, let bar):
            raster.draw(map.raster(width: box.width, height: box.height), x: box.x, y: box.y)
            frame.draw(on: &raster, box: box)
            bar?.draw(on: &raster, x: box.right + look.pixels(6), y: box.y, height: box.height, look: look)
        }
        if !title.isEmpty {
            raster.text(
                title, at: Point(box.x, box.y - look.titleGap), anchor: TextAnchor(.left, .baseline), style: look.text)
        }
    }
}
