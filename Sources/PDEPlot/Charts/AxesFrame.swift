/// The pixels that titles, ticks and labels take around a plot's box.
struct PanelMargins {
    var left = 0
    var top = 0
    var right = 0
    var bottom = 0

    /// The larger of both on every side.
    func union(_ other: PanelMargins) -> PanelMargins {
        PanelMargins(
            left: max(left, other.left), top: max(top, other.top), right: max(right, other.right),
            bottom: max(bottom, other.bottom))
    }
}

/// The sizes everything in a figure is made of, as multiples of the text scale.
struct Look {
    let scale: Double

    var text: TextStyle { TextStyle(scale: scale) }
    var label: TextStyle { TextStyle(scale: scale, color: .slate) }
    var title: TextStyle { TextStyle(scale: scale, weight: .bold) }
    var capHeight: Int { pixels(8) }
    var lineHeight: Int { pixels(13) }
    var hairline: Int { max(1, Int(scale / 2)) }
    var tick: Int { pixels(3) }
    var gap: Int { pixels(4) }
    /// Between an axis's numbers and its name.
    var nameGap: Int { pixels(6) }
    /// Between a panel's title and its plot.
    var titleGap: Int { pixels(5) }

    func pixels(_ units: Double) -> Int { Int((units * scale).rounded()) }
}

/// The ticks and labels of a plot's two axes.
struct AxesFrame {
    var x: Axis?
    var y: Axis?
    /// False leaves the ticks' numbers and the axis's name away, because a neighbour shows them.
    var namesX = true
    var namesY = true
    /// True draws all four edges, false the two that carry ticks.
    var isClosed = true
    let look: Look

    func ticksX(_ width: Int) -> [Axis.Tick] { x?.ticks(atMost: max(2, width / look.pixels(38))) ?? [] }
    func ticksY(_ height: Int) -> [Axis.Tick] { y?.ticks(atMost: max(2, height / look.pixels(24))) ?? [] }

    /// What the ticks and labels of a box of this size need.
    func margins(width: Int, height: Int) -> PanelMargins {
        var margins = PanelMargins(left: look.hairline, top: look.hairline, right: look.hairline, bottom: look.hairline)
        if let x {
            margins.bottom = look.tick
            if namesX {
                margins.bottom += look.gap + look.capHeight
                if !x.label.isEmpty { margins.bottom += look.gap + look.lineHeight }
                if let last = ticksX(width).last {
                    let overhang = x.position(of: last.value) * Double(width) - Double(width)
                    margins.right = max(margins.right, Int(overhang + look.text.width(of: last.label) / 2) + 1)
                }
            }
        }
        if let y {
            margins.left = look.tick
            if namesY {
                margins.left += look.gap + labelWidth(height)
                if !y.label.isEmpty { margins.left += look.nameGap + labelRoom }
                margins.top = look.capHeight / 2
            }
        }
        return margins
    }

    /// Light lines at the labelled ticks.
    func drawGrid(on raster: inout Raster, box: Box) {
        let line = look.hairline
        for tick in ticksX(box.width) where !tick.label.isEmpty {
            raster.fill(Box(x: column(tick, box), y: box.y, width: line, height: box.height), .grid)
        }
        for tick in ticksY(box.height) where !tick.label.isEmpty {
            raster.fill(Box(x: box.x, y: row(tick, box), width: box.width, height: line), .grid)
        }
    }

    /// Edges, ticks, numbers and names around the box.
    func draw(on raster: inout Raster, box: Box) {
        let line = look.hairline
        if isClosed {
            let outside = Box(
                x: box.x - line, y: box.y - line, width: box.width + 2 * line, height: box.height + 2 * line)
            raster.frame(outside, .rule, width: line)
        } else {
            raster.fill(Box(x: box.x - line, y: box.y, width: line, height: box.height + line), .rule)
            raster.fill(Box(x: box.x - line, y: box.bottom, width: box.width + line, height: line), .rule)
        }
        drawX(on: &raster, box)
        drawY(on: &raster, box)
    }

    private func drawX(on raster: inout Raster, _ box: Box) {
        guard let x else { return }
        for tick in ticksX(box.width) {
            let at = column(tick, box)
            let length = tick.label.isEmpty ? look.tick / 2 : look.tick
            raster.fill(Box(x: at, y: box.bottom, width: look.hairline, height: length), .rule)
            guard namesX else { continue }
            raster.text(
                tick.label, at: Point(at, box.bottom + look.tick + look.gap), anchor: TextAnchor(.center, .top),
                style: look.text)
        }
        guard namesX, !x.label.isEmpty else { return }
        let top = box.bottom + look.tick + 3 * look.gap + look.capHeight
        raster.text(
            x.label, at: Point(box.x + box.width / 2, top), anchor: TextAnchor(.center, .top), style: look.label)
    }

    private func drawY(on raster: inout Raster, _ box: Box) {
        guard let y else { return }
        for tick in ticksY(box.height) {
            let at = row(tick, box)
            let length = tick.label.isEmpty ? look.tick / 2 : look.tick
            raster.fill(Box(x: box.x - length, y: at, width: length, height: look.hairline), .rule)
            guard namesY else { continue }
            raster.text(
                tick.label, at: Point(box.x - look.tick - look.gap, at), anchor: TextAnchor(.right, .middle),
                style: look.text)
        }
        guard namesY, !y.label.isEmpty else { return }
        let right = box.x - look.tick - look.gap - look.nameGap - labelWidth(box.height)
        let middle = box.y + box.height / 2
        if isUpright {
            raster.text(y.label, at: Point(right, middle), anchor: TextAnchor(.right, .middle), style: look.label)
        } else {
            raster.text(
                y.label, at: Point(right, middle), anchor: TextAnchor(.center, .baseline), style: look.label,
                direction: .up)
        }
    }

    /// A name of one or two letters is read more easily unturned.
    private var isUpright: Bool { (y?.label.count ?? 0) <= 2 }

    private var labelRoom: Int {
        isUpright ? Int(look.label.width(of: y?.label ?? "")) : look.lineHeight - look.pixels(2)
    }

    private func labelWidth(_ height: Int) -> Int {
        Int(ticksY(height).map { look.text.width(of: $0.label) }.max() ?? 0)
    }

    private func column(_ tick: Axis.Tick, _ box: Box) -> Int {
        box.x + Int((x!.position(of: tick.value) * Double(box.width - look.hairline)).rounded())
    }

    private func row(_ tick: Axis.Tick, _ box: Box) -> Int {
        box.bottom - look.hairline - Int((y!.position(of: tick.value) * Double(box.height - look.hairline)).rounded())
    }
}
