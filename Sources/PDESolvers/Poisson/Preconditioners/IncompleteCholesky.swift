import PDECore

/// Incomplete Cholesky without fill: a third of the iterations that none take, growing likewise. One thread does it.
///
/// Source: J. A. Meijerink & H. A. van der Vorst, Math. Comp. 31 (1977).
public struct IncompleteCholesky: PoissonPreconditioner {
    /// Its name.
    public static let kind = "incomplete-cholesky"
    /// What else it is called.
    public static let aliases = ["ic", "ic0", "cholesky"]

    /// The factorisation without fill.
    public init() {}

    /// See `PoissonPreconditioner`.
    public func summary(_ number: (Double) -> String) -> String { "incomplete Cholesky" }

    /// See `PoissonPreconditioner`.
    public func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> { TriangularPreconditioner(system, overRelaxation: nil) }
}

extension PoissonPreconditioner where Self == IncompleteCholesky {
    /// Incomplete Cholesky without fill.
    public static var incompleteCholesky: Self { Self() }
}
