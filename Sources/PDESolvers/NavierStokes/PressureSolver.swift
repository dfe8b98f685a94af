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

/// A pressure solver whose memory its caller may fill and read without copies.
protocol PaddedPressureSolver<Scalar>: PressureSolver {
    /// Where the cells lie in `rightHandSide` and `pressure`.
    var layout: PaddedLayout { get }
    /// f on the cells. What a vector that ends a row holds beyond the cells must be 0.
    var rightHandSide: AlignedBuffer<Scalar> { get }
    /// The solution on the cells.
    var pressure: AlignedBuffer<Scalar> { get }

    /// Solves for the right-hand side that `rightHandSide` holds, which is made compatible on the way.
    ///
    /// - Parameter measures: whether the residual is measured; otherwise it is reported as 0.
    func solve(measures: Bool) -> PressureReport
}

extension PaddedPressureSolver {
    /// Copies a right-hand side in, solves, and copies the solution out.
    func solve(
        copying values: UnsafeMutablePointer<Scalar>, to result: UnsafeMutablePointer<Scalar>
    ) -> PressureReport {
        let (columns, layout) = (layout.columns, layout)
        for y in 0..<layout.rows {
            (rightHandSide.pointer + layout.offset(0, y)).update(from: values + y &* columns, count: columns)
        }
        let report = solve(measures: true)
        for y in 0..<layout.rows {
            (result + y &* columns).update(from: pressure.pointer + layout.offset(0, y), count: columns)
        }
        return report
    }
}

/// A solver that keeps its cells in other memory, or a program's own.
final class CopiedPressure<Scalar: Real>: PaddedPressureSolver {
    let layout: PaddedLayout
    let rightHandSide, pressure: AlignedBuffer<Scalar>
    private let base: any PressureSolver<Scalar>
    private let values, solution: AlignedBuffer<Scalar>

    init(_ base: any PressureSolver<Scalar>) {
        self.base = base
        layout = PaddedLayout(base.grid)
        rightHandSide = AlignedBuffer(count: layout.count)
        pressure = AlignedBuffer(count: layout.count)
        values = AlignedBuffer(count: base.grid.count)
        solution = AlignedBuffer(count: base.grid.count)
    }

    var grid: PressureGrid { base.grid }

    func solve(
        _ rightHandSide: UnsafeMutablePointer<Scalar>, into pressure: UnsafeMutablePointer<Scalar>
    ) -> PressureReport { base.solve(rightHandSide, into: pressure) }

    func solve(measures: Bool) -> PressureReport {
        let columns = layout.columns
        for y in 0..<layout.rows {
            (values.pointer + y * columns).update(from: rightHandSide.pointer + layout.offset(0, y), count: columns)
        }
        let report = base.solve(values.pointer, into: solution.pointer)
        for y in 0..<layout.rows {
            (pressure.pointer + layout.offset(0, y)).update(from: solution.pointer + y * columns, count: columns)
        }
        return report
    }
}

extension PressureGrid {
    /// The solver for these cells; see `DirectPressure`.
    ///
    /// - Parameters:
    ///   - solid: one value a cell, row-major, other than 0 where it is solid; empty when nothing is.
    ///   - closedFaceLimit: the most faces that are treated directly.
    ///   - scalar: the precision.
    public func makeSolver<Scalar: Real>(
        solid: [UInt8] = [], closedFaceLimit: Int = 3000, of scalar: Scalar.Type = Scalar.self
    ) -> any PressureSolver<Scalar> {
        DirectPressure(closedFaceLimit: closedFaceLimit).makeSolver(for: FaceOpenings(self, solid: solid))
    }
}
