import PDEConfig
import PDECore

/// The viscous Burgers equation, periodic, in one, two or three dimensions:
///
///     u_t + (u·∇)u = ν ∇²u
///
/// In one dimension u is a scalar and the nonlinear term is ∂_x u²/2; in d dimensions u is a vector of d components.
///
/// - Behaviour: waves steepen into fronts of thickness 4ν/Δu (Δu: the jump across the front), which merge and decay. In
///   one dimension max |u| never grows.
/// - Good values: a grid spacing of at most half the front thickness; time steps of CFL 0.5 with ETDRK4.
/// - Signs of failure: wiggles beside a front and a spectrum that does not fall off: the front is thinner than the grid.
/// - Reference: J. M. Burgers (1948); C. Basdevant et al., "Spectral and finite difference solutions of the Burgers
///   equation", Computers & Fluids 14 (1986).
public struct Burgers: NamedEquation {
    /// Its name.
    public static let kind = "burgers"
    /// Boxes, or lines.
    public static let dimensions = 1...3
    /// ν.
    public static let coefficients = [
        Coefficient<Self>("viscosity", "ν", "in units of length times speed", at: \.viscosity)
    ]
    /// Other names of keys.
    public static let keyAliases = ["nu": "viscosity", "diffusivity": "viscosity"]

    /// ν, in units of length × speed; positive.
    public var viscosity: Double

    /// The equation with viscosity ν > 0.
    public init(viscosity: Double) {
        precondition(viscosity > 0, "viscosity: expected more than 0, got \(viscosity)")
        self.viscosity = viscosity
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        viscosity = try decoder.container(keyedBy: CodingKeys.self).decode(.viscosity, in: .magnitude)
    }

    /// The equation as text.
    public func formula(dimensions: Int) -> String {
        dimensions == 1 ? "u_t + u u_x = ν u_xx" : "u_t + (u·∇)u = ν ∇²u"
    }

    /// A scalar on a line, else a velocity.
    public func fields(dimensions: Int) -> [SolutionField] {
        [SolutionField(dimensions == 1 ? "u" : "velocity", symbol: "u", components: dimensions)]
    }

    /// Number of unknown fields in a box of `dimensions` axes.
    public func components(dimensions: Int) -> Int { dimensions }

    /// The symbol of the linear part.
    public func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        Complex(-viscosity * wavevector.reduce(0) { $0 + $1 * $1 })
    }

    /// The evaluation of the nonlinear term.
    public func makeNonlinearTerm<Scalar: Real>(
        in space: SpectralSpace<Scalar>
    ) -> (any NonlinearTerm<Scalar>)? {
        space.grid.dimensions == 1
            ? ConservativeConvection(coefficient: 1, in: space) : VectorConvection(in: space)
    }

    /// Two grid spacings in fronts with a jump of Δu.
    ///
    /// At this spacing the spectrum of the front u = −(Δu/2) tanh(xΔu/4ν) has fallen to e^{−π²·2/3} ≈ 1e-3 of its
    /// start where dealiasing cuts it off.
    public var demands: ResolutionDemands {
        var demands = ResolutionDemands()
        demands.speed = { $0 }
        demands.layer = { [viscosity] jump in
            guard let jump, jump > 0 else { return nil }
            return ThinLayer("fronts", thickness: 4 * viscosity / jump, spacings: 2, by: ("viscosity", power: 1))
        }
        return demands
    }
}
