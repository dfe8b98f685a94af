import PDECore

extension Activation {
    /// The function, or nil for the identity.
    package var function: UnaryFunction? {
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
    init?(_ function: UnaryFunction) {
        guard let found = Activation.allCases.first(where: { $0.function == function }) else { return nil }
        self = found
    }
}
