import PDEConfig
import PDECore
import PDESolvers

/// Which semilinear equation, and how its coefficients are drawn.
public enum EquationRecipe: Hashable, Sendable {
    /// Viscous Burgers in 1, 2 or 3 dimensions.
    case burgers(dimensions: Int, viscosity: Distribution)
    /// Kuramoto–Sivashinsky in 1 dimension.
    case kuramotoSivashinsky
    /// Korteweg–de Vries in 1 dimension.
    case kortewegDeVries
    /// Advection–diffusion with a velocity along the first axis, in 1, 2 or 3 dimensions.
    case advectionDiffusion(dimensions: Int, speed: Distribution, diffusivity: Distribution)
    /// Incompressible flow in 2 dimensions by its vorticity, with Kolmogorov forcing of so many waves; 0 waves force nothing.
    case vorticityTransport(viscosity: Distribution, drag: Distribution, waves: Int, amplitude: Distribution)

    /// The name that a recipe uses.
    public var name: EquationName {
        switch self {
        case .burgers: .burgers
        case .kuramotoSivashinsky: .kuramotoSivashinsky
        case .kortewegDeVries: .kortewegDeVries
        case .advectionDiffusion: .advectionDiffusion
        case .vorticityTransport: .vorticityTransport
        }
    }

    /// Axes of the box.
    public var dimensions: Int {
        switch self {
        case .burgers(let dimensions, _), .advectionDiffusion(let dimensions, _, _): dimensions
        case .kuramotoSivashinsky, .kortewegDeVries: 1
        case .vorticityTransport: 2
        }
    }

    /// Number of unknown fields.
    public var components: Int {
        if case .burgers(let dimensions, _) = self { dimensions } else { 1 }
    }

    /// The name under which the solution is stored.
    public var fieldName: String {
        switch self {
        case .vorticityTransport: "vorticity"
        case .burgers(2..., _): "velocity"
        default: "u"
        }
    }

    /// The equation as text, for the card.
    public var formula: String {
        switch self {
        case .burgers(1, _): "u_t + u u_x = ν u_xx"
        case .burgers: "u_t + (u·∇)u = ν ∇²u"
        case .kuramotoSivashinsky: "u_t + u u_x + u_xx + u_xxxx = 0"
        case .kortewegDeVries: "u_t + 6 u u_x + u_xxx = 0"
        case .advectionDiffusion: "u_t + c u_x = D ∇²u"
        case .vorticityTransport(_, _, 0, _): "ω_t + u·∇ω = ν ∇²ω − μ ω"
        case .vorticityTransport(_, _, let waves, _): "ω_t + u·∇ω = ν ∇²ω − μ ω − k A cos ky, k = 2π·\(waves)/L"
        }
    }

    /// The coefficients that are drawn, in the order in which they are drawn: name, distribution, meaning.
    public var coefficients: [(name: String, distribution: Distribution, summary: String)] {
        switch self {
        case .burgers(_, let viscosity):
            [("viscosity", viscosity, "ν, in units of length times speed")]
        case .kuramotoSivashinsky, .kortewegDeVries: []
        case .advectionDiffusion(_, let speed, let diffusivity):
            [
                ("speed", speed, "c, along the first axis"),
                ("diffusivity", diffusivity, "D, in units of length times speed"),
            ]
        case .vorticityTransport(let viscosity, let drag, let waves, let amplitude):
            [
                ("viscosity", viscosity, "ν, in units of length times speed"),
                ("drag", drag, "μ, linear drag in units of speed over length"),
            ]
                + (waves > 0
                    ? [("forcing", amplitude, "A, the force A sin ky along x, in units of speed² over length")] : [])
        }
    }

    /// The equation with given coefficients.
    public func equation(_ values: [Double]) -> any SemilinearEquation {
        switch self {
        case .burgers: Burgers(viscosity: values[0])
        case .kuramotoSivashinsky: KuramotoSivashinsky()
        case .kortewegDeVries: KortewegDeVries()
        case .advectionDiffusion(let dimensions, _, _):
            AdvectionDiffusion(
                velocity: [values[0]] + Array(repeating: 0, count: dimensions - 1), diffusivity: values[1])
        case .vorticityTransport(_, _, let waves, _):
            VorticityTransport(
                viscosity: values[0], drag: values[1],
                forcing: waves > 0 ? .kolmogorov(waves: waves, amplitude: values[2]) : .none)
        }
    }
}

extension EquationRecipe: Codable {
    private enum Key: String, CodingKey {
        case name, dimensions, viscosity, speed, diffusivity, drag, forcingWaves, forcing
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(EquationName.self, forKey: .name) {
        case .burgers:
            self = .burgers(
                dimensions: try container.decode(.dimensions, in: Bounds.between(1, 3), default: 1),
                viscosity: try container.decode(.viscosity, in: .magnitude))
        case .kuramotoSivashinsky: self = .kuramotoSivashinsky
        case .kortewegDeVries: self = .kortewegDeVries
        case .advectionDiffusion:
            self = .advectionDiffusion(
                dimensions: try container.decode(.dimensions, in: Bounds.between(1, 3), default: 1),
                speed: try container.decode(.speed, in: .between(-1e6, 1e6), default: .fixed(1)),
                diffusivity: try container.decode(.diffusivity, in: .magnitudeOrZero, default: .fixed(0)))
        case .vorticityTransport:
            self = .vorticityTransport(
                viscosity: try container.decode(.viscosity, in: .magnitude),
                drag: try container.decode(.drag, in: .magnitudeOrZero, default: .fixed(0)),
                waves: try container.decode(.forcingWaves, in: Bounds.between(0, 1000), default: 0),
                amplitude: try container.decode(.forcing, in: .between(-1e6, 1e6), default: .fixed(1)))
        case let other:
            throw ConfigurationError.unknownChoice(
                path: "name", found: other.rawValue, allowed: EquationName.semilinear.map(\.rawValue))
        }
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .name)
        switch self {
        case .burgers(let dimensions, let viscosity):
            try container.encode(dimensions, forKey: .dimensions)
            try container.encode(viscosity, forKey: .viscosity)
        case .kuramotoSivashinsky, .kortewegDeVries: break
        case .advectionDiffusion(let dimensions, let speed, let diffusivity):
            try container.encode(dimensions, forKey: .dimensions)
            try container.encode(speed, forKey: .speed)
            try container.encode(diffusivity, forKey: .diffusivity)
        case .vorticityTransport(let viscosity, let drag, let waves, let amplitude):
            try container.encode(viscosity, forKey: .viscosity)
            try container.encode(drag, forKey: .drag)
            try container.encode(waves, forKey: .forcingWaves)
            try container.encode(amplitude, forKey: .forcing)
        }
    }
}
