import PDEConfig
import PDESolvers

/// An elliptic equation on a box of height 1, with zeros given on its sides.
public protocol EllipticEquation: RecipeEquation {
    /// 2 or 3.
    var dimensions: Int { get }
    /// What holds on the sides of the box.
    var sides: EllipticSides { get }
    /// What holds on the surface of solids.
    var solid: PoissonSide { get }
    /// a; nil for Poisson's equation, where it is 1.
    var permeability: (any Permeability)? { get }
    /// The field that is solved for.
    var solutionName: String { get }
    /// The equation as text.
    var formula: String { get }
}

extension EllipticEquation {
    /// The problem of this equation.
    public func problem(in recipe: any Decoder) throws -> Problem { Problem(try EllipticProblem(self, from: recipe)) }
}

/// What holds on the sides of the box of an elliptic equation.
public enum EllipticSides: String, Codable, CaseIterable, Sendable {
    /// u = 0 on all of them.
    case value
    /// No flux through any: u is fixed up to a constant, has zero mean, and the mean is taken out of the source.
    case flux
    /// One of the two on each side, drawn for every sample; drawn again where the source is constant and no value is given.
    case random
}
