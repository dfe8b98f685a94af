import PDECore

/// A multiplier for every Fourier mode, in the form that the loops over modes want: the real parts twice, and, unless
/// all are zero, (−im, im), so that c·z = z·real + swapped(z)·imaginary.
struct DiagonalOperator<Scalar: Real> {
    let real: AlignedBuffer<Scalar>
    let imaginary: AlignedBuffer<Scalar>

    /// Multipliers of blocks of `modes` modes, one for all components or one for each, at a distance of `stride` values.
    init(_ values: [Complex<Double>], modes: Int, stride: Int) {
        let blocks = values.count / modes
        real = AlignedBuffer(count: blocks * stride)
        imaginary = AlignedBuffer(count: blocks * stride)
        for (index, value) in values.enumerated() {
            let place = index / modes * stride + 2 * (index % modes)
            real.pointer[place] = Scalar(value.real)
            real.pointer[place + 1] = Scalar(value.real)
            imaginary.pointer[place] = Scalar(-value.imaginary)
            imaginary.pointer[place + 1] = Scalar(value.imaginary)
        }
    }

    /// The four modes of vector `i` times their multipliers; `isReal` is a constant where this is inlined.
    @inline(__always)
    func times(_ z: SIMD8<Scalar>, _ i: Int, isReal: Bool) -> SIMD8<Scalar> {
        let scaled = z * VectorView(real.pointer)[i]
        return isReal ? scaled : scaled + z.swappedParts * VectorView(imaginary.pointer)[i]
    }
}
