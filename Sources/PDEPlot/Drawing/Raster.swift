/// A picture: `height` rows of `width` pixels, three sRGB bytes each, the top row first.
///
/// Whatever falls outside the picture is cut off silently; drawing never fails.
public struct Raster: Hashable, Sendable {
    /// Pixels across.
    public let width: Int
    /// Pixels down.
    public let height: Int
    /// The bytes: red, green, blue of each pixel, row by row.
    public internal(set) var pixels: [UInt8]

    /// A picture of one colour.
    public init(width: Int, height: Int, background: Color = .white) {
        precondition(width > 0 && height > 0, "Raster: expected a positive size, got \(width)×\(height)")
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 255, count: 3 * width * height)
        if background != .white { fill(bounds, background) }
    }

    /// A picture from its bytes, `3·width·height` of them.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(width > 0 && height > 0, "Raster: expected a positive size, got \(width)×\(height)")
        precondition(
            pixels.count == 3 * width * height, "Raster: expected \(3 * width * height) bytes, got \(pixels.count)")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// The whole picture as a rectangle.
    public var bounds: Box { Box(x: 0, y: 0, width: width, height: height) }

    /// The colour of one pixel.
    public subscript(x: Int, y: Int) -> Color {
        get {
            let at = offset(x, y)
            return Color(red: pixels[at], green: pixels[at + 1], blue: pixels[at + 2])
        }
        set {
            let at = offset(x, y)
            pixels[at] = newValue.red
            pixels[at + 1] = newValue.green
            pixels[at + 2] = newValue.blue
        }
    }

    /// Fills a rectangle; `opacity` 0…1.
    public mutating func fill(_ box: Box, _ color: Color, opacity: Double = 1) {
        let area = box.intersection(bounds)
        guard area.width > 0, area.height > 0 else { return }
        let weight = UInt8(min(max(opacity, 0), 1) * 255 + 0.5)
        let stride = 3 * width
        pixels.withUnsafeMutableBufferPointer { buffer in
            for y in area.y..<area.bottom {
                var p = buffer.baseAddress! + (y &* stride &+ 3 &* area.x)
                for _ in 0..<area.width {
                    blend(p, color, weight)
                    p += 3
                }
            }
        }
    }

    /// Outlines a rectangle just inside its edges.
    public mutating func frame(_ box: Box, _ color: Color, width line: Int = 1) {
        fill(Box(x: box.x, y: box.y, width: box.width, height: line), color)
        fill(Box(x: box.x, y: box.bottom - line, width: box.width, height: line), color)
        fill(Box(x: box.x, y: box.y, width: line, height: box.height), color)
        fill(Box(x: box.right - line, y: box.y, width: line, height: box.height), color)
    }

    /// A smooth straight line with round ends.
    public mutating func line(from start: Point, to end: Point, _ color: Color, width: Double = 1) {
        polyline([start, end], color, width: width)
    }

    /// Smooth connected lines; a point that is not finite interrupts them. Draws inside `clip` only, if given.
    public mutating func polyline(
        _ points: [Point], _ color: Color, width: Double = 1, dash: Dash = .solid, clip: Box? = nil
    ) {
        let area = (clip ?? bounds).intersection(bounds).intersection(Raster.extent(points, margin: width + 2))
        var coverage = Coverage(box: area)
        for (start, end) in dash.pieces(of: points) {
            coverage.stroke(from: start, to: end, width: width)
        }
        lay(coverage, color)
    }

    /// A smooth filled circle.
    public mutating func circle(center: Point, radius: Double, _ color: Color, clip: Box? = nil) {
        guard center.isFinite else { return }
        let area = (clip ?? bounds).intersection(bounds).intersection(Raster.extent([center], margin: radius + 2))
        var coverage = Coverage(box: area)
        coverage.disc(center: center, radius: radius)
        lay(coverage, color)
    }

    /// Fills between two curves over the same x positions, given as pixels; where a value is not finite nothing is filled.
    public mutating func band(
        x: [Double], from lower: [Double], to upper: [Double], _ color: Color, opacity: Double, clip: Box
    ) {
        precondition(
            x.count == lower.count && x.count == upper.count,
            "Raster.band: expected \(x.count) lower and upper values, got \(lower.count) and \(upper.count)")
        let area = clip.intersection(bounds)
        guard area.height > 0, area.width > 0, x.count > 1 else { return }
        var coverage = Coverage(box: area)
        for i in 1..<x.count where Point(x[i - 1], lower[i - 1]).isFinite && Point(x[i], lower[i]).isFinite {
            guard upper[i - 1].isFinite, upper[i].isFinite, x[i] > x[i - 1] else { continue }
            let range = Double(area.x)...Double(area.right)
            let first = Int(min(max((x[i - 1] - 0.5).rounded(.up), range.lowerBound), range.upperBound))
            let last = Int(min(max((x[i] - 0.5).rounded(.up), range.lowerBound), range.upperBound))
            for column in first..<max(first, last) {
                let s = (Double(column) + 0.5 - x[i - 1]) / (x[i] - x[i - 1])
                let one = lower[i - 1] + s * (lower[i] - lower[i - 1])
                let two = upper[i - 1] + s * (upper[i] - upper[i - 1])
                coverage.column(column, from: min(one, two), to: max(one, two))
            }
        }
        lay(coverage, color, opacity: opacity)
    }

    /// Copies another picture with its top left corner at (x, y).
    public mutating func draw(_ other: Raster, x: Int, y: Int) {
        let area = Box(x: x, y: y, width: other.width, height: other.height).intersection(bounds)
        guard area.width > 0 else { return }
        for row in area.y..<area.bottom {
            let from = other.offset(area.x - x, row - y)
            let to = offset(area.x, row)
            pixels.replaceSubrange(to..<to + 3 * area.width, with: other.pixels[from..<from + 3 * area.width])
        }
    }

    /// The part of the picture inside `box`, which must overlap it.
    public func cropped(to box: Box) -> Raster {
        let area = box.intersection(bounds)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * area.width * area.height)
        for row in area.y..<area.bottom {
            let from = offset(area.x, row)
            bytes += pixels[from..<from + 3 * area.width]
        }
        return Raster(width: area.width, height: area.height, pixels: bytes)
    }

    /// Lays a colour on the picture as strongly as `coverage` says.
    mutating func lay(_ coverage: Coverage, _ color: Color, opacity: Double = 1) {
        let box = coverage.box
        let area = box.intersection(bounds)
        guard area.width > 0, area.height > 0 else { return }
        let strength = UInt16(min(max(opacity, 0), 1) * 256)
        let stride = 3 * width
        pixels.withUnsafeMutableBufferPointer { buffer in
            coverage.values.withUnsafeBufferPointer { cover in
                for y in area.y..<area.bottom {
                    let row = cover.baseAddress! + ((y &- box.y) &* box.width &- box.x)
                    let out = buffer.baseAddress! + y &* stride
                    for x in area.x..<area.right where row[x] != 0 {
                        blend(out + 3 &* x, color, UInt8(truncatingIfNeeded: (UInt16(row[x]) &* strength) >> 8))
                    }
                }
            }
        }
    }

    private func offset(_ x: Int, _ y: Int) -> Int {
        precondition(
            x >= 0 && x < width && y >= 0 && y < height,
            "Raster: expected a pixel of \(width)×\(height), got (\(x), \(y))")
        return 3 * (y * width + x)
    }

    /// The smallest box around the finite points, grown by `margin`.
    private static func extent(_ points: [Point], margin: Double) -> Box {
        let limit = 1e6
        var (left, right, top, bottom) = (limit, -limit, limit, -limit)
        for p in points where p.isFinite {
            left = min(left, p.x)
            right = max(right, p.x)
            top = min(top, p.y)
            bottom = max(bottom, p.y)
        }
        guard left <= right, top <= bottom else { return Box(x: 0, y: 0, width: 0, height: 0) }
        func whole(_ v: Double) -> Int { Int(min(max(v, -limit), limit)) }
        let (x, y) = (whole(left - margin), whole(top - margin))
        return Box(x: x, y: y, width: whole(right + margin) + 1 - x, height: whole(bottom + margin) + 1 - y)
    }
}

/// Mixes one pixel towards a colour, `weight` 0…255.
@inline(__always)
private func blend(_ pixel: UnsafeMutablePointer<UInt8>, _ color: Color, _ weight: UInt8) {
    @inline(__always) func mix(_ old: UInt8, _ new: UInt8) -> UInt8 {
        let sum = UInt32(old) &* UInt32(255 &- weight) &+ UInt32(new) &* UInt32(weight) &+ 127
        return UInt8(truncatingIfNeeded: sum / 255)
    }
    pixel[0] = mix(pixel[0], color.red)
    pixel[1] = mix(pixel[1], color.green)
    pixel[2] = mix(pixel[2], color.blue)
}

extension Coverage {
    /// A vertical run one pixel wide with soft ends.
    fileprivate mutating func column(_ x: Int, from top: Double, to bottom: Double) {
        guard x >= box.x, x < box.right else { return }
        let low = max(top, Double(box.y))
        let high = min(bottom, Double(box.bottom))
        guard low < high else { return }
        for y in Int(low)..<min(Int(high.rounded(.up)), box.bottom) {
            let part = min(high, Double(y + 1)) - max(low, Double(y))
            values[(y - box.y) * box.width + x - box.x] = UInt8(min(max(part, 0), 1) * 255 + 0.5)
        }
    }
}
