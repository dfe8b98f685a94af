import Glibc

/// A character as strokes in font units: the baseline at y = 0, capitals 7 high, small letters 5, y upwards.
struct Glyph: Sendable {
    var lines: [(Point, Point)] = []
    var dots: [Point] = []
    /// Distance from this character's origin to the next one's, and from the origin to its own left stroke.
    var advance: Double
    var bearing: Double
    /// The thickness of its strokes relative to others'.
    var thickness = 1.0
}

/// The lettering of all pictures: round strokes of even width, as in technical drawings.
///
/// At scale s a unit is s pixels and a stroke s pixels wide, so that at whole scales every stem and bar of the table, which
/// lie on half units, falls on whole pixels: sharp stems, smooth curves.
enum StrokeFont {
    static let capHeight = 7.0
    static let descent = 2.0

    /// The glyph of a character; an empty box if the font has none.
    static func glyph(_ scalar: Unicode.Scalar) -> Glyph { glyphs[scalar] ?? fallback }

    private static let fallback = parse("|| 4 M0 0 L4 0 L4 7 L0 7 L0 0")

    private static let glyphs: [Unicode.Scalar: Glyph] = {
        var table: [Unicode.Scalar: Glyph] = [
            " ": Glyph(advance: 3.5, bearing: 0), "\u{a0}": Glyph(advance: 3.5, bearing: 0),
        ]
        for line in strokeFontTable.split(separator: "\n") {
            table[line.unicodeScalars.first!] = parse(line.dropFirst(2))
        }
        for (small, base) in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ".unicodeScalars, "0123456789−+n".unicodeScalars) {
            table[small] = table[base].map { reduced($0, raise: 3.2) }
        }
        for (small, base) in zip("₀₁₂₃₄₅₆₇₈₉ₓ".unicodeScalars, "0123456789x".unicodeScalars) {
            table[small] = table[base].map { reduced($0, raise: -1.5) }
        }
        return table
    }()

    /// A superscript or subscript made of a full-size glyph.
    private static func reduced(_ glyph: Glyph, raise: Double) -> Glyph {
        let factor = 0.6
        func move(_ p: Point) -> Point { Point(p.x * factor, p.y * factor + raise) }
        return Glyph(
            lines: glyph.lines.map { (move($0.0), move($0.1)) }, dots: glyph.dots.map(move),
            advance: glyph.advance * factor + 0.3, bearing: glyph.bearing * factor,
            thickness: 0.8)
    }

    /// Reads a table row: the kinds of the two sides, the width, the strokes.
    private static func parse(_ row: Substring) -> Glyph {
        let sides = Array(row.prefix(2))
        let words = row.dropFirst(3).split(separator: " ")
        let width = Double(words[0])!
        func room(_ side: Character) -> Double {
            switch side {
            case "|": 1.25
            case "/": 0.6
            default: 1
            }
        }
        var glyph = Glyph(advance: room(sides[0]) + width + room(sides[1]), bearing: room(sides[0]))
        var command: Character = "M"
        var numbers: [Double] = []
        var pen = Point(0.0, 0.0)
        for word in words.dropFirst() {
            if let letter = word.first, letter.isLetter {
                command = letter
                numbers = []
                numbers.append(Double(word.dropFirst())!)
            } else {
                numbers.append(Double(word)!)
            }
            guard numbers.count == (command == "C" ? 6 : 2) else { continue }
            draw(command, numbers, &pen, &glyph)
            numbers = []
        }
        return glyph
    }

    private static func draw(_ command: Character, _ n: [Double], _ pen: inout Point, _ glyph: inout Glyph) {
        let start = pen
        let end = Point(n[n.count - 2], n[n.count - 1])
        func curve(_ at: (Double) -> Point) {
            let pieces = 10
            var from = start
            for i in 1...pieces {
                let to = at(Double(i) / Double(pieces))
                glyph.lines.append((from, to))
                from = to
            }
        }
        switch command {
        case "L": glyph.lines.append((start, end))
        case "D": glyph.dots.append(end)
        case "C":
            curve { t in
                let s = 1 - t
                let (b0, b1, b2, b3) = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
                return Point(
                    b0 * start.x + b1 * n[0] + b2 * n[2] + b3 * end.x, b0 * start.y + b1 * n[1] + b2 * n[3] + b3 * end.y
                )
            }
        case "v", "h":
            // A quarter of a superellipse, a little squarer than a circle, which keeps bowls open at small sizes.
            curve { t in
                let exponent = 2 / 2.2
                let up = pow(sin(t * .pi / 2), exponent)
                let across = 1 - pow(max(cos(t * .pi / 2), 0), exponent)
                let (fx, fy) = command == "v" ? (across, up) : (up, across)
                return Point(start.x + fx * (end.x - start.x), start.y + fy * (end.y - start.y))
            }
        default: break
        }
        pen = end
    }
}
