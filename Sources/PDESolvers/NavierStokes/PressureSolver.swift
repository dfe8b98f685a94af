import PDECore

/// What became of one pressure solve.
public struct PressureReport: Hashable, Sendable {
    /// max |f − Lp| / max |f| over the fluid cells, of the solution returned and f made compatible; 0 when f is 0.
    public var residual: Double
    /// The largest |mean of f| over a fluid region in which p is fixed up to a constant only, relative to max |f|. This
    /// mean was taken from f, for nothing solves Lp = f otherwise; a projection whose boundary fluxes balance leaves
    /// round-off.
    public var imbalance: Double
    /// Iterations taken; 0 for direct solvers.
    public var iterations: Int

    /// A report.
    public init(residual: Double, imbalance: Double, iterations: Int = 0) {
        self.residual = residual
        self.imbalance = imbalance
        self.iterations = iterations
    }
}

/// Solves Lp = f for the pressure, with L the divergence of the gradient over the open faces.
///
/// Open faces lie between two fluid cells or on a `dirichlet` side; all others carry a given velocity and no gradient.
/// Right-hand sides and solutions have one value a cell, row-major, x fastest, in units of L's 1/length².
///
/// A fluid region that no `dirichlet` side touches, the whole fluid or what a ring of solid encloses, fixes p up to a
/// constant and only admits right-hand sides of zero mean: the mean is taken out of f and reported, and p gets zero
/// mean there. Solid cells of f are not read; those of p become 0.
///
/// A solver owns its workspace: one per thread. Solving allocates nothing.
public protocol PressureSolver<Scalar>: AnyObject {
    /// The precision.
    associatedtype Scalar: Real

    /// The cells and what holds on the sides.
    var grid: PressureGrid { get }

    /// Writes the solution of Lp = `rightHandSide` into `pressure`, which must not overlap it.
    func solve(_ rightHandSide: UnsafeMutablePointer<Scalar>, into pressure: UnsafeMutablePointer<Scalar>)
        -> PressureReport
}

extension PressureGrid {
    /// The solver for these cells: direct on the box, direct with a capacitance correction for up to `closedFaceLimit`
    /// faces between fluid and solid, conjugate gradients beyond.
    ///
    /// The correction keeps closedFaceLimit² numbers and multiplies with them once a solve: 23 MB, 0.5 ms a solve and 2
    /// s to make at 1720 faces of a 1024² grid in double precision.
    ///
    /// - Parameters:
    ///   - solid: one value a cell, row-major, other than 0 where it is solid; empty when nothing is.
    ///   - closedFaceLimit: the most faces that are treated directly.
    ///   - scalar: the precision.
    public func makeSolver<Scalar: Real>(
        solid: [UInt8] = [], closedFaceLimit: Int = 3000, of scalar: Scalar.Type = Scalar.self
    ) -> any PressureSolver<Scalar> {
        FaceOpenings(self, solid: solid).makeSolver(closedFaceLimit: closedFaceLimit)
    }
}

extension FaceOpenings {
    /// The solver for these cells: direct for up to `closedFaceLimit` faces that are not fully open, conjugate
    /// gradients beyond; see `PressureGrid.makeSolver`.
    public func makeSolver<Scalar: Real>(
        closedFaceLimit: Int = 3000, of scalar: Scalar.Type = Scalar.self
    ) -> any PressureSolver<Scalar> {
        let faces = SolidBoundary(self).faces
        if faces.isEmpty, !isSolid.contains(true) { return BoxPoisson<Scalar>(grid) }
        if faces.count <= closedFaceLimit, let direct = try? ObstaclePressure<Scalar>(self) { return direct }
        return PressureConjugateGradients<Scalar>(self)
    }
}
