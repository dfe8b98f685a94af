import PDEConfig
import PDECore

/// Advection with a constant velocity and diffusion, periodic, in one to three dimensions:
///
///     u_t + c·∇u = D ∇²u
///
/// Linear, so every mode is advanced exactly whatever the time step.
///
/// - Reference solution: u(x, t) = e^{−D|k|²t} cos(k·(x − ct)).
public struct AdvectionDiffusion: NamedEquation {
    /// Its name.
    public static let kind = "advection-diffusion"
    /// What else it is called.
    public static let aliases = ["advection", "diffusion", "heat"]
    /// Boxes, or lines.
    public static let dimensions = 1...3
    /// The speed and D.
    public static let coefficients = [
        Coefficient<Self>("speed", "c", "along the first axis", at: \.speed),
        Coefficient("diffusivity", "D", "in units of length times speed", at: \.diffusivity),
    ]

    /// The factor of `direction` in c.
    public var speed: Double
    /// D ≥ 0.
    public var diffusivity: Double
    /// c at a speed of 1, one component an axis; axes beyond have 0.
    private let direction: [Double]

    private enum CodingKeys: String, CodingKey { case speed, diffusivity }

    /// The equation with velocity c, one component an axis, and diffusivity D ≥ 0.
    public init(velocity: [Double], diffusivity: Double) {
        precondition(diffusivity >= 0, "diffusivity: expected 0 or more, got \(diffusivity)")
        (speed, direction, self.diffusivity) = (1, velocity, diffusivity)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        speed = try container.decode(.speed, in: .signedMagnitude, default: 1)
        diffusivity = try container.decode(.diffusivity, in: .magnitudeOrZero, default: 0)
        direction = [1]
    }

    /// The equation as text.
    public func formula(dimensions: Int) -> String { "u_t + c u_x = D ∇²u" }

    /// Number of unknown fields in a box of `dimensions` axes.
    public func components(dimensions: Int) -> Int {
        precondition(
            dimensions >= direction.count, "velocity: expected \(dimensions) components, got \(direction.count)")
        return 1
    }

    /// The symbol of the linear part.
    public func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        let square = wavevector.reduce(0) { $0 + $1 * $1 }
        let phase = zip(direction, wavevector).reduce(0) { $0 + speed * $1.0 * $1.1 }
        return Complex(-diffusivity * square, -phase)
    }

    /// Everything is carried at one speed.
    public var demands: ResolutionDemands {
        var demands = ResolutionDemands()
        demands.speed = { [speed] _ in abs(speed) }
        return demands
    }

    /// There is no nonlinear term.
    public func makeNonlinearTerm<Scalar: Real>(
        in space: SpectralSpace<Scalar>
    ) -> (any NonlinearTerm<Scalar>)? { nil }
}
