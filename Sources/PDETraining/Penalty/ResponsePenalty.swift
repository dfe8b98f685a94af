import PDEConfig
import PDECore
import PDETensor

/// The mean of (Jv − (S(u + εv) − S(u)) / ε)² with the classical solver's step S: the network shall answer as the equation does.
public struct ResponsePenalty: JacobianPenalty {
    /// Its name.
    public static let kind = "response"

    /// λ.
    public var weight: Double
    /// The size of the change that the solver is asked about.
    public var epsilon: Double
    /// Random directions for each sample.
    public var probes: Int

    /// A penalty.
    public init(weight: Double = 1e-3, epsilon: Double = 1e-3, probes: Int = 1) {
        (self.weight, self.epsilon, self.probes) = (weight, epsilon, probes)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.weight, into: &weight, in: Bounds.nonNegative)
        try container.decode(.epsilon, into: &epsilon, in: Bounds.positive)
        try container.decode(.probes, into: &probes, in: 1...64)
    }

    /// The classical solver's step.
    public var asksSolver: Bool { true }

    /// See `JacobianPenalty`.
    public func value<Scalar: Real>(_ probes: inout JacobianProbes<Scalar>) -> Tensor<Scalar> {
        guard let solver = probes.solver else { preconditionFailure("response needs a solver") }
        let (states, epsilon) = (probes.states.detached, Scalar(epsilon))
        // A one-sided difference.
        return probes.squares(self.probes) { change in
            (solver(states + change * epsilon) - solver(states)) * (1 / epsilon)
        }.mean()
    }
}
