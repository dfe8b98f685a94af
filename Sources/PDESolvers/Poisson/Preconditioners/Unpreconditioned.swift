import PDECore

/// No preconditioner: M = I. Iterations grow with the number of cells a side.
public struct Unpreconditioned: PoissonPreconditioner {
    /// Its name.
    public static let kind = "none"
    /// What else it is called.
    public static let aliases = ["identity"]

    /// No preconditioner.
    public init() {}

    /// See `PoissonPreconditioner`.
    public func summary(_ number: (Double) -> String) -> String { "no preconditioner" }

    /// See `PoissonPreconditioner`.
    public func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> { IdentityOperator(padding: FieldPadding(system)) }
}

extension PoissonPreconditioner where Self == Unpreconditioned {
    /// No preconditioner.
    public static var none: Self { Self() }
}

/// M = I.
private final class IdentityOperator<Scalar: Real>: PaddedPreconditioner {
    let padding: FieldPadding<Scalar>
    let isSymmetric = true

    init(padding: FieldPadding<Scalar>) { self.padding = padding }

    func correction(of residual: UnsafePointer<Scalar>) -> UnsafePointer<Scalar> { residual }
}
