import Glibc

/// A colour in OKLab (Björn Ottosson, "A perceptual color space for image processing", 2020): equal distances look about equal.
package struct OKLab: Sendable {
    package var lightness: Double
    package var a: Double
    package var b: Double

    package init(lightness: Double, a: Double, b: Double) {
        self.lightness = lightness
        self.a = a
        self.b = b
    }

    /// Polar form; `hue` in degrees.
    package init(lightness: Double, chroma: Double, hue: Double) {
        self.init(lightness: lightness, a: chroma * cos(hue * .pi / 180), b: chroma * sin(hue * .pi / 180))
    }

    package init(_ color: Color) {
        func linear(_ byte: UInt8) -> Double {
            let v = Double(byte) / 255
            return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
        }
        let red = linear(color.red)
        let green = linear(color.green)
        let blue = linear(color.blue)
        let l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
        a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
        b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    }

    /// The nearest sRGB colour; a colour outside sRGB loses chroma, not lightness or hue.
    package var color: Color {
        var inside = 0.0
        var outside = 1.0
        if isDisplayable(chromaScale: 1) { return Color(quantising: linearChannels(chromaScale: 1)) }
        for _ in 0..<16 {
            let middle = (inside + outside) / 2
            if isDisplayable(chromaScale: middle) { inside = middle } else { outside = middle }
        }
        return Color(quantising: linearChannels(chromaScale: inside))
    }

    package func interpolated(to other: OKLab, _ t: Double) -> OKLab {
        OKLab(
            lightness: lightness + t * (other.lightness - lightness), a: a + t * (other.a - a),
            b: b + t * (other.b - b))
    }

    private func isDisplayable(chromaScale: Double) -> Bool {
        let c = linearChannels(chromaScale: chromaScale)
        let range = -0.0005...1.0005
        return range.contains(c.red) && range.contains(c.green) && range.contains(c.blue)
    }

    private func linearChannels(chromaScale k: Double) -> (red: Double, green: Double, blue: Double) {
        func cubed(_ v: Double) -> Double { v * v * v }
        let l = cubed(lightness + k * (0.3963377774 * a + 0.2158037573 * b))
        let m = cubed(lightness - k * (0.1055613458 * a + 0.0638541728 * b))
        let s = cubed(lightness - k * (0.0894841775 * a + 1.2914855480 * b))
        return (
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
        )
    }
}

extension Color {
    /// Rounds linear-light channels to sRGB bytes.
    fileprivate init(quantising channels: (red: Double, green: Double, blue: Double)) {
        func byte(_ linear: Double) -> UInt8 {
            let v = min(max(linear, 0), 1)
            let encoded = v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055
            return UInt8(encoded * 255 + 0.5)
        }
        self.init(red: byte(channels.red), green: byte(channels.green), blue: byte(channels.blue))
    }
}
