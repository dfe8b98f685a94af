import Glibc

/// A kernel σ² φ(z/ℓ) of a variance σ² and a length scale ℓ; its parameters are log σ² and log ℓ.
public protocol ScaledKernel: StationaryKernel {
    /// σ² and ℓ, both more than 0.
    var variance: Double { get set }
    /// ℓ.
    var lengthScale: Double { get set }

    /// The kernel of a variance and a length scale.
    init(variance: Double, lengthScale: Double)

    /// φ with its derivatives; φ(0) = 1.
    static func profile(at t: Double) -> KernelDerivatives
    /// The spectral density of φ.
    static func profileDensity(at frequency: Double) -> Double
    /// ω S′(ω)/S(ω) of that density.
    static func profileDensitySlope(at frequency: Double) -> Double
    /// The frequency beyond which the density leaves next to nothing: less than 1e-9 of φ(0), of heavy tails 1e-6.
    static var profileBandwidth: Double { get }
    /// The distance beyond which φ is less than 1e-9.
    static var profileReach: Double { get }
}

extension ScaledKernel {
    /// log σ², log ℓ.
    public var parameters: [Double] {
        get { [log(variance), log(lengthScale)] }
        set { (variance, lengthScale) = (exp(newValue[0]), exp(newValue[1])) }
    }

    /// See `StationaryKernel`.
    public func derivatives(at z: Double) -> KernelDerivatives {
        let profile = Self.profile(at: z / lengthScale)
        var factor = variance
        return KernelDerivatives { n in
            defer { factor /= lengthScale }
            return factor * profile[n]
        }
    }

    /// See `StationaryKernel`.
    public func gradients(at z: Double) -> [KernelDerivatives] {
        let k = derivatives(at: z)
        return [k, -1 * k.stretched(at: z)]
    }

    /// See `StationaryKernel`.
    public func spectralDensity(at frequency: Double) -> Double? {
        variance * lengthScale * Self.profileDensity(at: lengthScale * frequency)
    }
}

/// The derivatives by t of p(|t|) e^{−a|t|} where p is a polynomial of degree two at most, given with its derivatives at a|t|.
func exponentialProfile(
    _ t: Double, rate a: Double, _ polynomial: (_ s: Double) -> (value: Double, first: Double, second: Double)
) -> KernelDerivatives {
    let s = a * abs(t)
    let (p, decay) = (polynomial(s), exp(-s))
    var factor = decay
    return KernelDerivatives { n in
        defer { factor *= t < 0 ? a : -a }
        return factor * (p.value - Double(n) * p.first + Double(n * (n - 1)) / 2 * p.second)
    }
}
