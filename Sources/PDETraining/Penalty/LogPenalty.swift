import PDEConfig
import PDECore
import PDETensor

/// The mean of log(r + ε): the limit of `jaws` with a free s at every place.
///
/// It needs several probes: the mean logarithm of (Jv)² is not that of the row's squared norm, and with a single probe it is smallest
/// for rows whose entries cancel for some signs, (1, 1) before (1, 0), although their norm is larger.
public struct LogPenalty: JacobianPenalty {
    /// Its name.
    public static let kind = "log"

    /// λ.
    public var weight: Double
    /// What is added inside the logarithm.
    public var epsilon: Double
    /// Random directions for each sample.
    public var probes: Int

    /// A penalty.
    public init(weight: Double = 1e-3, epsilon: Double = 1e-3, probes: Int = 4) {
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

    /// See `JacobianPenalty`.
    public func value<Scalar: Real>(_ probes: inout JacobianProbes<Scalar>) -> Tensor<Scalar> {
        (probes.squares(self.probes) + Scalar(epsilon)).logarithm.mean()
    }
}
