/// A complex number, stored as its real and its imaginary part, which is also the layout of FFTW's arrays.
public struct Complex<Scalar: Real>: Hashable, Sendable {
    /// Real part.
    public var real: Scalar
    /// Imaginary part.
    public var imaginary: Scalar

    /// A complex number from its parts.
    @inlinable @inline(__always)
    public init(_ real: Scalar, _ imaginary: Scalar = 0) {
        self.real = real
        self.imaginary = imaginary
    }

    /// |z|².
    @inlinable @inline(__always)
    public var squaredMagnitude: Scalar { real * real + imaginary * imaginary }

    /// The conjugate.
    @inlinable @inline(__always)
    public var conjugate: Complex { Complex(real, -imaginary) }

    /// i·z.
    @inlinable @inline(__always)
    public var timesI: Complex { Complex(-imaginary, real) }

    /// Sum.
    @inlinable @inline(__always)
    public static func + (a: Complex, b: Complex) -> Complex { Complex(a.real + b.real, a.imaginary + b.imaginary) }

    /// Difference.
    @inlinable @inline(__always)
    public static func - (a: Complex, b: Complex) -> Complex { Complex(a.real - b.real, a.imaginary - b.imaginary) }

    /// Product.
    @inlinable @inline(__always)
    public static func * (a: Complex, b: Complex) -> Complex {
        Complex(a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real)
    }

    /// Product with a real number.
    @inlinable @inline(__always)
    public static func * (a: Scalar, b: Complex) -> Complex { Complex(a * b.real, a * b.imaginary) }

    /// Quotient.
    @inlinable @inline(__always)
    public static func / (a: Complex, b: Complex) -> Complex {
        let scale = 1 / b.squaredMagnitude
        return scale * (a * b.conjugate)
    }
}
