import PDEConfig
import PDECore

/// The Allen–Cahn equation, periodic, in one to three dimensions: two phases, u = 1 and u = −1, that separate and coarsen.
///
///     u_t = D ∇²u + u − u³
///
/// - Behaviour: within a few units of time u is near ±1 but for interfaces tanh(x/√(2D)), which then move by their curvature: a circle
///   shrinks as R² = R₀² − 2Dt, a sphere as R² = R₀² − 4Dt. On a line interfaces stand still but for exponentially small forces.
///   ∫ (½ D|∇u|² + ¼ (1 − u²)²) never grows.
/// - Good values: six grid spacings in an interface of 2√(2D); steps of 0.1 with ETDRK4.
/// - Signs of failure: interfaces of two or three points, which stick to the grid.
/// - Reference: S. M. Allen & J. W. Cahn, "A microscopic theory for antiphase boundary motion and its application to antiphase domain
///   coarsening", Acta Metall. 27 (1979).
public struct AllenCahn: NamedEquation {
    /// Its name.
    public static let kind = "allen-cahn"
    /// What else it is called.
    public static let aliases = ["real-ginzburg-landau"]
    /// Boxes, or lines.
    public static let dimensions = 1...3
    /// D.
    public static let coefficients = [
        Coefficient<Self>("diffusivity", "D", "in units of length times speed", at: \.diffusivity)
    ]

    /// D, the square of the interfaces' scale; positive.
    public var diffusivity: Double

    /// The equation with diffusivity D > 0.
    public init(diffusivity: Double) {
        precondition(diffusivity > 0, "diffusivity: expected more than 0, got \(diffusivity)")
        self.diffusivity = diffusivity
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        diffusivity = try decoder.container(keyedBy: CodingKeys.self).decode(.diffusivity, in: .magnitude)
    }

    /// The equation as text.
    public func formula(dimensions: Int) -> String { "u_t = D ∇²u + u − u³" }

    /// Six grid spacings in an interface, and ten steps in a unit of time.
    public var demands: ResolutionDemands {
        var demands = ResolutionDemands()
        let thickness = 2 * (2 * diffusivity).squareRoot()
        demands.layer = { _ in
            ThinLayer("interfaces", thickness: thickness, spacings: 6, by: ("diffusivity", power: 0.5))
        }
        demands.longestStep = 0.1
        return demands
    }

    /// Products of three.
    public var degree: Int { 3 }

    /// Number of unknown fields in a box of `dimensions` axes.
    public func components(dimensions: Int) -> Int { 1 }

    /// The symbol of the linear part.
    public func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        Complex(1 - diffusivity * wavevector.reduce(0) { $0 + $1 * $1 })
    }

    /// The evaluation of −u³.
    public func makeNonlinearTerm<Scalar: Real>(
        in space: SpectralSpace<Scalar>
    ) -> (any NonlinearTerm<Scalar>)? {
        PolynomialReaction(square: 0, cube: -1, in: space)
    }
}
