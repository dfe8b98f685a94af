/// Panels in a grid under one title, with an optional colour bar for all of them and a caption.
///
/// The size of the panels is given, the picture takes what titles, ticks and captions need around them. Everything is drawn
/// at twice the usual pixel density (`scale` 2), to be shown at half its size or on a dense screen.
public struct Figure: Sendable {
    /// The text at the top.
    public var title: String
    /// The plots, row by row.
    public var panels: [Panel]
    /// How many panels stand side by side.
    public var columns: Int
    /// The pixels across of each plot, without its axes.
    public var panelWidth: Int
    /// The pixels down of each plot, without its axes.
    public var panelHeight: Int
    /// One bar to the right, for heat maps with the same colours and limits.
    public var colorBar: ColorBar?
    /// The line at the bottom, broken where it is too long.
    public var caption: String
    /// True names the x axis under the lowest panels and the y axis beside the leftmost only.
    public var sharesAxes: Bool
    /// Pixels a font unit.
    public var scale: Double

    /// A figure of one or more panels.
    public init(
        title: String = "", panels: [Panel], columns: Int, panelWidth: Int = 560, panelHeight: Int = 360,
        colorBar: ColorBar? = nil, caption: String = "", sharesAxes: Bool = false, scale: Double = 2
    ) {
        precondition(!panels.isEmpty, "Figure: expected at least one panel, got none")
        precondition(columns > 0, "Figure: expected at least one column, got \(columns)")
        precondition(
            panelWidth > 0 && panelHeight > 0,
            "Figure: expected panels of positive size, got \(panelWidth)×\(panelHeight)")
        self.title = title
        self.panels = panels
        self.columns = min(columns, panels.count)
        self.panelWidth = panelWidth
        self.panelHeight = panelHeight
        self.colorBar = colorBar
        self.caption = caption
        self.sharesAxes = sharesAxes
        self.scale = scale
    }

    /// The picture.
    public func raster() -> Raster {
        let look = Look(scale: scale)
        let rows = (panels.count + columns - 1) / columns
        let edge = look.pixels(12)
        let (gapX, gapY) = (look.pixels(10), look.pixels(10))
        var perColumn = [PanelMargins](repeating: PanelMargins(), count: columns)
        var perRow = [PanelMargins](repeating: PanelMargins(), count: rows)
        var frames: [AxesFrame] = []
        for (index, panel) in panels.enumerated() {
            let (row, column) = (index / columns, index % columns)
            let isLowest = index + columns >= panels.count
            let frame = panel.frame(look, namesX: !sharesAxes || isLowest, namesY: !sharesAxes || column == 0)
            let margins = panel.margins(width: panelWidth, height: panelHeight, frame: frame)
            perColumn[column] = perColumn[column].union(margins)
            perRow[row] = perRow[row].union(margins)
            frames.append(frame)
        }
        perRow[0].top = max(perRow[0].top, colorBar?.top(look) ?? 0)
        let lefts = Figure.starts(edge, perColumn.map { ($0.left, $0.right) }, length: panelWidth, gap: gapX)
        let headline = title.isEmpty ? 0 : look.pixels(18)
        let tops = Figure.starts(edge + headline, perRow.map { ($0.top, $0.bottom) }, length: panelHeight, gap: gapY)
        let gridBottom = tops[rows - 1] + panelHeight
        var right = lefts[columns - 1] + panelWidth + perColumn[columns - 1].right
        let barHeight = gridBottom - tops[0]
        let barX = lefts[columns - 1] + panelWidth + max(perColumn[columns - 1].right, look.pixels(12))
        if let colorBar { right = barX + colorBar.width(height: barHeight, look: look) }
        if !title.isEmpty { right = max(right, lefts[0] + Int(look.title.width(of: title))) }
        let captionLines = Figure.broken(caption, style: look.label, width: right - lefts[0])
        let gridEnd = gridBottom + perRow[rows - 1].bottom
        let captionTop = gridEnd + look.pixels(10)
        let bottom = captionLines.isEmpty ? gridEnd : captionTop + captionLines.count * look.lineHeight - look.gap

        var raster = Raster(width: right + edge, height: bottom + edge)
        if !title.isEmpty {
            raster.text(title, at: Point(lefts[0], edge), anchor: TextAnchor(.left, .top), style: look.title)
        }
        for (index, panel) in panels.enumerated() {
            let box = Box(
                x: lefts[index % columns], y: tops[index / columns], width: panelWidth, height: panelHeight)
            panel.draw(on: &raster, box: box, frame: frames[index])
        }
        colorBar?.draw(on: &raster, x: barX, y: tops[0], height: barHeight, look: look)
        for (line, text) in captionLines.enumerated() {
            raster.text(
                text, at: Point(lefts[0], captionTop + line * look.lineHeight), anchor: TextAnchor(.left, .top),
                style: look.label)
        }
        return raster
    }

    /// Where each plot starts along one direction, given the room before and after it.
    private static func starts(_ edge: Int, _ margins: [(Int, Int)], length: Int, gap: Int) -> [Int] {
        var position = edge
        return margins.map { before, after in
            let start = position + before
            position = start + length + after + gap
            return start
        }
    }

    /// Text broken at spaces into lines no longer than `width`, where words allow.
    static func broken(_ text: String, style: TextStyle, width: Int) -> [String] {
        var lines: [String] = []
        // Sizes such as 64 × 64 stay together.
        for part in text.replacing(" × ", with: "\u{A0}×\u{A0}").split(separator: " ") {
            let word = String(part.map { $0 == "\u{A0}" ? " " : $0 })
            if let last = lines.last, style.width(of: last + " " + word) <= Double(width) {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(word)
            }
        }
        return lines
    }
}
