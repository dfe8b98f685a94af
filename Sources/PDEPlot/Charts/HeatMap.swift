/// A field shown as colours.
public struct HeatMap: Sendable {
    /// How pixels get values between those of the field.
    public enum Sampling: Hashable, Sendable {
        /// The nearest value: every cell is seen.
        case nearest
        /// Linear between cell centres when enlarging, the mean over the pixel when reducing.
        case smooth
    }

    /// The field, row after row.
    public let values: [Float]
    /// How many rows.
    public let rows: Int
    /// How many values a row.
    public let columns: Int
    /// The colours.
    public var colormap: Colormap
    /// The values of the two end colours.
    public let limits: ClosedRange<Double>
    /// How pixels get values.
    public var sampling: Sampling
    /// True puts the first row at the bottom, as a graph with y (or time) upwards does.
    public var firstRowAtBottom: Bool

    /// A heat map of `rows`×`columns` values.
    public init(
        _ values: [Float], rows: Int, columns: Int, colormap: Colormap = .sequential, limits: ValueLimits = .extent,
        sampling: Sampling = .smooth, firstRowAtBottom: Bool = true
    ) {
        precondition(rows > 0 && columns > 0, "HeatMap: expected a positive size, got \(rows)×\(columns)")
        precondition(
            values.count == rows * columns,
            "HeatMap: expected \(rows)×\(columns) = \(rows * columns) values, got \(values.count)")
        self.values = values
        self.rows = rows
        self.columns = columns
        self.colormap = colormap
        self.limits = limits.resolved(for: values)
        self.sampling = sampling
        self.firstRowAtBottom = firstRowAtBottom
    }

    /// The field as a picture of the given size.
    public func raster(width: Int, height: Int) -> Raster {
        precondition(width > 0 && height > 0, "HeatMap.raster: expected a positive size, got \(width)×\(height)")
        let across = Taps(from: columns, to: width, sampling)
        let down = Taps(from: rows, to: height, sampling)
        let table = colormap.table.flatMap { [$0.red, $0.green, $0.blue] }
        let missing = colormap.missing
        let scale = Float(Double(colormap.table.count - 1) / (limits.upperBound - limits.lowerBound))
        let low = Float(limits.lowerBound)
        let top = Float(colormap.table.count - 1)
        var blended = [Float](repeating: 0, count: columns)
        let pixels = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { out, count in
            values.withUnsafeBufferPointer { field in
                table.withUnsafeBufferPointer { colors in
                    for y in 0..<height {
                        let line = firstRowAtBottom ? height - 1 - y : y
                        blend(field.baseAddress!, rows: down, line, into: &blended)
                        let nearestRow = field.baseAddress! + down.nearest[line] &* columns
                        var p = out.baseAddress! + 3 &* y &* width
                        blended.withUnsafeBufferPointer { row in
                            for x in 0..<width {
                                var value = across.weightedSum(row.baseAddress!, x)
                                // Beside a hole in the data a pixel takes its nearest value, hole or not.
                                if value.isNaN { value = nearestRow[across.nearest[x]] }
                                if value.isNaN {
                                    (p[0], p[1], p[2]) = (missing.red, missing.green, missing.blue)
                                } else {
                                    let place = (value - low) * scale
                                    let entry = place > 0 ? Int(min(place, top) + 0.5) : 0
                                    let c = colors.baseAddress! + 3 &* entry
                                    (p[0], p[1], p[2]) = (c[0], c[1], c[2])
                                }
                                p += 3
                            }
                        }
                    }
                }
            }
            count = 3 * width * height
        }
        return Raster(width: width, height: height, pixels: pixels)
    }

    private func blend(_ field: UnsafePointer<Float>, rows taps: Taps, _ line: Int, into out: inout [Float]) {
        out.withUnsafeMutableBufferPointer { out in
            for i in 0..<columns { out[i] = 0 }
            let range = taps.start[line]..<taps.start[line + 1]
            for k in range {
                let row = field + taps.index[k] &* columns
                let weight = taps.weight[k]
                for i in 0..<columns { out[i] += weight * row[i] }
            }
        }
    }
}

/// For every target pixel along one direction, the source cells it reads and their weights.
private struct Taps {
    var start: [Int] = [0]
    var index: [Int] = []
    var weight: [Float] = []
    var nearest: [Int] = []

    init(from source: Int, to target: Int, _ sampling: HeatMap.Sampling) {
        let ratio = Double(source) / Double(target)
        for pixel in 0..<target {
            let center = (Double(pixel) + 0.5) * ratio
            let closest = min(Int(center), source - 1)
            nearest.append(closest)
            if sampling == .nearest {
                add(closest, 1)
            } else if ratio <= 1 {
                let left = min(max(center - 0.5, 0), Double(source - 1))
                let cell = min(Int(left), max(source - 2, 0))
                let fraction = left - Double(cell)
                add(cell, 1 - fraction)
                if source > 1 { add(cell + 1, fraction) }
            } else {
                let (from, to) = (Double(pixel) * ratio, Double(pixel + 1) * ratio)
                for cell in Int(from)..<min(Int(to.rounded(.up)), source) {
                    add(cell, (min(to, Double(cell + 1)) - max(from, Double(cell))) / ratio)
                }
            }
            start.append(index.count)
        }
    }

    /// Cells without weight are left out, so that a NaN in them does no harm.
    private mutating func add(_ cell: Int, _ share: Double) {
        guard share > 1e-9 else { return }
        index.append(cell)
        weight.append(Float(share))
    }

    @inline(__always)
    func weightedSum(_ row: UnsafePointer<Float>, _ x: Int) -> Float {
        var sum: Float = 0
        for k in start[x]..<start[x &+ 1] { sum += weight[k] * row[index[k]] }
        return sum
    }
}
