import PDEConfig
import PDESolvers

/// Poisson's equation −∇²u = f on a box of height 1, with zeros given on its sides.
///
/// In a recipe: `{"name": "poisson", "dimensions": 2, "sides": "random", "solid": "flux"}`.
public struct PoissonEquation: EllipticEquation {
    /// Its name.
    public static let kind = "poisson"

    /// 2 or 3.
    public var dimensions: Int
    /// What holds on the sides of the box.
    public var sides: EllipticSides
    /// What holds on the surface of solids.
    public var solid: PoissonSide

    /// The equation in so many dimensions.
    public init(dimensions: Int = 2, sides: EllipticSides = .value, solid: PoissonSide = .flux) {
        (self.dimensions, self.sides, self.solid) = (dimensions, sides, solid)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.dimensions, into: &dimensions, in: 2...3)
        try container.decode(.sides, into: &sides)
        try container.decode(.solid, into: &solid)
    }

    /// a = 1.
    public var permeability: (any Permeability)? { nil }
    /// The field that is solved for.
    public var solutionName: String { "solution" }
    /// The equation as text.
    public var formula: String { "−∇²u = f" }
}
