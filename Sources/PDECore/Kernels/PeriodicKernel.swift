import Glibc

/// σ² exp(−2 sin²(πz/p)/ℓ²): processes of period p; ℓ is in radians of the period over π (C. E. Rasmussen & C. K. I.
/// Williams, "Gaussian Processes for Machine Learning", 2006, eq. 4.31).
public struct PeriodicKernel: StationaryKernel, Equatable {
    /// σ², ℓ and p, all more than 0.
    public var variance, lengthScale, period: Double
    /// Any order.
    public var smoothness: Int { .max }

    /// A kernel.
    public init(variance: Double = 1, lengthScale: Double, period: Double) {
        (self.variance, self.lengthScale, self.period) = (variance, lengthScale, period)
    }

    /// log σ², log ℓ, log p.
    public var parameters: [Double] {
        get { [log(variance), log(lengthScale), log(period)] }
        set { (variance, lengthScale, period) = (exp(newValue[0]), exp(newValue[1]), exp(newValue[2])) }
    }

    /// (cos ωz − 1)/ℓ² with ω = 2π/p.
    private func exponent(at z: Double) -> KernelDerivatives {
        let frequency = 2 * Double.pi / period
        var exponent = 1 / (lengthScale * lengthScale) * cosineDerivatives(frequency, z)
        let half = sin(frequency * z / 2)
        exponent[0] = -2 * half * half / (lengthScale * lengthScale)
        return exponent
    }

    /// See `StationaryKernel`.
    public func derivatives(at z: Double) -> KernelDerivatives {
        let g = exponent(at: z)
        var k = KernelDerivatives()
        k[0] = variance * exp(g[0])
        // k′ = g′ k, differentiated n times.
        for n in 0..<KernelDerivatives.highest {
            k[n + 1] = (0...n).reduce(0) { $0 + KernelDerivatives.binomials[n][$1] * g[$1 + 1] * k[n - $1] }
        }
        return k
    }

    /// See `StationaryKernel`.
    public func gradients(at z: Double) -> [KernelDerivatives] {
        let k = derivatives(at: z)
        return [k, -2 * (exponent(at: z) * k), -1 * k.stretched(at: z)]
    }

    /// A sum of lines.
    public func spectralDensity(at frequency: Double) -> Double? { nil }
}

/// cos ωz and its derivatives.
func cosineDerivatives(_ frequency: Double, _ z: Double) -> KernelDerivatives {
    let (sine, cosine) = (sin(frequency * z), cos(frequency * z))
    let cycle = [cosine, -sine, -cosine, sine]
    var power = 1.0
    return KernelDerivatives { n in
        defer { power *= frequency }
        return power * cycle[n % 4]
    }
}
