import Glibc

/// σ² exp(−z²/2ℓ²): processes that can be differentiated any number of times (C. E. Rasmussen & C. K. I. Williams, "Gaussian
/// Processes for Machine Learning", 2006, eq. 4.9).
public struct SquaredExponentialKernel: ScaledKernel, Equatable {
    /// σ² and ℓ.
    public var variance, lengthScale: Double
    /// Any order.
    public var smoothness: Int { .max }

    /// A kernel.
    public init(variance: Double = 1, lengthScale: Double) {
        (self.variance, self.lengthScale) = (variance, lengthScale)
    }

    /// (−1)ⁿ Heₙ(t) e^{−t²/2}.
    public static func profile(at t: Double) -> KernelDerivatives {
        var k = KernelDerivatives()
        k[0] = exp(-t * t / 2)
        k[1] = -t * k[0]
        for n in 1..<KernelDerivatives.highest { k[n + 1] = -t * k[n] - Double(n) * k[n - 1] }
        return k
    }

    /// A normal density.
    public static func profileDensity(at frequency: Double) -> Double {
        exp(-frequency * frequency / 2) / (2 * Double.pi).squareRoot()
    }

    /// See `ScaledKernel`.
    public static func profileDensitySlope(at frequency: Double) -> Double {
        -frequency * frequency
    }
    /// See `ScaledKernel`.
    public static var profileBandwidth: Double { 6.5 }
    /// See `ScaledKernel`.
    public static var profileReach: Double { 6.5 }
}
