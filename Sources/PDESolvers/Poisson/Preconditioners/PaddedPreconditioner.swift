import PDECore

/// A preconditioner that works in the padded memory of the iteration, without copies.
protocol PaddedPreconditioner<Scalar>: PreconditionerOperator {
    /// Where fields of its public form are padded.
    var padding: FieldPadding<Scalar> { get }

    /// Mr; valid until the next call, and r itself where M is the identity.
    func correction(of residual: UnsafePointer<Scalar>) -> UnsafePointer<Scalar>
}

extension PaddedPreconditioner {
    /// See `PreconditionerOperator`.
    public func apply(_ residual: Field<Scalar>, into correction: inout Field<Scalar>) {
        padding.load(residual)
        padding.store(self.correction(of: padding.field.pointer), into: &correction)
    }
}

/// A preconditioner in single precision that works in the padded memory of the iteration.
protocol SinglePreconditioner<Scalar>: PreconditionerOperator {
    /// r, about 1 in size, and Mr.
    var singleResidual: AlignedBuffer<Float> { get }
    var singleCorrection: AlignedBuffer<Float> { get }

    /// Writes Mr.
    ///
    /// - Parameter sums: where each plane's r·Mr goes.
    func apply(sums: UnsafeMutablePointer<Double>)
}

/// Lets the iteration use a preconditioner on fields.
final class FieldPreconditioner<Scalar: Real>: PaddedPreconditioner {
    let padding: FieldPadding<Scalar>
    private let base: any PreconditionerOperator<Scalar>
    private var residual, result: Field<Scalar>

    init(_ base: any PreconditionerOperator<Scalar>, for system: PoissonSystem<Scalar>) {
        self.base = base
        padding = FieldPadding(system)
        residual = Field(on: system.grid)
        result = Field(on: system.grid)
    }

    var isSymmetric: Bool { base.isSymmetric }
    func follow(shift: Double) { base.follow(shift: shift) }
    func clear() { base.clear() }

    func correction(of padded: UnsafePointer<Scalar>) -> UnsafePointer<Scalar> {
        padding.store(padded, into: &residual)
        base.apply(residual, into: &result)
        precondition(
            result.grid == residual.grid && result.components == 1,
            "correction: expected one component on the system's grid, got \(result.components) on \(result.grid)")
        padding.load(result)
        return UnsafePointer(padding.field.pointer)
    }
}

/// A field in padded memory, 0 outside fluid cells.
final class FieldPadding<Scalar: Real> {
    private let system: PoissonSystem<Scalar>
    private let sweeps: CellSweeps<Scalar>
    /// Made when it is first needed.
    private(set) lazy var field = AlignedBuffer<Scalar>(count: system.layout.count)

    init(_ system: PoissonSystem<Scalar>) {
        self.system = system
        sweeps = CellSweeps(system, team: ThreadTeam(threads: 1))
    }

    /// Takes a field on the system's grid.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func load(_ values: Field<Scalar>) {
        precondition(
            values.grid == system.grid && values.components == 1,
            "residual: expected one component on the system's grid, got \(values.components) on \(values.grid)")
        values.values.withUnsafePointer { sweeps.load($0, into: field.pointer, mask: system.mask) }
    }

    /// Gives the cells of padded memory.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func store(_ padded: UnsafePointer<Scalar>, into values: inout Field<Scalar>) {
        values.values.withUnsafeMutablePointer { sweeps.store(padded, into: $0) }
    }
}
