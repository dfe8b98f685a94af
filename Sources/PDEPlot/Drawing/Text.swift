/// How a piece of text looks.
public struct TextStyle: Hashable, Sendable {
    /// The thickness of strokes.
    public enum Weight: Hashable, Sendable {
        /// For everything but titles.
        case regular
        /// For titles.
        case bold
    }

    /// Pixels a font unit: capitals stand 7·scale high. Whole numbers give the sharpest letters.
    public var scale: Double
    /// The colour of the letters.
    public var color: Color
    /// The thickness of strokes.
    public var weight: Weight

    /// A style; the default suits pictures shown at twice the pixel density.
    public init(scale: Double = 2, color: Color = .ink, weight: Weight = .regular) {
        self.scale = scale
        self.color = color
        self.weight = weight
    }

    /// The height of capitals.
    public var capHeight: Double { StrokeFont.capHeight * scale }

    /// The length of `text` in pixels along its line.
    public func width(of text: String) -> Double {
        text.unicodeScalars.reduce(0) { $0 + StrokeFont.glyph($1).advance * scale + spread }
    }

    /// The pixels of a stroke.
    var stroke: Double { scale * (weight == .bold ? 1.5 : 1) }
    /// Bold letters stand further apart by what their strokes gained.
    var spread: Double { weight == .bold ? 0.25 * scale : 0 }
}

/// The point of a text that is put at a position.
public struct TextAnchor: Hashable, Sendable {
    /// A place along the line of text.
    public enum Horizontal: Hashable, Sendable {
        /// Its start.
        case left
        /// Its middle.
        case center
        /// Its end.
        case right
    }

    /// A place across the line of text.
    public enum Vertical: Hashable, Sendable {
        /// The tops of capitals.
        case top
        /// Half the height of capitals.
        case middle
        /// The line letters stand on.
        case baseline
        /// The lowest point of letters such as g.
        case bottom
    }

    /// The place along the line.
    public var horizontal: Horizontal
    /// The place across the line.
    public var vertical: Vertical

    /// An anchor from its two places.
    public init(_ horizontal: Horizontal, _ vertical: Vertical) {
        self.horizontal = horizontal
        self.vertical = vertical
    }
}

/// The direction a text runs in.
public enum TextDirection: Hashable, Sendable {
    /// From left to right.
    case across
    /// From bottom to top, as the label of a vertical axis.
    case up
    /// From top to bottom.
    case down
}

extension Raster {
    /// Writes one line of text.
    public mutating func text(
        _ text: String, at position: Point, anchor: TextAnchor = TextAnchor(.left, .baseline),
        style: TextStyle = TextStyle(), direction: TextDirection = .across
    ) {
        guard position.isFinite, !text.isEmpty else { return }
        let scale = style.scale
        let length = style.width(of: text)
        let along =
            switch anchor.horizontal {
            case .left: 0.0
            case .center: length / 2
            case .right: length
            }
        let across =
            switch anchor.vertical {
            case .top: StrokeFont.capHeight * scale
            case .middle: StrokeFont.capHeight * scale / 2
            case .baseline: 0.0
            case .bottom: -StrokeFont.descent * scale
            }
        // A stroke an odd number of pixels wide is sharp when centred on a pixel, an even one when centred between two.
        let centering = Int(style.stroke.rounded()) % 2 == 1 ? 0.5 : 0.0
        func onGrid(_ v: Double) -> Double { v.rounded(.down) + centering }
        let origin =
            switch direction {
            case .across: Point(onGrid(position.x - along + 0.5), onGrid(position.y + across + 0.5))
            case .up: Point(onGrid(position.x + across + 0.5), onGrid(position.y + along + 0.5))
            case .down: Point(onGrid(position.x - across + 0.5), onGrid(position.y - along + 0.5))
            }
        let padding = 3 * scale
        let (before, after, above, below) = (padding, length + padding, 11 * scale, 5 * scale)
        let corners: (Double, Double, Double, Double) =
            switch direction {
            case .across: (origin.x - before, origin.y - above, origin.x + after, origin.y + below)
            case .up: (origin.x - above, origin.y - after, origin.x + below, origin.y + before)
            case .down: (origin.x - below, origin.y - before, origin.x + above, origin.y + after)
            }
        func pixel(_ v: Double) -> Int { Int(min(max(v, -1e6), 1e6).rounded()) }
        let (left, top) = (pixel(corners.0), pixel(corners.1))
        let box = Box(x: left, y: top, width: pixel(corners.2) - left, height: pixel(corners.3) - top)
        var coverage = Coverage(box: box.intersection(bounds))
        var pen = 0.0
        for scalar in text.unicodeScalars {
            let glyph = StrokeFont.glyph(scalar)
            let stroke = style.stroke * glyph.thickness
            let start = (pen + glyph.bearing * scale).rounded()
            func place(_ p: Point) -> Point {
                let (right, up) = (start + p.x * scale, p.y * scale)
                return switch direction {
                case .across: Point(origin.x + right, origin.y - up)
                case .up: Point(origin.x - up, origin.y - right)
                case .down: Point(origin.x + up, origin.y + right)
                }
            }
            for (from, to) in glyph.lines {
                coverage.stroke(from: place(from), to: place(to), width: stroke)
            }
            for dot in glyph.dots { coverage.disc(center: place(dot), radius: 0.64 * stroke) }
            pen += glyph.advance * scale + style.spread
        }
        lay(coverage, style.color)
    }
}
