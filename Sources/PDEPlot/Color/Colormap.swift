/// Turns a number from 0 to 1 into a colour.
///
/// A map is a table of 512 colours made once from a few control colours in OKLab: lightness runs straight between controls,
/// hue and chroma follow a smooth curve through them. Numbers outside 0…1 take the colour of the nearer end, NaN takes
/// `missing`.
public struct Colormap: Sendable {
    /// The map's name, for legends and metadata.
    public let name: String
    /// The colour of NaN: outside the data's range of hues in every map.
    public private(set) var missing: Color
    let table: [Color]

    /// A map through `controls`, evenly spaced over 0…1 (two or more).
    public init(name: String, controls: [Color], missing: Color = Color(hex: 0xB9BDC4)) {
        self.init(name: name, stops: controls.map { OKLab($0) }, missing: missing)
    }

    init(name: String, stops: [OKLab], missing: Color = Color(hex: 0xB9BDC4)) {
        precondition(stops.count >= 2, "Colormap: expected at least 2 control colours, got \(stops.count)")
        self.name = name
        self.missing = missing
        let count = 512
        table = (0..<count).map { Colormap.curve(stops, at: Double($0) / Double(count - 1)).color }
    }

    /// Equal steps numbered from 0 in the red channel, NaN as 255, for pictures made of characters.
    init(levels: Int) {
        name = "levels"
        missing = Color(red: 255, green: 0, blue: 0)
        table = (0..<512).map { Color(red: UInt8($0 * levels / 512), green: 0, blue: 0) }
    }

    /// The colour of `t`.
    public func callAsFunction(_ t: Double) -> Color {
        guard !t.isNaN else { return missing }
        let last = Double(table.count - 1)
        return table[Int(min(max(t, 0), 1) * last + 0.5)]
    }

    /// The same map with another colour of NaN: for holes that mean something, such as solid bodies in a flow.
    public func marking(missing: Color) -> Colormap {
        var map = self
        map.missing = missing
        return map
    }

    /// Dark blue through teal and green to yellow with evenly rising lightness: magnitudes, densities, errors.
    public static let sequential = Colormap(
        name: "sequential",
        stops: [
            OKLab(lightness: 0.20, chroma: 0.085, hue: 278), OKLab(lightness: 0.35, chroma: 0.120, hue: 262),
            OKLab(lightness: 0.50, chroma: 0.095, hue: 222), OKLab(lightness: 0.65, chroma: 0.115, hue: 172),
            OKLab(lightness: 0.80, chroma: 0.160, hue: 132), OKLab(lightness: 0.95, chroma: 0.165, hue: 106),
        ])

    /// Blue, near-white, red with mirrored lightness: signed fields whose zero matters.
    public static let diverging = Colormap(
        name: "diverging",
        stops: [
            OKLab(lightness: 0.30, chroma: 0.105, hue: 264), OKLab(lightness: 0.47, chroma: 0.145, hue: 257),
            OKLab(lightness: 0.65, chroma: 0.125, hue: 247), OKLab(lightness: 0.83, chroma: 0.065, hue: 238),
            OKLab(lightness: 0.97, chroma: 0, hue: 0), OKLab(lightness: 0.83, chroma: 0.075, hue: 50),
            OKLab(lightness: 0.65, chroma: 0.155, hue: 38), OKLab(lightness: 0.47, chroma: 0.175, hue: 27),
            OKLab(lightness: 0.30, chroma: 0.115, hue: 20),
        ])

    /// Ice blue, near-black, amber: vortices glow on a quiet dark background.
    public static let vorticity = Colormap(
        name: "vorticity",
        stops: [
            OKLab(lightness: 0.93, chroma: 0.050, hue: 215), OKLab(lightness: 0.72, chroma: 0.120, hue: 238),
            OKLab(lightness: 0.46, chroma: 0.120, hue: 252), OKLab(lightness: 0.17, chroma: 0.010, hue: 270),
            OKLab(lightness: 0.46, chroma: 0.130, hue: 35), OKLab(lightness: 0.72, chroma: 0.150, hue: 58),
            OKLab(lightness: 0.93, chroma: 0.080, hue: 92),
        ], missing: Color(hex: 0x7D828B))

    /// Lightness piecewise linear, a and b by Catmull–Rom through the stops.
    private static func curve(_ stops: [OKLab], at t: Double) -> OKLab {
        let position = t * Double(stops.count - 1)
        let i = min(Int(position), stops.count - 2)
        let s = position - Double(i)
        func stop(_ j: Int) -> OKLab { stops[min(max(j, 0), stops.count - 1)] }
        func smooth(_ p: Double, _ q: Double, _ r: Double, _ w: Double) -> Double {
            q + 0.5 * s * (r - p + s * (2 * p - 5 * q + 4 * r - w + s * (3 * (q - r) + w - p)))
        }
        let (p, q, r, w) = (stop(i - 1), stop(i), stop(i + 1), stop(i + 2))
        return OKLab(
            lightness: q.lightness + s * (r.lightness - q.lightness), a: smooth(p.a, q.a, r.a, w.a),
            b: smooth(p.b, q.b, r.b, w.b))
    }
}
