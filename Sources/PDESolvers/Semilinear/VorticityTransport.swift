import PDEConfig
import PDECore

/// The two-dimensional incompressible Navier–Stokes equations in vorticity form, on a periodic box:
///
///     ω_t + u·∇ω = ν ∇²ω − μω + f(x, y),   (u, v) = (∂_y ψ, −∂_x ψ),   ∇²ψ = −ω
///
/// with ω = ∂_x v − ∂_y u. The grid's first axis is x, its second y. All quantities are non-dimensional and the mean flow
/// is zero. The mean of ω, which is zero for any velocity that is periodic, carries no velocity and only decays with μ.
///
/// - Scheme: pseudo-spectral with full dealiasing, four transforms an evaluation (see `VorticityConvection`), any
///   `ExponentialRungeKutta`. Diffusion, drag and a constant forcing are exact for any step. The nonlinear term
///   conserves energy ½⟨u² + v²⟩ and enstrophy ½⟨ω²⟩ in continuous time; a step of order p loses O(h^p) of them.
/// - Behaviour: without forcing, vortices of one sign merge and energy moves to long waves while enstrophy moves to short
///   ones and is lost there; vorticity never exceeds its first extremes. Kolmogorov forcing keeps the laminar profile
///   u = A/(νk² + μ) sin ky, which long waves along x destroy beyond a Reynolds number U/(νk) of √2 (μ = 0, long box).
/// - Stability limit: h·(max |u| + max |v|)/Δx of at most about 0.9 with ETDRK4 and 0.3 with ETDRK2.
/// - Good values: CFL 0.5 with ETDRK4; a grid whose cutoff times (ν³/χ)^{1/6} is at least 2, χ being the rate at which
///   viscosity takes enstrophy (at 1.2 the highest tenth of the waves holds 0.4 % of it, at 2.5 1e-4). Kolmogorov flow in
///   a box of side 2π with 4 waves, A = 1, μ = 0.1 and ν = 1e-3 has speeds of 4 to 8 and asks for 256² points.
/// - Signs of failure: vorticity spotted at the grid's scale and a spectrum that does not fall off towards the cutoff:
///   ν is too small for the grid; an enstrophy budget that does not close: the step is too long.
/// - Budget: what `EnergyBudget` calls energy is the enstrophy ½⟨ω²⟩ here. Its `dissipation` is ν⟨|∇ω|²⟩ + μ⟨ω²⟩,
///   `production` is zero, and `nonlinearRate` is ⟨ωf⟩, what the forcing puts in: convection adds only round-off.
/// - Reference: C. Basdevant, "Technical improvements for direct numerical simulation of homogeneous three-dimensional
///   turbulence", J. Comput. Phys. 50 (1983); L. D. Meshalkin & Ya. G. Sinai, J. Appl. Math. Mech. 25 (1961); D. Kochkov et
///   al., "Machine learning–accelerated computational fluid dynamics", PNAS 118 (2021), for the values of the forced flow.
public struct VorticityTransport: NamedEquation {
    /// Its name.
    public static let kind = "vorticity-transport"
    /// What else it is called.
    public static let aliases = ["vorticity", "kolmogorov"]
    /// Planes.
    public static let dimensions = 2...2
    /// ν, μ and, where something is forced, A.
    public static let coefficients = [
        Coefficient<Self>("viscosity", "ν", "in units of length times speed", at: \.viscosity),
        Coefficient("drag", "μ", "linear drag in units of speed over length", at: \.drag),
        Coefficient("forcing", "A", at: \.amplitude, where: { $0.forcing != .none }) {
            $0.modes.isEmpty
                ? "the force A sin ky along x, in units of speed² over length"
                : "the factor of the forced modes of vorticity, in units of speed² over length²"
        },
    ]
    /// Other names of keys.
    public static let keyAliases = [
        "nu": "viscosity", "mu": "drag", "friction": "drag", "waves": "forcingWaves", "modes": "forcingModes",
    ]

    /// f, constant in time.
    public enum Forcing: Hashable, Sendable {
        /// f = 0.
        case none
        /// The curl of the body force A sin(ky) along x: f = −kA cos(ky) with k = 2π·waves/L_y, y being the coordinate
        /// of the grid's second axis and A the amplitude, an acceleration.
        case kolmogorov(waves: Int, amplitude: Double)
        /// A Σ a cos(k·x + φ) over modes: a source of vorticity, so that A is in units of speed² over length².
        case modes([PeriodicMode], amplitude: Double)
    }

    /// ν, in units of length × speed; positive.
    public var viscosity: Double
    /// μ, the rate at which the linear drag slows all motion, in units of 1/time; zero or more.
    public var drag: Double
    /// The waves of a Kolmogorov forcing; 0 force nothing.
    private var waves = 0
    /// The modes of a forcing by modes.
    private var modes: [PeriodicMode] = []
    /// The A of either.
    private var amplitude = 1.0

    private enum CodingKeys: String, CodingKey {
        case viscosity, drag
        case waves = "forcingWaves"
        case modes = "forcingModes"
        case amplitude = "forcing"
    }

    /// The equation with viscosity ν > 0 and drag μ ≥ 0; a Kolmogorov forcing needs at least one wave, one by modes wavevectors of
    /// two numbers that are not both 0.
    public init(viscosity: Double, drag: Double = 0, forcing: Forcing = .none) {
        precondition(viscosity > 0, "viscosity: expected more than 0, got \(viscosity)")
        precondition(drag >= 0, "drag: expected at least 0, got \(drag)")
        self.viscosity = viscosity
        self.drag = drag
        if case .kolmogorov(let waves, let amplitude) = forcing {
            precondition(waves >= 1, "forcing: expected at least 1 wave, got \(waves)")
            (self.waves, self.amplitude) = (waves, amplitude)
        }
        if case .modes(let modes, let amplitude) = forcing {
            precondition(
                modes.allSatisfy { $0.wave.count == 2 && $0.wave != [0, 0] },
                "modes: expected waves along x and y, got \(modes)")
            (self.modes, self.amplitude) = (modes, amplitude)
        }
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        viscosity = try container.decode(.viscosity, in: .magnitude)
        drag = try container.decode(.drag, in: .magnitudeOrZero, default: 0)
        waves = try container.decode(.waves, in: 0...1000, default: 0)
        modes = try container.decode(.modes, default: [])
        if waves > 0, !modes.isEmpty {
            throw ConfigurationError.combination(
                paths: ["forcingWaves", "forcingModes"], why: "a flow is forced by one of them", advice: "leave one out"
            )
        }
        for (place, mode) in modes.enumerated() where mode.wave == [0, 0] {
            throw ConfigurationError.invalid(
                path: "forcingModes.\(place).wave", found: "[0, 0]",
                allowed: "a wave: the mean of the vorticity is no flow")
        }
        amplitude = try container.decode(.amplitude, in: .signedMagnitude, default: 1)
    }

    /// Encodes with every default filled in; equations from before there was a choice say nothing of modes.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(viscosity, forKey: .viscosity)
        try container.encode(drag, forKey: .drag)
        try container.encode(waves, forKey: .waves)
        if !modes.isEmpty { try container.encode(modes, forKey: .modes) }
        try container.encode(amplitude, forKey: .amplitude)
    }

    /// Wavevectors of two numbers.
    public func check(dimensions: Int) throws(ConfigurationError) { try modes.check(dimensions, path: "forcingModes") }

    /// f.
    public var forcing: Forcing {
        if waves > 0 { return .kolmogorov(waves: waves, amplitude: amplitude) }
        return modes.isEmpty ? .none : .modes(modes, amplitude: amplitude)
    }

    /// The equation as text.
    public func formula(dimensions: Int) -> String {
        let force = waves > 0 ? " − k A cos ky, k = 2π·\(waves)/L" : modes.isEmpty ? "" : " + A Σ a cos(k·x + φ)"
        return "ω_t + u·∇ω = ν ∇²ω − μ ω" + force
    }

    /// ω.
    public func fields(dimensions: Int) -> [SolutionField] { [SolutionField("vorticity", symbol: "ω")] }

    /// The forced waves.
    public var demands: ResolutionDemands {
        var demands = ResolutionDemands()
        demands.forced =
            modes.isEmpty
            ? ([0, waves], CodingKeys.waves.rawValue)
            : ((0..<2).map { axis in modes.map { abs($0.wave[axis]) }.max()! }, CodingKeys.modes.rawValue)
        return demands
    }

    /// Number of unknown fields in a box of `dimensions` axes, which must be 2.
    public func components(dimensions: Int) -> Int {
        precondition(dimensions == 2, "dimensions: expected 2, got \(dimensions)")
        return 1
    }

    /// The symbol of the linear part.
    public func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        Complex(-viscosity * wavevector.reduce(0) { $0 + $1 * $1 } - drag)
    }

    /// The evaluation of the nonlinear term and of the forcing. Forced waves must survive dealiasing on the grid.
    public func makeNonlinearTerm<Scalar: Real>(
        in space: SpectralSpace<Scalar>
    ) -> (any NonlinearTerm<Scalar>)? {
        VorticityConvection(forcing: forcing, in: space)
    }
}
