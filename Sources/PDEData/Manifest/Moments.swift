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

    /// Those of `count` numbers whose mean and standard deviation are known.
    init(count: Int, mean: Double, deviation: Double) {
        self.count = count
        self.mean = mean
        squaredDeviations = deviation * deviation * Double(count)
    }

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
        let (sum, squares) =
            switch (previous, stride) {
            case (nil, 1): Self.sums(around: origin, count) { Double(values[$0]) }
            case (nil, _): Self.sums(around: origin, count) { Double(values[$0 &* stride]) }
            case (let previous?, 1): Self.sums(around: origin, count) { Double(values[$0]) - Double(previous[$0]) }
            case (let previous?, _):
                Self.sums(around: origin, count) { Double(values[$0 &* stride]) - Double(previous[$0 &* stride]) }
            }
        let shift = sum / Double(count)
        self.count = count
        mean = origin + shift
        squaredDeviations = max(0, squares - shift * shift * Double(count))
    }

    /// The sums of the distances of values from `origin` and of their squares. Inlined with `value`, so that the
    /// contiguous case is one of vectors.
    @inline(__always)
    private static func sums(
        around origin: Double, _ count: Int, _ value: (Int) -> Double
    ) -> (sum: Double, squares: Double) {
        var sums = SIMD8<Double>.zero
        var squares = SIMD8<Double>.zero
        var start = 0
        while start &+ 8 <= count {
            let lanes =
                SIMD8(
                    value(start), value(start &+ 1), value(start &+ 2), value(start &+ 3), value(start &+ 4),
                    value(start &+ 5), value(start &+ 6), value(start &+ 7)) - origin
            sums += lanes
            squares += lanes * lanes
            start &+= 8
        }
        for lane in 0..<(count &- start) {
            let distance = value(start &+ lane) - origin
            sums[lane] += distance
            squares[lane] += distance * distance
        }
        return (sums.sum(), squares.sum())
    }
}
