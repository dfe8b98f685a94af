import PDECore
import PDETensor

/// A network that maps the residual of a linear system to a correction.
///
/// Channels that go in: the residual r, and then what the system is (see `StencilCycleArchitecture`); one comes out.
public protocol ResidualOperator<Scalar>: FieldOperator {
    /// What is the same for all residuals of systems, done once.
    ///
    /// - Parameter system: all channels but the residual, [samples][grid…][channels].
    /// - Returns: from r [samples][grid…] to the correction, likewise.
    func prepared(for system: Tensor<Scalar>) -> (Tensor<Scalar>) -> Tensor<Scalar>
}

extension ResidualOperator {
    /// The correction of the residual in the first channel.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
        let last = x.rank - 1
        let correction = prepared(for: x.sliced(1..<x.shape[last], along: last))(x.part(0, along: last))
        return correction.reshaped(correction.shape + [1])
    }
}

extension FieldOperator {
    /// From residuals [samples][grid…] of systems to corrections, for any network. One that is not linear in the residual sees it at a root mean
    /// square of 1.
    public func correction(for system: Tensor<Scalar>) -> (Tensor<Scalar>) -> Tensor<Scalar> {
        if let own = self as? any ResidualOperator<Scalar> { return own.prepared(for: system) }
        return { r in
            // A residual of 0 stays 0, with derivatives.
            let square = (r * r).mean(along: Array(1..<r.rank), keepingAxes: true) + Scalar.leastNormalMagnitude
            let size = square.squareRoot
            let input = Tensor.concatenated([(r / size).reshaped(r.shape + [1]), system], along: r.rank)
            return self(input).reshaped(r.shape) * size
        }
    }
}
