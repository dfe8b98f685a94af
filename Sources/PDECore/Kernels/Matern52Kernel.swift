/// Matérn's kernel of ν = 5/2, σ² (1 + s + s²/3) e^{−s} with s = √5|z|/ℓ: processes with two derivatives, the second not
/// differentiable (Rasmussen & Williams 2006, eq. 4.17).
public struct Matern52Kernel: ScaledKernel, Equatable {
    /// σ² and ℓ.
    public var variance, lengthScale: Double
    /// The fifth derivative jumps at 0.
    public var smoothness: Int { 4 }

    /// A kernel.
    public init(variance: Double = 1, lengthScale: Double) {
        (self.variance, self.lengthScale) = (variance, lengthScale)
    }

    /// See `ScaledKernel`.
    public static func profile(at t: Double) -> KernelDerivatives {
        exponentialProfile(t, rate: 5.squareRoot()) { s in (1 + s + s * s / 3, 1 + 2 * s / 3, 2 / 3) }
    }

    /// Student's density of five degrees of freedom.
    public static func profileDensity(at frequency: Double) -> Double {
        let base = 5 + frequency * frequency
        return 8 / (3 * .pi) * 25 * 5.squareRoot() / (base * base * base)
    }

    /// See `ScaledKernel`.
    public static func profileDensitySlope(at frequency: Double) -> Double {
        -6 * frequency * frequency / (5 + frequency * frequency)
    }
    /// See `ScaledKernel`.
    public static var profileBandwidth: Double { 40 }
    /// See `ScaledKernel`.
    public static var profileReach: Double { 11 }
}
