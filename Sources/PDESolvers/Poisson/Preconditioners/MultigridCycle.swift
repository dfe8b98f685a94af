import PDECore

/// A multigrid V-cycle in single precision; iterations hardly grow with the cells.
///
/// On cells twice as wide (see `Multigrid`), or on groups of strongly coupled cells as `AlgebraicMultigridCycle`, where the
/// system is one that wide cells do not resolve: cells of unequal sides, solids of a few cells, a coefficient that jumps.
public struct MultigridCycle: PoissonPreconditioner {
    /// Its name.
    public static let kind = "multigrid"
    /// What else it is called.
    public static let aliases = ["mg", "v-cycle"]

    /// The cycle.
    public init() {}

    /// See `PoissonPreconditioner`.
    public func summary(_ number: (Double) -> String) -> String { "multigrid" }

    /// See `PoissonPreconditioner`.
    public func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> {
        MultigridOperator(
            system,
            system.suitsWideCells() ? Multigrid(system, team: team) : AlgebraicMultigrid(system, team: team), team: team
        )
    }
}

extension PoissonPreconditioner where Self == MultigridCycle {
    /// A multigrid V-cycle.
    public static var multigrid: Self { Self() }
}

/// A multigrid cycle with its fields.
final class MultigridOperator<Scalar: Real>: SinglePreconditioner {
    let singleResidual, singleCorrection: AlignedBuffer<Float>
    let isSymmetric = true
    private let system: PoissonSystem<Scalar>
    private let multigrid: any SingleCycle
    private let sweeps: CellSweeps<Scalar>
    private let padding: FieldPadding<Scalar>

    init(_ system: PoissonSystem<Scalar>, _ multigrid: any SingleCycle, team: ThreadTeam) {
        self.system = system
        self.multigrid = multigrid
        sweeps = CellSweeps(system, team: team)
        padding = FieldPadding(system)
        singleResidual = AlignedBuffer(count: system.layout.count)
        singleCorrection = AlignedBuffer(count: system.layout.count)
    }

    func follow(shift: Double) { multigrid.follow(shift: shift) }

    func apply(sums: UnsafeMutablePointer<Double>) {
        multigrid.apply(singleResidual.pointer, into: singleCorrection.pointer, sums: sums)
    }

    func apply(_ residual: Field<Scalar>, into correction: inout Field<Scalar>) {
        padding.load(residual)
        cycle(padding.field.pointer)
        padding.store(padding.field.pointer, into: &correction)
    }

    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    private func cycle(_ r: UnsafeMutablePointer<Scalar>) {
        let copy = SingleCopy<Scalar>(singleResidual, ofSquare: sweeps.dot(r, r), cells: system.grid.count)
        sweeps.narrow(r, into: copy)
        apply(sums: sweeps.sums.pointer)
        for at in 0..<system.layout.count { r[at] = Scalar(singleCorrection.pointer[at]) / copy.scale }
    }

    func clear() {
        singleResidual.clear()
        singleCorrection.clear()
        multigrid.clear()
    }
}

extension LearnedCoarsening {
    /// The cycle on wide cells with what was learned, for conjugate gradients on a system.
    public func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> {
        MultigridOperator(system, Multigrid(system, learned: self, team: team), team: team)
    }
}
