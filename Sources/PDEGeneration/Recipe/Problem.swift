import PDEConfig

/// What a recipe solves, and how: the part that differs from one family of datasets to another.
///
/// - `SemilinearProblem`: a periodic box and an equation whose stiff part is linear, by pseudo-spectral exponential time differencing.
/// - `FlowProblem`: incompressible flow in a channel or a cavity, past obstacles, on a staggered grid.
/// - `EllipticProblem`: the equations of Poisson and Darcy on cells, by multigrid-preconditioned conjugate gradients.
/// - `MultiscaleProblem`: boundary value problems with given solutions of high and of many frequencies, by Legendre–Galerkin methods.
/// - `LandauProblem`: the spatially homogeneous Landau equation, by Fourier series in velocity and by particles.
/// - A program's own, by `ProblemDefinition`.
public struct Problem: Equatable, Sendable {
    /// What all problems can tell of themselves.
    package let definition: any ProblemDefinition

    /// A problem of a family.
    public init(_ definition: any ProblemDefinition) { self.definition = definition }

    /// The problem as that of a family, `recipe.problem.as(FlowProblem.self)`; nil if it is another's.
    public func `as`<Family>(_ family: Family.Type) -> Family? { definition as? Family }

    /// Whether both are of one family with the same values.
    public static func == (left: Problem, right: Problem) -> Bool {
        func isEqual<P: ProblemDefinition>(_ problem: P) -> Bool { problem == right.definition as? P }
        return isEqual(left.definition)
    }

    /// What there is to know of all its samples.
    public var profile: ProblemProfile { definition.profile }
}
