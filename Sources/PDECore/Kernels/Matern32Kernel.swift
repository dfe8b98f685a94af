/// Matérn's kernel of ν = 3/2, σ² (1 + s) e^{−s} with s = √3|z|/ℓ: processes with one derivative, which is not differentiable
/// (Rasmussen & Williams 2006, eq. 4.17).
public struct Matern32Kernel: ScaledKernel, Equatable {
    /// σ² and ℓ.
    public var variance, lengthScale: Double
    /// The third derivative jumps at 0.
    public var smoothness: Int { 2 }

    /// A kernel.
    public init(variance: Double = 1, lengthScale: Double) {
        (self.variance, self.lengthScale) = (variance, lengthScale)
    }

    /// See `ScaledKernel`.
    public static func profile(at t: Double) -> KernelDerivatives {
        exponentialProfile(t, rate: 3.squareRoot()) { s in (1 + s, 1, 0) }
    }

    /// Student's density of three degrees of freedom.
    public static func profileDensity(at frequency: Double) -> Double {
        let base = 3 + frequency * frequency
        return 6 * 3.squareRoot() / .pi / (base * base)
    }

    /// See `ScaledKernel`.
    public static func profileDensitySlope(at frequency: Double) -> Double {
        -4 * frequency * frequency / (3 + frequency * frequency)
    }
    /// See `ScaledKernel`.
    public static var profileBandwidth: Double { 150 }
    /// See `ScaledKernel`.
    public static var profileReach: Double { 14 }
}
