import PDECore

/// What conjugate gradients use in place of A⁻¹.
public enum PoissonPreconditioner<Scalar: Real> {
    /// Writes a correction for a residual: one value a cell each, row-major, 0 in solid cells.
    public typealias Function = (
        _ residual: UnsafeBufferPointer<Scalar>, _ correction: UnsafeMutableBufferPointer<Scalar>
    ) -> Void

    /// Nothing. Iterations grow with the number of cells a side.
    case none
    /// Incomplete Cholesky without fill: a third of the iterations, growing likewise.
    case incompleteCholesky
    /// Symmetric successive over-relaxation with ω between 0 and 2; near the best ω iterations grow with the root of the
    /// cells a side.
    case ssor(Double)
    /// A multigrid V-cycle in single precision; iterations hardly grow.
    case multigrid
    /// Any function, not even linear: the iteration is the flexible one (Y. Notay, SIAM J. Sci. Comput. 22 (2000)).
    case function(Function)
}
