/// Count, mean and sum of squared deviations of a stream of numbers; two of them merge into that of both streams.
///
/// Merging is that of Chan, Golub and LeVeque (1979): no cancellation, however far the mean is from zero.
public struct Moments: Codable, Equatable, Sendable {
    /// How many numbers.
    public private(set) var count = 0
    /// Their mean.
    public private(set) var mean = 0.0
    /// The sum of the squares of their distances from the mean.
    public private(set) var squaredDeviations = 0.0

    /// The moments of no numbers.
    public init() {}

    /// √(Σ(x−mean)²/n), and 0 of no numbers.
    public var standardDeviation: Double { count == 0 ? 0 : (squaredDeviations / Double(count)).squareRoot() }

    /// √(Σx²/n), and 0 of no numbers.
    public var rootMeanSquare: Double {
        count == 0 ? 0 : (squaredDeviations / Double(count) + mean * mean).squareRoot()
    }

    /// Adds the numbers of another stream.
    public mutating func merge(_ other: Moments) {
        guard other.count > 0 else { return }
        let total = count + other.count
        let distance = other.mean - mean
        let weight = Double(other.count) / Double(total)
        squaredDeviations += other.squaredDeviations + distance * distance * Double(count) * weight
        mean += distance * weight
        count = total
    }

    /// The moments of `count` values that lie `stride` apart, or of their differences to `previous`.
    ///
    /// Sums run in eight lanes around the first value: fast, in one order on every machine, and without cancellation
    /// when a frame varies little around a large mean.
    package init(of values: UnsafePointer<Float>, minus previous: UnsafePointer<Float>? = nil, count: Int, stride: Int)
    {
        guard count > 0 else { return }
        let origin = Double(values[0]) - Double(previous?[0] ?? 0)
        var sums = SIMD8<Double>.zero
        var squares = SIMD8<Double>.zero
        var lanes = SIMD8<Double>.zero
        let whole = count & ~7
        for start in Swift.stride(from: 0, to: count, by: 8) {
            let used = start < whole ? 8 : count - whole
            for lane in 0..<used {
                let position = (start &+ lane) &* stride
                lanes[lane] = Double(values[position])
                if let previous { lanes[lane] -= Double(previous[position]) }
                lanes[lane] -= origin
            }
            for lane in used..<8 { lanes[lane] = 0 }
            sums += lanes
            squares += lanes * lanes
        }
        let shift = sums.sum() / Double(count)
        self.count = count
        mean = origin + shift
        squaredDeviations = max(0, squares.sum() - shift * shift * Double(count))
    }
}
