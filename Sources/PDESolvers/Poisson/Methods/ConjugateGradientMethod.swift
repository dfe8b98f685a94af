import PDEConfig
import PDECore

/// Conjugate gradients with a preconditioner; see `ConjugateGradients`.
public struct ConjugateGradientMethod: PoissonMethod {
    /// Its name.
    public static let kind = "conjugate-gradients"
    /// What else it is called.
    public static let aliases = ["cg", "pcg"]

    /// What stands for A⁻¹.
    @OneOf<PoissonPreconditioners> public var preconditioner: any PoissonPreconditioner

    /// The method, with multigrid if nothing else is given.
    public init(preconditioner: any PoissonPreconditioner = .multigrid) {
        _preconditioner = OneOf(wrappedValue: preconditioner)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.preconditioner, into: &_preconditioner)
    }

    /// See `PoissonMethod`.
    public func summary(_ number: (Double) -> String) -> String {
        "conjugate gradients with \(preconditioner.summary(number))"
    }

    /// What the preconditioner objects.
    public func objection(to system: PoissonOutline) -> String? { preconditioner.objection(to: system) }

    /// See `PoissonMethod`.
    public func makeSolver<Scalar: Real>(
        for system: PoissonSystem<Scalar>, until criterion: StoppingCriterion
    ) -> any PoissonSolver<Scalar> {
        let solver = ConjugateGradients(
            system, preconditioner: preconditioner, tolerance: criterion.tolerance,
            iterationLimit: criterion.iterationLimit)
        solver.goesOn = criterion.goesOn
        return solver
    }
}
