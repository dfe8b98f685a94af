import PDEConfig
import PDESolvers

/// Landau's kernel A(z) = C|z|^γ (|z|²I − zzᵀ), and how γ is drawn.
///
/// Velocities are in thermal speeds of the equilibrium, so that every sample ends as the same Maxwellian; C sets the unit of
/// time.
public struct LandauEquation: RecipeEquation, Hashable {
    /// Its name.
    public static let kind = "landau"

    /// Axes of velocity space, 2 or 3.
    public let dimensions: Int
    /// γ: 0 for Maxwell molecules, −3 for charged particles.
    public let exponent: Distribution
    /// C.
    public let strength: Double

    /// Landau's equation with an exponent, of Maxwell molecules if left out, and a strength, the literature's if left out.
    public init(dimensions: Int = 2, exponent: Distribution = .fixed(0), strength: Double? = nil) {
        (self.dimensions, self.exponent) = (dimensions, exponent)
        self.strength = strength ?? Self.standardStrength(dimensions: dimensions)
    }

    /// The literature's C, at which the solution of Bobylev, Krook and Wu is usually computed: 1/16 in the plane, 1/24 in
    /// space.
    public static func standardStrength(dimensions: Int) -> Double { dimensions == 2 ? 1.0 / 16 : 1.0 / 24 }

    /// Whether every sample has γ = 0, for which more is known exactly.
    var isMaxwellian: Bool { exponent.range == 0...0 }
}

extension LandauEquation {
    /// The problem of this equation.
    public func problem(in recipe: any Decoder) throws -> Problem { Problem(try LandauProblem(self, from: recipe)) }

    private enum Key: String, CodingKey {
        case dimensions
        /// The kernel by its name, in the place of `gamma`.
        case kernel
        case exponent = "gamma"
        case strength
    }

    /// The kernels that have names.
    private enum Kernel: String, Codable, CaseIterable {
        case maxwell, coulomb

        var exponent: Double { self == .maxwell ? 0 : -3 }
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let dimensions = try container.decode(.dimensions, in: Bounds.between(2, 3), default: 2)
        let kernel = try container.decodeIfPresent(Kernel.self, forKey: .kernel)
        guard kernel == nil || !container.contains(.exponent) else {
            throw ConfigurationError.combination(
                paths: ["kernel", "gamma"], why: "both say which power of the distance the kernel has",
                advice: "leave one of them out: maxwell is a gamma of 0, coulomb one of -3")
        }
        exponent =
            try kernel.map { .fixed($0.exponent) }
            ?? container.decode(.exponent, in: .between(-3, 1), default: .fixed(0))
        self.dimensions = dimensions
        strength = try container.decode(
            .strength, in: Bounds.magnitude, default: Self.standardStrength(dimensions: dimensions))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(dimensions, forKey: .dimensions)
        try container.encode(exponent, forKey: .exponent)
        try container.encode(strength, forKey: .strength)
    }
}
