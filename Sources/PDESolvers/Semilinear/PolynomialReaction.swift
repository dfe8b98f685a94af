import PDECore

/// N(u) = a u² + b u³ at every point, for one unknown field in any number of dimensions: the reactions of the Fisher–KPP, Allen–Cahn and
/// Swift–Hohenberg equations.
public final class PolynomialReaction<Scalar: Real>: NonlinearTerm {
    private let square, cube: Scalar
    private let space: SpectralSpace<Scalar>
    private let values: AlignedBuffer<Scalar>

    /// The reaction with coefficients a and b; a space of degree 3 unless b is zero.
    public init(square: Double, cube: Double, in space: SpectralSpace<Scalar>) {
        self.square = Scalar(square)
        self.cube = Scalar(cube)
        self.space = space
        values = AlignedBuffer(count: space.grid.count)
    }

    /// Nothing is carried along.
    public var maximumSpeed: Double { 0 }

    /// Writes the coefficients of N(u).
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func evaluate(_ coefficients: UnsafeMutablePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
        react(coefficients, result)
    }

    @inline(never)
    private func react(_ coefficients: UnsafeMutablePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        space.transform.inverse(coefficients, into: values.pointer)
        let u = MutableVectorView(values.pointer)
        for i in 0..<(values.count &+ 7) / 8 { u[i] = u[i] * u[i] * (u[i] * cube + square) }
        space.forward(values.pointer, into: result)
    }
}
