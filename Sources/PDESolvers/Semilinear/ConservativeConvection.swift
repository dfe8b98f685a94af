import PDECore

/// N(u) = −(c/2) ∂_x u² in one dimension: the convective term of the Burgers, Kuramoto–Sivashinsky (c = 1) and
/// Korteweg–de Vries (c = 6) equations.
///
/// In this form and with full dealiasing ∫u and ∫u² are conserved to round-off.
public final class ConservativeConvection<Scalar: Real>: NonlinearTerm {
    private let coefficient: Scalar
    private let space: SpectralSpace<Scalar>
    private let values: AlignedBuffer<Scalar>
    private var largest: Scalar = 0

    /// The term with coefficient c, in a space of one dimension.
    public init(coefficient: Double, in space: SpectralSpace<Scalar>) {
        precondition(space.grid.dimensions == 1, "space: expected one dimension, got \(space.grid.dimensions)")
        self.coefficient = Scalar(coefficient)
        self.space = space
        values = AlignedBuffer(count: space.grid.count)
    }

    /// The largest |c u|.
    public var maximumSpeed: Double { Double(abs(coefficient)) * Double(largest).squareRoot() }

    /// Writes the coefficients of N(u).
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func evaluate(_ coefficients: UnsafeMutablePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
        convect(coefficients, result)
    }

    @inline(never)
    private func convect(_ coefficients: UnsafeMutablePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        space.transform.inverse(coefficients, into: values.pointer)
        square()
        space.forward(values.pointer, into: result, scale: -coefficient / 2)
        space.differentiate(result, axis: 0, into: result)
    }

    @inline(__always)
    private func square() {
        let u = MutableVectorView(values.pointer)
        var peak = SIMD8<Scalar>(repeating: 0)
        for i in 0..<(values.count &+ 7) / 8 {
            let squared = u[i] * u[i]
            u[i] = squared
            peak = peak.larger(squared)
        }
        largest = peak.max()
    }
}
