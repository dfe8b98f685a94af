import PDEConfig
import PDECore

/// The Fisher–KPP equation, periodic, in one to three dimensions: a population that spreads and grows until it is full.
///
///     u_t = D ∇²u + r u (1 − u)
///
/// - Behaviour: u = 0 is unstable and u = 1 stable; states between them grow to 1, and fronts run into what is empty at a speed of
///   2√(rD), or faster where they fall off slowly. In a periodic box all ends at 1: steady frames repeat.
/// - Good values: four grid spacings in √(D/r)·8, the width of the slowest front; steps of 0.1/r with ETDRK4.
/// - Signs of failure: u below 0 ahead of a front, from where it runs to −∞: the grid is too coarse.
/// - Reference: R. A. Fisher (1937); A. Kolmogorov, I. Petrovsky & N. Piskunov (1937); exact wave: M. J. Ablowitz & A. Zeppetella,
///   "Explicit solutions of Fisher's equation for a special wave speed", Bull. Math. Biol. 41 (1979).
public struct FisherKPP: NamedEquation {
    /// Its name.
    public static let kind = "fisher-kpp"
    /// What else it is called.
    public static let aliases = ["fisher", "kpp"]
    /// Boxes, or lines.
    public static let dimensions = 1...3
    /// D and r.
    public static let coefficients = [
        Coefficient<Self>("diffusivity", "D", "in units of length times speed", at: \.diffusivity),
        Coefficient("growth", "r", "growth rate in units of speed over length", at: \.growth),
    ]

    /// D, in units of length² / time; positive.
    public var diffusivity: Double
    /// r, in units of 1/time; positive.
    public var growth: Double

    /// The equation with diffusivity D > 0 and growth rate r > 0.
    public init(diffusivity: Double, growth: Double = 1) {
        precondition(diffusivity > 0 && growth > 0, "diffusivity, growth: expected more than 0")
        (self.diffusivity, self.growth) = (diffusivity, growth)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        diffusivity = try container.decode(.diffusivity, in: .magnitude)
        growth = try container.decode(.growth, in: .magnitude, default: 1)
    }

    /// The equation as text.
    public func formula(dimensions: Int) -> String { "u_t = D ∇²u + r u (1 − u)" }

    /// Four grid spacings in the slowest front, and ten steps in the time of growth. Where the front has not come, u = 0 is unstable and
    /// round-off grows as e^{rt}; below zero it would fall without end.
    public var demands: ResolutionDemands {
        var demands = ResolutionDemands()
        let thickness = 8 * (diffusivity / growth).squareRoot()
        demands.layer = { _ in
            ThinLayer("fronts", thickness: thickness, spacings: 4, by: ("diffusivity", power: 0.5))
        }
        demands.longestStep = 0.1 / growth
        demands.growth = (growth, "growth")
        demands.blowUpRemedy =
            "where states have values below 0, from where they fall without end: keep initial states at 0 or above, such as by an "
            + "initial.mean as large as initial.amplitude"
        return demands
    }

    /// Number of unknown fields in a box of `dimensions` axes.
    public func components(dimensions: Int) -> Int { 1 }

    /// The symbol of the linear part.
    public func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        Complex(growth - diffusivity * wavevector.reduce(0) { $0 + $1 * $1 })
    }

    /// The evaluation of −r u².
    public func makeNonlinearTerm<Scalar: Real>(
        in space: SpectralSpace<Scalar>
    ) -> (any NonlinearTerm<Scalar>)? {
        PolynomialReaction(square: -growth, cube: 0, in: space)
    }
}
