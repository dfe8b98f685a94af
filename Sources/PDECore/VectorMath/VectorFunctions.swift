/// A function of one value that can be applied to a whole array at once.
///
/// The raw values are the codes of the kernels in C.
public enum UnaryFunction: Int32, CaseIterable, Sendable {
    case exp, log, sin, cos, tanh, sqrt, reciprocal, erf
    /// x Φ(x), with the normal distribution function Φ (Hendrycks & Gimpel 2016), and its derivative Φ(x) + x φ(x).
    case gelu, geluDerivative
    /// 1 / (1 + e⁻ˣ).
    case sigmoid
    /// x / (1 + e⁻ˣ), and its derivative.
    case silu, siluDerivative
    /// log(1 + eˣ).
    case softplus
    /// max(x, 0).
    case relu
    case absoluteValue
    /// −1, 0 or 1.
    case sign
    /// 1 for positive values, 0 for others.
    case step
}

/// An operation on two values that can be applied to whole arrays at once.
public enum BinaryOperation: Int32, CaseIterable, Sendable {
    case add, subtract, multiply, divide
    /// NaN if either is.
    case maximum, minimum
    case power
}

/// What stands between the layers of a network.
public enum Activation: String, Codable, CaseIterable, Sendable {
    case identity, relu, gelu, tanh, silu, sigmoid, softplus

    /// The function, or nil for the identity.
    public var function: UnaryFunction? {
        switch self {
        case .identity: nil
        case .relu: .relu
        case .gelu: .gelu
        case .tanh: .tanh
        case .silu: .silu
        case .sigmoid: .sigmoid
        case .softplus: .softplus
        }
    }

    /// The activation that is this function, if there is one.
    public init?(_ function: UnaryFunction) {
        switch function {
        case .relu: self = .relu
        case .gelu: self = .gelu
        case .tanh: self = .tanh
        case .silu: self = .silu
        case .sigmoid: self = .sigmoid
        case .softplus: self = .softplus
        default: return nil
        }
    }

    /// Its code in the kernels.
    var code: Int32 {
        switch self {
        case .identity: 0
        case .relu: 1
        case .gelu: 2
        case .tanh: 3
        case .silu: 4
        case .sigmoid: 5
        case .softplus: 6
        }
    }
}
