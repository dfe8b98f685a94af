/// A colour in sRGB with eight bits a channel.
public struct Color: Hashable, Sendable {
    /// The red channel, 0…255.
    public var red: UInt8
    /// The green channel, 0…255.
    public var green: UInt8
    /// The blue channel, 0…255.
    public var blue: UInt8

    /// A colour from its three sRGB channels.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A colour from a number such as `0x1F77B4`.
    public init(hex: UInt32) {
        self.init(
            red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
            blue: UInt8(truncatingIfNeeded: hex))
    }

    /// The colour `amount` (0…1) of the way to `other`, measured in OKLab so that steps look even.
    public func mixed(with other: Color, amount: Double) -> Color {
        let t = min(max(amount, 0), 1)
        return OKLab(self).interpolated(to: OKLab(other), t).color
    }

    /// Perceived lightness in OKLab: 0 for black, 1 for white.
    public var lightness: Double { OKLab(self).lightness }

    /// White, the background.
    public static let white = Color(hex: 0xFFFFFF)
    /// Black.
    public static let black = Color(hex: 0x000000)
    /// Near-black for text.
    public static let ink = Color(hex: 0x20242B)
    /// Grey for captions and secondary text.
    public static let slate = Color(hex: 0x5A6270)
    /// Grey for frames and tick marks.
    public static let rule = Color(hex: 0x6E7683)
    /// Light grey for grid lines.
    public static let grid = Color(hex: 0xE4E7EB)

    /// The colour of the `index`-th series of a chart: eight hues that stay apart for most colour-blind readers, repeated.
    public static func series(_ index: Int) -> Color {
        let cycle = seriesCycle
        return cycle[((index % cycle.count) + cycle.count) % cycle.count]
    }

    /// Hues far apart on the OKLCH circle; neighbours also differ in lightness, which survives colour blindness and grey print.
    private static let seriesCycle: [Color] = [
        OKLab(lightness: 0.50, chroma: 0.15, hue: 258).color, OKLab(lightness: 0.68, chroma: 0.17, hue: 52).color,
        OKLab(lightness: 0.58, chroma: 0.12, hue: 165).color, OKLab(lightness: 0.52, chroma: 0.19, hue: 355).color,
        OKLab(lightness: 0.72, chroma: 0.12, hue: 225).color, OKLab(lightness: 0.42, chroma: 0.16, hue: 300).color,
        OKLab(lightness: 0.62, chroma: 0.13, hue: 115).color, OKLab(lightness: 0.45, chroma: 0.02, hue: 260).color,
    ]
}
