/// A covariance k(x − x′) of a random function of one variable.
///
/// For Gaussian processes that are observed through derivatives: cov(u⁽ᵐ⁾(x), u⁽ⁿ⁾(x′)) = (−1)ⁿ k⁽ᵐ⁺ⁿ⁾(x − x′).
public protocol StationaryKernel: Sendable {
    /// The highest order to which k can be differentiated at 0; the process itself half as often.
    var smoothness: Int { get }

    /// The hyperparameters as free real numbers: natural logarithms of those that must be positive, frequencies as they are.
    var parameters: [Double] { get set }

    /// k and its derivatives to order 4 at z = x − x′. Orders above `smoothness` are those of z ≠ 0, and at 0 the limits from the right.
    func derivatives(at z: Double) -> KernelDerivatives

    /// The derivatives of those, to order 4, by each of `parameters`.
    func gradients(at z: Double) -> [KernelDerivatives]

    /// S(ω), with k(z) = ∫ S(ω) cos ωz dω over all real ω (S. Bochner, 1932); nil where the spectrum is a sum of lines.
    func spectralDensity(at frequency: Double) -> Double?
}

extension StationaryKernel {
    /// k at z = x − x′.
    public func value(at z: Double) -> Double { derivatives(at: z)[0] }
    /// k(0).
    public var variance: Double { value(at: 0) }
}
