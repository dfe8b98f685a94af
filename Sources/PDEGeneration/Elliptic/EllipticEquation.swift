import PDEConfig
import PDESolvers

/// Poisson's equation −∇²u = f or Darcy's −∇·(a∇u) = f on a box of height 1, with zeros given on its sides.
///
/// In a recipe: `{"name": "poisson", "dimensions": 2, "sides": "random", "solid": "flux"}` or
/// `{"name": "darcy", "permeability": {"kind": "binary", "low": 3, "high": 12}}`.
public struct EllipticEquation: Hashable, Sendable {
    /// What holds on the sides of the box.
    public enum Sides: String, Codable, CaseIterable, Sendable {
        /// u = 0 on all of them.
        case value
        /// No flux through any: u is fixed up to a constant, has zero mean, and the mean is taken out of the source.
        case flux
        /// One of the two on each side, drawn for every sample; drawn again where the source is constant and no value is given.
        case random
    }

    /// 2 or 3.
    public let dimensions: Int
    /// What holds on the sides of the box.
    public let sides: Sides
    /// What holds on the surface of solids.
    public let solid: PoissonSide
    /// a; nil for Poisson's equation, where it is 1.
    public let permeability: Permeability?

    /// The field that is solved for.
    var solutionName: String { permeability == nil ? "solution" : "pressure" }
    /// The equation as text.
    var formula: String { permeability == nil ? "−∇²u = f" : "−∇·(a∇u) = f" }
}

extension EllipticEquation: Codable {
    private enum Key: String, CodingKey { case name, dimensions, sides, solid, permeability }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let name = try container.decode(EquationName.self, forKey: .name)
        guard name == .poisson || name == .darcy else {
            throw ConfigurationError.unknownChoice(
                path: "name", found: name.rawValue,
                allowed: [EquationName.poisson.rawValue, EquationName.darcy.rawValue])
        }
        dimensions = try container.decode(.dimensions, in: Bounds.between(2, 3), default: 2)
        sides = try container.decode(.sides, default: .value)
        solid = try container.decode(.solid, default: .flux)
        permeability = name == .darcy ? try container.decode(.permeability, default: .benchmark) : nil
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(permeability == nil ? EquationName.poisson : .darcy, forKey: .name)
        try container.encode(dimensions, forKey: .dimensions)
        try container.encode(sides, forKey: .sides)
        try container.encode(solid, forKey: .solid)
        try container.encodeIfPresent(permeability, forKey: .permeability)
    }
}
