import PDEConfig
import PDECore
import PDETensor

/// The relative error with first derivatives: √(‖e‖² + ‖h∇e‖² n²/(2π)²) / √(…) of each sample, with differences along each axis.
public struct H1: Loss {
    /// Its name.
    public static let kind = "h1"
    /// Other names.
    public static let aliases = ["sobolev", "h1-loss"]

    /// The loss.
    public init() {}

    /// See `Loss`.
    public func callAsFunction<Scalar: Real>(
        _ error: Tensor<Scalar>, _ truth: Tensor<Scalar>, _ domain: LossDomain<Scalar>
    ) -> Tensor<Scalar> {
        domain.meanRatio(
            error.sampleSquares + slopes(error, domain.isPeriodic),
            truth.sampleSquares + slopes(truth, domain.isPeriodic), fields: truth.shape)
    }

    /// Σ (n Δu / 2π)² along every axis, of every sample: a wave of one period has slope 1.
    private func slopes<Scalar: Real>(_ u: Tensor<Scalar>, _ isPeriodic: [Bool]) -> Tensor<Scalar> {
        isPeriodic.enumerated().map { index, isPeriodic in
            let axis = index + 1
            let n = u.shape[axis]
            let difference =
                isPeriodic
                ? u.rolled(-1, along: axis) - u
                : u.sliced(1..<n, along: axis) - u.sliced(0..<n - 1, along: axis)
            return difference.sampleSquares * Scalar((Double(n) / (2 * Double.pi)) * (Double(n) / (2 * Double.pi)))
        }.reduce(Tensor(repeating: 0, shape: [u.shape[0]], on: u.backend), +)
    }
}
