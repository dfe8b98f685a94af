import PDEConfig
import PDECore

/// The Swift–Hohenberg equation, periodic, in one to three dimensions: patterns of one wavelength.
///
///     u_t = r u − (1 + ∇²)² u + g u² − u³
///
/// - Behaviour: for r > 0 waves near k = 1 grow out of small noise at the rate r − (1 − k²)² and saturate as stripes of amplitude
///   √(4r/3), or, where g is large enough, as hexagons. The functional ∫ ½u((1 + ∇²)² − r)u − ⅓g u³ + ¼u⁴ never grows.
/// - Good values: boxes of some multiples of 2π, 16 points in 2π, steps of 0.1 with ETDRK4.
/// - Signs of failure: the functional grows: the step is too long.
/// - Reference: J. Swift & P. C. Hohenberg, "Hydrodynamic fluctuations at the convective instability", Phys. Rev. A 15 (1977); M. C.
///   Cross & P. C. Hohenberg, Rev. Mod. Phys. 65 (1993).
public struct SwiftHohenberg: NamedEquation {
    /// Its name.
    public static let kind = "swift-hohenberg"
    /// Boxes, or lines.
    public static let dimensions = 1...3
    /// r and g.
    public static let coefficients = [
        Coefficient<Self>("growth", "r", "growth rate of the critical waves", at: \.growth),
        Coefficient("quadratic", "g", "factor of u²", at: \.quadratic),
    ]

    /// r, the distance from the onset of patterns.
    public var growth: Double
    /// g, which breaks the symmetry of u and −u.
    public var quadratic: Double

    /// The equation at a distance r from onset.
    public init(growth: Double, quadratic: Double = 0) { (self.growth, self.quadratic) = (growth, quadratic) }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        growth = try container.decode(.growth, in: -10...10)
        quadratic = try container.decode(.quadratic, in: -10...10, default: 0)
    }

    /// The equation as text.
    public func formula(dimensions: Int) -> String { "u_t = r u − (1 + ∇²)² u + g u² − u³" }

    /// The third harmonic of the critical waves, which −u³ makes, and ten steps in a unit of time or in that of growth.
    public var demands: ResolutionDemands {
        var demands = ResolutionDemands()
        demands.wavenumber = 3
        demands.longestStep = 0.1 / max(1, abs(growth))
        return demands
    }

    /// Products of three.
    public var degree: Int { 3 }

    /// Number of unknown fields in a box of `dimensions` axes.
    public func components(dimensions: Int) -> Int { 1 }

    /// The symbol of the linear part.
    public func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        let detuning = 1 - wavevector.reduce(0) { $0 + $1 * $1 }
        return Complex(growth - detuning * detuning)
    }

    /// The evaluation of g u² − u³.
    public func makeNonlinearTerm<Scalar: Real>(
        in space: SpectralSpace<Scalar>
    ) -> (any NonlinearTerm<Scalar>)? {
        PolynomialReaction(square: quadratic, cube: -1, in: space)
    }
}
