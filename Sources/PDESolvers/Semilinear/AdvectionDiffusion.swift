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
    /// Other names of keys.
    public static let keyAliases = ["velocity": "direction"]
    /// Boxes, or lines.
    public static let dimensions = 1...3
    /// The speed and D.
    public static let coefficients = [
        Coefficient<Self>("speed", "c", "along the first axis", at: \.speed),
        Coefficient("diffusivity", "D", "in units of length times speed", at: \.diffusivity),
    ]

    /// |c|, or −|c| against `direction`.
    public var speed: Double
    /// D ≥ 0.
    public var diffusivity: Double
    /// Where c points, one component an axis, of any length; axes beyond have 0.
    public let direction: [Double]

    private enum CodingKeys: String, CodingKey { case speed, direction, diffusivity }

    /// The equation with velocity c, one component an axis, and diffusivity D ≥ 0.
    public init(velocity: [Double], diffusivity: Double) {
        precondition(diffusivity >= 0, "diffusivity: expected 0 or more, got \(diffusivity)")
        let norm = Self.norm(velocity)
        (speed, direction, self.diffusivity) = (norm, norm > 0 ? velocity : [1], diffusivity)
    }

    private static func norm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// Where c points, with length 1.
    private var unit: [Double] { direction.map { $0 / Self.norm(direction) } }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        speed = try container.decode(.speed, in: .signedMagnitude, default: 1)
        diffusivity = try container.decode(.diffusivity, in: .magnitudeOrZero, default: 0)
        direction = try container.decode(.direction, default: [1])
        guard (1...3).contains(direction.count), direction.allSatisfy({ abs($0) <= 1e6 }), Self.norm(direction) > 1e-6
        else {
            throw ConfigurationError.invalid(
                path: "direction", found: "\(direction)",
                allowed: "one to three numbers, one an axis, of at most 1e6 and not all 0")
        }
    }

    /// Encodes with every default filled in; equations from before there was a choice say nothing of the direction.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(speed, forKey: .speed)
        if direction != [1] { try container.encode(direction, forKey: .direction) }
        try container.encode(diffusivity, forKey: .diffusivity)
    }

    /// As many components as axes at most.
    public func check(dimensions: Int) throws(ConfigurationError) {
        guard direction.count > dimensions else { return }
        throw .invalid(
            path: "direction", found: "\(direction)",
            allowed: dimensions == 1
                ? "one number on a line" : "at most \(dimensions) numbers in \(dimensions) dimensions")
    }

    /// The equation as text.
    public func formula(dimensions: Int) -> String {
        if direction == [1] { return "u_t + c u_x = D ∇²u" }
        let parts = unit.map { "\(($0 * 1e4).rounded() / 1e4)" }
        return "u_t + c n·∇u = D ∇²u, n = (\(parts.joined(separator: ", ")))"
    }

    /// Number of unknown fields in a box of `dimensions` axes.
    public func components(dimensions: Int) -> Int {
        precondition(
            dimensions >= direction.count, "velocity: expected \(dimensions) components, got \(direction.count)")
        return 1
    }

    /// The symbol of the linear part.
    public func linearSymbol(_ wavevector: [Double], component: Int) -> Complex<Double> {
        let square = wavevector.reduce(0) { $0 + $1 * $1 }
        let factor = speed / Self.norm(direction)
        let phase = zip(direction, wavevector).reduce(0) { $0 + factor * $1.0 * $1.1 }
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
