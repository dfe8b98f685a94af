import PDEConfig
import PDECore
import PDETensor

/// ‖e‖ / ‖u‖ of each sample (Li et al. 2021).
public struct RelativeL2: Loss {
    /// Its name.
    public static let kind = "relative-l2"
    /// Other names.
    public static let aliases = ["l2", "rel-l2", "lp-loss", "nrmse"]

    /// The loss.
    public init() {}

    /// See `Loss`.
    public func callAsFunction<Scalar: Real>(
        _ error: Tensor<Scalar>, _ truth: Tensor<Scalar>, _ domain: LossDomain<Scalar>
    ) -> Tensor<Scalar> {
        domain.meanRatio(error.sampleSquares, truth.sampleSquares, fields: truth.shape)
    }
}
