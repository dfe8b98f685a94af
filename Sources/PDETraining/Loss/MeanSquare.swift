import PDEConfig
import PDECore
import PDETensor

/// The mean of e² over everything that counts.
public struct MeanSquare: Loss {
    /// Its name.
    public static let kind = "mse"
    /// Other names.
    public static let aliases = ["mean-square", "mean-squared-error", "l2-squared"]

    /// The loss.
    public init() {}

    /// See `Loss`.
    public func callAsFunction<Scalar: Real>(
        _ error: Tensor<Scalar>, _ truth: Tensor<Scalar>, _ domain: LossDomain<Scalar>
    ) -> Tensor<Scalar> {
        let sum = error.squared.sum()
        guard let fluid = domain.fluid else { return sum * Scalar(1 / Double(error.count)) }
        return sum / (fluid.sum() * Scalar(error.shape.last!))
    }
}
