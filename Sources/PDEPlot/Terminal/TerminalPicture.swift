/// A heat map for terminals.
public struct TerminalPicture: Sendable {
    /// What is shown.
    public let heatMap: HeatMap
    /// Characters across.
    public let width: Int
    /// Lines down.
    public let height: Int

    private static let shades = Array(" ░▒▓█")

    /// A picture `width` characters wide; without a `height` its cells are about square, a character being twice as high as
    /// wide.
    public init(_ heatMap: HeatMap, width: Int, height: Int? = nil) {
        precondition(width > 0, "TerminalPicture: expected a positive width, got \(width)")
        self.heatMap = heatMap
        self.width = width
        self.height = max(1, height ?? (width * heatMap.rows + heatMap.columns) / (2 * heatMap.columns))
    }

    /// The lines, joined by newlines: half blocks in 24-bit colour, two pixels a character, or five shades of grey where
    /// colour is off, with `hole` for NaN.
    public func text(color: Bool, hole: Character = "?") -> String { color ? colored() : shaded(hole) }

    private func colored() -> String {
        let pixels = heatMap.raster(width: width, height: 2 * height)
        let lines = (0..<height).map { line -> String in
            var text = ""
            var last: (Color, Color)?
            for x in 0..<width {
                let pair = (pixels[x, 2 * line], pixels[x, 2 * line + 1])
                if last == nil || last! != pair {
                    text += "\u{1B}[38;2;\(channels(pair.0));48;2;\(channels(pair.1))m"
                    last = pair
                }
                text += "▀"
            }
            return text + "\u{1B}[0m"
        }
        return lines.joined(separator: "\n")
    }

    private func channels(_ color: Color) -> String { "\(color.red);\(color.green);\(color.blue)" }

    private func shaded(_ hole: Character) -> String {
        // A map whose colours spell the level: 0…4 in the red channel, 255 for NaN.
        let levels = TerminalPicture.shades.count
        var map = heatMap
        map.colormap = Colormap(levels: levels)
        let pixels = map.raster(width: width, height: height)
        let lines = (0..<height).map { line in
            String(
                (0..<width).map { x -> Character in
                    let level = Int(pixels[x, line].red)
                    return level < levels ? TerminalPicture.shades[level] : hole
                })
        }
        return lines.joined(separator: "\n")
    }
}
