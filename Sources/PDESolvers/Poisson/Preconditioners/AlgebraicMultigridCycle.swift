import PDECore

/// A multigrid V-cycle in single precision on groups of strongly coupled cells; iterations hardly depend on the coefficient, the
/// shape of cells or solids. See `AlgebraicMultigrid` for the method; `MultigridCycle` chooses it by itself.
public struct AlgebraicMultigridCycle: PoissonPreconditioner {
    /// Its name.
    public static let kind = "algebraic-multigrid"
    /// What else it is called.
    public static let aliases = ["amg", "smoothed-aggregation"]

    /// The cycle.
    public init() {}

    /// See `PoissonPreconditioner`.
    public func summary(_ number: (Double) -> String) -> String { "algebraic multigrid" }

    /// See `PoissonPreconditioner`.
    public func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> {
        MultigridOperator(system, AlgebraicMultigrid(system, team: team), team: team)
    }
}

extension PoissonPreconditioner where Self == AlgebraicMultigridCycle {
    /// A multigrid V-cycle on groups of strongly coupled cells.
    public static var algebraicMultigrid: Self { Self() }
}
