/// A point or a vector of the plane: (x, y).
public typealias Point2 = SIMD2<Double>

extension SIMD2<Double> {
    package func dot(_ other: Self) -> Double { x * other.x + y * other.y }

    package func cross(_ other: Self) -> Double { x * other.y - y * other.x }

    package var length: Double { dot(self).squareRoot() }

    package var isFinite: Bool { x.isFinite && y.isFinite }

    /// The componentwise absolute value.
    package var magnitude: Self { Self(abs(x), abs(y)) }
}
