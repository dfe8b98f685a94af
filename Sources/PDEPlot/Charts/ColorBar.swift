/// The legend of a heat map: its colours beside the values they stand for.
public struct ColorBar: Sendable {
    /// The colours, the lowest value at the bottom.
    public var colormap: Colormap
    /// The values at its ends.
    public var limits: ClosedRange<Double>
    /// What the values are.
    public var label: String

    /// A bar for values within `limits`.
    public init(colormap: Colormap, limits: ClosedRange<Double>, label: String = "") {
        self.colormap = colormap
        self.limits = limits
        self.label = label
    }

    /// The bar of a heat map.
    public init(_ heatMap: HeatMap, label: String = "") {
        self.init(colormap: heatMap.colormap, limits: heatMap.limits, label: label)
    }

    /// The pixels across for a bar of this height, with its numbers and name.
    func width(height: Int, look: Look) -> Int {
        let name = label.isEmpty || isShort ? 0 : look.nameGap + look.lineHeight - look.pixels(2)
        return barWidth(look) + look.tick + look.gap + numberWidth(height, look) + name
    }

    /// The pixels above the bar that its name needs.
    func top(_ look: Look) -> Int { label.isEmpty || !isShort ? 0 : look.titleGap + look.capHeight }

    func draw(on raster: inout Raster, x: Int, y: Int, height: Int, look: Look) {
        let bar = Box(x: x, y: y, width: barWidth(look), height: height)
        for row in 0..<height {
            let color = colormap((Double(height - row) - 0.5) / Double(height))
            raster.fill(Box(x: x, y: y + row, width: bar.width, height: 1), color)
        }
        let line = look.hairline
        raster.frame(
            Box(x: x - line, y: y - line, width: bar.width + 2 * line, height: height + 2 * line), .rule, width: line)
        for tick in ticks(height, look) {
            let at = bar.bottom - line - Int((axis.position(of: tick.value) * Double(height - line)).rounded())
            raster.fill(Box(x: bar.right, y: at, width: look.tick, height: line), .rule)
            raster.text(
                tick.label, at: Point(bar.right + look.tick + look.gap, at), anchor: TextAnchor(.left, .middle),
                style: look.text)
        }
        guard !label.isEmpty else { return }
        let left = bar.right + look.tick + look.gap + look.nameGap + numberWidth(height, look)
        let middle = y + height / 2
        if isShort {
            raster.text(
                label, at: Point(x + bar.width / 2, y - look.titleGap), anchor: TextAnchor(.center, .baseline),
                style: look.text)
        } else {
            raster.text(
                label, at: Point(left + look.capHeight, middle), anchor: TextAnchor(.center, .baseline),
                style: look.label, direction: .up)
        }
    }

    /// A symbol stands above the bar, a longer name runs along it.
    private var isShort: Bool { label.count <= 2 }

    private var axis: Axis { Axis(range: limits) }

    private func barWidth(_ look: Look) -> Int { look.pixels(8) }

    private func ticks(_ height: Int, _ look: Look) -> [Axis.Tick] {
        axis.ticks(atMost: min(9, max(2, height / look.pixels(24))))
    }

    private func numberWidth(_ height: Int, _ look: Look) -> Int {
        Int(ticks(height, look).map { look.text.width(of: $0.label) }.max() ?? 0)
    }
}
