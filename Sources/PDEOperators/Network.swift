import PDECore
import PDETensor

/// One of the networks that an experiment can name.
public enum Network<Scalar: Real>: FieldOperator {
    /// A Fourier neural operator.
    case fourier(FourierOperator<Scalar>)

    /// The network itself.
    private var content: any FieldOperator<Scalar> {
        switch self {
        case .fourier(let network): network
        }
    }

    /// Channels that go in.
    public var inputChannels: Int { content.inputChannels }
    /// Channels that come out.
    public var outputChannels: Int { content.outputChannels }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        switch self {
        case .fourier(var network):
            network.visitParameters(path, visit)
            self = .fourier(network)
        }
    }

    /// The result on the same grid; see `FieldOperator`.
    public func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { content(x) }
}
