import PDECore

/// What is believed of functions before their equation is seen: waves of slowly changing amplitude, and data with some noise.
///
/// The kernel along an axis is Σ_q s_q² φ((x − x′)/ℓ) cos μ_q(x − x′), with the frequencies μ_q that are visible in a problem's source.
public struct WavePrior: Equatable, Sendable {
    /// φ, how amplitudes change along an axis.
    public var envelope: any ScaledKernel.Type
    /// ℓ as a part of the axis' length.
    public var lengthScale: Double
    /// The deviations s_q over those of the waves' amplitudes in the source.
    public var amplification: Double
    /// The standard deviation of the data's noise over their root mean square: 3e-8 for numbers stored in single precision.
    public var noise: Double
    /// The most waves along an axis.
    public var waves: Int

    /// A prior.
    public init(
        envelope: any ScaledKernel.Type = SquaredExponentialKernel.self, lengthScale: Double = 0.2,
        amplification: Double = 2, noise: Double = 3e-8, waves: Int = 24
    ) {
        (self.envelope, self.lengthScale, self.amplification) = (envelope, lengthScale, amplification)
        (self.noise, self.waves) = (noise, waves)
    }

    /// Whether all is equal.
    public static func == (a: Self, b: Self) -> Bool {
        a.envelope == b.envelope && a.lengthScale == b.lengthScale && a.amplification == b.amplification
            && a.noise == b.noise && a.waves == b.waves
    }
}

/// One of the waves.
package struct Wave: Equatable, Sendable {
    /// μ; 0 for what changes slowly.
    package var frequency: Double
    /// The amplitude of the solution's second derivative.
    package var curvature: Double

    package init(frequency: Double, curvature: Double) {
        (self.frequency, self.curvature) = (frequency, curvature)
    }
}

extension WavePrior {
    /// The slowest wave that counts as one: slower ones the envelope takes up.
    func slowest(on length: Double) -> Double { 3 / (lengthScale * length) }

    /// s, the deviation of a solution's wave.
    package func deviation(of wave: Wave, on length: Double) -> Double {
        let frequency = effectiveFrequency(wave.frequency, on: length)
        return amplification * wave.curvature / (frequency * frequency)
    }

    /// The frequency, or for what changes slowly that of the envelope.
    func effectiveFrequency(_ frequency: Double, on length: Double) -> Double {
        max(frequency, 1 / (lengthScale * length))
    }
}
