import PDEKit

/// The mean of |prediction − truth|.
struct OwnLoss: Loss {
    static let kind = "own-magnitude"

    func callAsFunction<Scalar: FloatingScalar>(
        _ error: Tensor<Scalar>, _ truth: Tensor<Scalar>, _ domain: LossDomain<Scalar>
    ) -> Tensor<Scalar> { error.magnitude.mean() }
}
