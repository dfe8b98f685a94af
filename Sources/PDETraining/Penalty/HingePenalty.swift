import PDEConfig
import PDECore
import PDETensor

/// max(0, ‖Jv‖ / ‖v‖ − 1)², sample by sample: only growth is penalised.
public struct HingePenalty: JacobianPenalty {
    /// Its name.
    public static let kind = "hinge"

    /// λ.
    public var weight: Double
    /// Random directions for each sample.
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
        let r = probes.squares(self.probes)
        let growth = (r.mean(along: Array(1..<r.rank)) + Scalar.leastNormalMagnitude).squareRoot - 1
        return growth.mapped(.relu).squared.mean()
    }
}
