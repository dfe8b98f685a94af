import PDEConfig
import PDESolvers

/// Darcy's equation −∇·(a∇u) = f on a box of height 1, with zeros given on its sides.
///
/// In a recipe: `{"name": "darcy", "permeability": {"kind": "binary", "low": 3, "high": 12}}`.
public struct DarcyEquation: EllipticEquation {
    /// Its name.
    public static let kind = "darcy"

    /// 2 or 3.
    public var dimensions: Int
    /// What holds on the sides of the box.
    public var sides: EllipticSides
    /// What holds on the surface of solids.
    public var solid: PoissonSide
    /// How a is drawn.
    @OneOf<Permeabilities> public var medium: any Permeability

    private enum CodingKeys: String, CodingKey {
        case dimensions, sides, solid
        case medium = "permeability"
    }

    /// The equation with a permeability, the benchmark's if none is given.
    public init(
        dimensions: Int = 2, sides: EllipticSides = .value, solid: PoissonSide = .flux,
        permeability: any Permeability = BinaryMedium()
    ) {
        (self.dimensions, self.sides, self.solid) = (dimensions, sides, solid)
        medium = permeability
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.dimensions, into: &dimensions, in: 2...3)
        try container.decode(.sides, into: &sides)
        try container.decode(.solid, into: &solid)
        try container.decode(.medium, into: &_medium)
    }

    /// How a is drawn.
    public var permeability: (any Permeability)? { medium }
    /// The field that is solved for.
    public var solutionName: String { "pressure" }
    /// The equation as text.
    public var formula: String { "−∇·(a∇u) = f" }
}
