import PDECore

/// N(u) = −(u·∇)u for a vector field in two or three dimensions.
public final class VectorConvection<Scalar: Real>: NonlinearTerm {
    private let space: SpectralSpace<Scalar>
    private let velocity: [AlignedBuffer<Scalar>]
    private let gradient, sum, modes: AlignedBuffer<Scalar>
    /// The sum over the axes of the largest |u_i|.
    public private(set) var maximumSpeed = 0.0

    /// The term in a space of as many dimensions as the field has components.
    public init(in space: SpectralSpace<Scalar>) {
        self.space = space
        velocity = (0..<space.grid.dimensions).map { _ in AlignedBuffer(count: space.grid.count) }
        gradient = AlignedBuffer(count: space.grid.count)
        sum = AlignedBuffer(count: space.grid.count)
        modes = AlignedBuffer(count: space.componentStride)
    }

    /// Writes the coefficients of N(u).
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func evaluate(_ coefficients: UnsafeMutablePointer<Scalar>, into result: UnsafeMutablePointer<Scalar>) {
        convect(coefficients, result)
    }

    @inline(never)
    private func convect(_ coefficients: UnsafeMutablePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) {
        let dimensions = space.grid.dimensions
        maximumSpeed = 0
        for axis in 0..<dimensions {
            space.transform.inverse(coefficients + axis * space.componentStride, into: velocity[axis].pointer)
            maximumSpeed += Double(Self.largestMagnitude(velocity[axis]))
        }
        for component in 0..<dimensions {
            sum.clear()
            for axis in 0..<dimensions {
                guard space.goesOn() else { return }
                space.differentiate(
                    coefficients + component * space.componentStride, axis: axis, into: modes.pointer)
                space.transform.inverse(modes.pointer, into: gradient.pointer)
                Self.addProduct(velocity[axis], gradient, to: sum)
            }
            space.forward(sum.pointer, into: result + component * space.componentStride, scale: -1)
        }
    }

    private static func largestMagnitude(_ buffer: AlignedBuffer<Scalar>) -> Scalar {
        let u = VectorView(buffer.pointer)
        var peak = SIMD8<Scalar>(repeating: 0)
        for i in 0..<(buffer.count &+ 7) / 8 { peak = peak.larger(u[i].larger(-u[i])) }
        return peak.max()
    }

    private static func addProduct(
        _ a: AlignedBuffer<Scalar>, _ b: AlignedBuffer<Scalar>, to sum: AlignedBuffer<Scalar>
    ) {
        let (a, b, total) = (VectorView(a.pointer), VectorView(b.pointer), MutableVectorView(sum.pointer))
        for i in 0..<(sum.count &+ 7) / 8 { total[i] += a[i] * b[i] }
    }
}
