import Glibc

/// A sum over components of w · envelope(z/ℓ) · cos μz, whose spectrum is a mixture of the envelope's, moved to ±μ (A. G. Wilson &
/// R. P. Adams, "Gaussian process kernels for pattern discovery and extrapolation", ICML 2013, eq. 12).
public struct SpectralMixtureKernel<Envelope: ScaledKernel & Equatable>: StationaryKernel, Equatable {
    /// One of the sum.
    public struct Component: Equatable, Sendable {
        /// w, more than 0.
        public var weight: Double
        /// ℓ of the envelope, more than 0.
        public var lengthScale: Double
        /// μ, an angular frequency.
        public var frequency: Double

        /// A component.
        public init(weight: Double, lengthScale: Double, frequency: Double) {
            (self.weight, self.lengthScale, self.frequency) = (weight, lengthScale, frequency)
        }

        var envelope: Envelope { Envelope(variance: weight, lengthScale: lengthScale) }
    }

    /// The components.
    public var components: [Component]
    /// The envelope's.
    public var smoothness: Int { Envelope(variance: 1, lengthScale: 1).smoothness }

    /// A kernel.
    public init(_ components: [Component]) { self.components = components }

    /// A kernel of variance 1, with a component of the same weight and length scale for each frequency; without any, the envelope.
    public init(frequencies: [Double], lengthScale: Double) {
        let centers = frequencies.isEmpty ? [0] : frequencies
        let weight = 1 / Double(centers.count)
        components = centers.map { Component(weight: weight, lengthScale: lengthScale, frequency: $0) }
    }

    /// log w, log ℓ and μ of each component.
    public var parameters: [Double] {
        get { components.flatMap { [log($0.weight), log($0.lengthScale), $0.frequency] } }
        set {
            for i in components.indices {
                components[i] = Component(
                    weight: exp(newValue[3 * i]), lengthScale: exp(newValue[3 * i + 1]), frequency: newValue[3 * i + 2])
            }
        }
    }

    /// See `StationaryKernel`.
    public func derivatives(at z: Double) -> KernelDerivatives {
        components.reduce(KernelDerivatives()) { sum, component in
            sum + component.envelope.derivatives(at: z) * cosineDerivatives(component.frequency, z)
        }
    }

    /// See `StationaryKernel`.
    public func gradients(at z: Double) -> [KernelDerivatives] {
        components.flatMap { component in
            let wave = cosineDerivatives(component.frequency, z)
            let envelope = component.envelope
            return envelope.gradients(at: z).map { $0 * wave }
                + [envelope.derivatives(at: z) * frequencyGradient(component.frequency, z)]
        }
    }

    /// −z sin μz and its derivatives in z.
    private func frequencyGradient(_ frequency: Double, _ z: Double) -> KernelDerivatives {
        let (sine, cosine) = (sin(frequency * z), cos(frequency * z))
        let cycle = [-sine, -cosine, sine, cosine]
        return KernelDerivatives { n in
            let wave = pow(frequency, Double(n)) * cycle[n % 4]
            return z * wave + (n > 0 ? Double(n) * pow(frequency, Double(n - 1)) * cycle[(n - 1) % 4] : 0)
        }
    }

    /// See `StationaryKernel`.
    public func spectralDensity(at frequency: Double) -> Double? {
        components.reduce(0) { sum, component in
            let (envelope, center) = (component.envelope, component.frequency)
            let upper = envelope.spectralDensity(at: frequency - center) ?? 0
            let lower = envelope.spectralDensity(at: frequency + center) ?? 0
            return sum + (upper + lower) / 2
        }
    }
}

/// A mixture with normal densities: processes that can be differentiated any number of times.
public typealias GaussianMixtureKernel = SpectralMixtureKernel<SquaredExponentialKernel>

/// A mixture with Student's densities of five degrees of freedom, whose tails are heavy (S. Fang et al., "Solving high frequency and
/// multi-scale PDEs with Gaussian processes", ICLR 2024): processes with two derivatives.
public typealias StudentMixtureKernel = SpectralMixtureKernel<Matern52Kernel>
