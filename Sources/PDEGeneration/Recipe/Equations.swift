import PDEConfig
import PDESolvers

/// An equation as a recipe names it, with how its coefficients are drawn.
public protocol RecipeEquation: Kind where Family == Equations {
    /// What the rest of a recipe says: the problem of this equation.
    func problem(in recipe: any Decoder) throws -> Problem
}

/// The equations that a recipe can name.
public enum Equations: KindFamily {
    /// A value of any of them.
    public typealias Member = any RecipeEquation
    /// Equations have names.
    public static let key = "name"
    /// One line for each.
    public static let standard: [any Kind.Type] = [
        Semilinear<Burgers>.self,
        Semilinear<KuramotoSivashinsky>.self,
        Semilinear<KortewegDeVries>.self,
        Semilinear<AdvectionDiffusion>.self,
        Semilinear<VorticityTransport>.self,
        Semilinear<FisherKPP>.self,
        Semilinear<AllenCahn>.self,
        Semilinear<SwiftHohenberg>.self,
        Semilinear<GrayScott>.self,
        FlowEquation.self,
        PoissonEquation.self,
        DarcyEquation.self,
        MultiscaleEquation.self,
        LandauEquation.self,
    ]
}
