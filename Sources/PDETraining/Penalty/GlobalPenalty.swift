import PDEConfig
import PDECore
import PDETensor

/// The mean of the squared answers r.
public struct GlobalPenalty: JacobianPenalty {
    /// Its name.
    public static let kind = "global"
    /// Other names.
    public static let aliases = ["jacobian", "frobenius"]

    /// λ.
    public var weight: Double
    /// Random directions for each sample; as the penalty is linear in r, one is enough.
    public var probes: Int

    /// A penalty.
    public init(weight: Double = 1e-3, probes: Int = 1) { (self.weight, self.probes) = (weight, probes) }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.weight, into: &weight, in: Bounds.nonNegative)
        try container.decode(.probes, into: &probes, in: 1...64)
    }

    /// See `JacobianPenalty`.
    public func value<Scalar: Real>(_ probes: inout JacobianProbes<Scalar>) -> Tensor<Scalar> {
        probes.squares(self.probes).mean()
    }
}
