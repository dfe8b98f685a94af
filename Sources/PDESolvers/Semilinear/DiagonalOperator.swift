import PDECore

/// A multiplier for every Fourier mode, in the form that the loops over modes want: the real parts twice, and, unless
/// all are zero, (−im, im), so that c·z = z·real + swapped(z)·imaginary.
struct DiagonalOperator<Scalar: Real> {
    let real: AlignedBuffer<Scalar>
    let imaginary: AlignedBuffer<Scalar>

    init(_ values: [Complex<Double>], stride: Int) {
        real = AlignedBuffer(count: stride)
        imaginary = AlignedBuffer(count: stride)
        for (mode, value) in values.enumerated() {
            real.pointer[2 * mode] = Scalar(value.real)
            real.pointer[2 * mode + 1] = Scalar(value.real)
            imaginary.pointer[2 * mode] = Scalar(-value.imaginary)
            imaginary.pointer[2 * mode + 1] = Scalar(value.imaginary)
        }
    }

    /// The four modes of vector `i` times their multipliers; `isReal` is a constant where this is inlined.
    @inline(__always)
    func times(_ z: SIMD8<Scalar>, _ i: Int, isReal: Bool) -> SIMD8<Scalar> {
        let scaled = z * VectorView(real.pointer)[i]
        return isReal ? scaled : scaled + z.swappedParts * VectorView(imaginary.pointer)[i]
    }
}
