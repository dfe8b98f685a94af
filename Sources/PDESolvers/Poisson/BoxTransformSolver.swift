import PDECore

/// The direct solver of Au = b for a `PoissonSystem` without solids whose coefficient is constant.
///
/// The slowest axis keeps its cells, the others are transformed into the eigenvectors of their second differences, cosines
/// and sines at cell centres as the sides have it (G. Strang, "The discrete cosine transform", SIAM Review 41 (1999)); each
/// mode leaves a tridiagonal system (R. W. Hockney, "A fast direct solution of Poisson's equation using Fourier analysis",
/// J. ACM 12 (1965)).
///
/// - Precision: exact up to round-off, in double precision a relative residual of about 1e-13 at 256 cells a side, in
///   single precision of 1e-4 for noise as right-hand side: rounding the exact solution leaves nearly as much.
/// - Cost: N log N operations where the transformed axes' numbers of cells have small prime factors or are above 1023, N times
///   the number of cells otherwise. Mixed axes, a value at one end and a flux at the other, take twice as long as others: make
///   such an axis the slowest where there is a choice. One field beside the caller's two.
/// - Good values: this solver wherever it applies; a whole solve takes about as long as two iterations with multigrid.
/// - Signs of failure: `PoissonError` when it does not apply; an `imbalance` well above round-off in the report.
public final class BoxTransformSolver<Scalar: Real>: PoissonSolver {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    /// The system.
    public let system: PoissonSystem<Scalar>
    /// The relative residual in the 2-norm up to which a solution counts as converged; above, it is as good as round-off lets
    /// it be.
    public let tolerance: Double
    private let sweeps: CellSweeps<Scalar>
    private let tridiagonals: BoxTridiagonals<Scalar>
    private let workers: [Worker]
    /// The right-hand side, its coefficients, the solution's and the solution.
    private let field: AlignedBuffer<Scalar>
    /// Each plane's sums.
    private let sums: AlignedBuffer<Double>
    private var history: [Double] = []

    private struct Worker {
        let transform: BoxPlaneTransform<Scalar>
        let workspace: BoxTridiagonalWorkspace<Scalar>
        /// A row of the right-hand side, with zeros beyond its end.
        let row: AlignedBuffer<Scalar>
    }

    /// A solver for `system`.
    ///
    /// - Parameters:
    ///   - system: the system.
    ///   - tolerance: relative residual in the 2-norm that the report judges by; by default 1e-10 in double and 1e-5 in single
    ///     precision.
    ///   - team: the threads that share the work; by default the caller alone. Results do not depend on it.
    /// - Throws: `PoissonError.transformsNeedOpenBox` when the system has solid cells, `.transformsNeedConstantCoefficient`
    ///   when its coefficient varies.
    public init(
        _ system: PoissonSystem<Scalar>, tolerance: Double? = nil, team: ThreadTeam = ThreadTeam(threads: 1)
    ) throws(PoissonError) {
        guard !system.hasSolid else { throw .transformsNeedOpenBox(solidCells: system.mask.solidCells) }
        let coefficient = system.coefficient(at: system.layout.offset(0, 0, 0))
        if system.isVariable {
            var different: Int?
            system.forEachCell { _, cell, offset in
                if different == nil, system.coefficient(at: offset) != coefficient { different = cell }
            }
            if let different { throw .transformsNeedConstantCoefficient(cell: different) }
        }
        self.system = system
        self.tolerance = tolerance ?? (Scalar.self == Double.self ? 1e-10 : 1e-5)
        let layout = system.layout
        let axes = system.grid.axes.enumerated().map { number, axis in
            func boundary(_ side: PoissonSide) -> PressureBoundary { side == .value ? .dirichlet : .neumann }
            return PressureAxis(
                count: axis.count, spacing: axis.spacing, lower: boundary(system.sides.lower[number]),
                upper: boundary(system.sides.upper[number]))
        }
        let (x, y) = (axes[axes.count - 1], axes.count == 3 ? axes[1] : nil)
        sweeps = CellSweeps(system, team: team)
        tridiagonals = BoxTridiagonals(
            layout, z: axes[0], alongX: AxisModes(x, isSplit: false).values,
            alongY: y.map { AxisModes($0, isSplit: false).values } ?? [0], coefficient: Double(coefficient))
        var workers: [Worker] = []
        for _ in 0..<team.count {
            workers.append(
                Worker(
                    transform: BoxPlaneTransform(layout, x: x, y: y, sharing: workers.first?.transform),
                    workspace: tridiagonals.makeWorkspace(), row: AlignedBuffer(count: 8 * layout.vectors)))
        }
        self.workers = workers
        field = AlignedBuffer(count: layout.count)
        sums = AlignedBuffer(count: 2 * layout.planes)
        history.reserveCapacity(1)
    }

    /// Solves for u, whatever `solution` holds; allocates nothing on a team of one thread once the last report is gone.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func solve(
        _ rightHandSide: UnsafePointer<Scalar>, into solution: UnsafeMutablePointer<Scalar>,
        startsFromSolution: Bool = false
    ) -> SolveReport { run(rightHandSide, solution) }

    @inline(never)
    private func run(_ b: UnsafePointer<Scalar>, _ solution: Pointer) -> SolveReport {
        let clock = ContinuousClock()
        let start = clock.now
        let layout = system.layout
        let isSingular = !system.floating.isEmpty
        sweeps.followShift()
        forEachItem(layout.slabs) { slab, worker in
            worker.transform.forEachSheet(layout.planes(of: slab)) { sheet in
                load(b, sheet)
                worker.transform.forward(field.pointer, sheet)
            }
        }
        // Mode 0 is constant over a plane, and holds its mean times the root of its cells.
        let mean = isSingular ? removeConstant() / Double(layout.rows * layout.columns).squareRoot() : 0
        forEachItem(tridiagonals.items) { item, worker in
            tridiagonals.solve(field.pointer, item: item, worker.workspace, shift: system.shift)
        }
        if isSingular { _ = removeConstant() }
        forEachItem(layout.slabs) { slab, worker in
            worker.transform.forEachSheet(layout.planes(of: slab)) { worker.transform.inverse(field.pointer, $0) }
        }
        forEachItem(layout.slabs) { slab, worker in
            for z in layout.planes(of: slab) { measure(z, b, mean: Scalar(mean), worker.row.pointer, into: solution) }
        }
        let largest = isSingular && mean != 0 ? largestValue(b) : 1
        return report(imbalance: abs(mean) / largest, seconds: { (clock.now - start) / .seconds(1) })
    }

    private func report(imbalance: Double, seconds: () -> Double) -> SolveReport {
        let layout = system.layout
        var (rest, square) = (0.0, 0.0)
        for z in 0..<layout.planes {
            rest += sums.pointer[2 * z]
            square += sums.pointer[2 * z + 1]
        }
        let residual = rest == 0 ? 0 : (rest / (square > 0 ? square : 1)).squareRoot()
        var outcome = residual <= tolerance ? SolveOutcome.converged : .roundOff
        if !rest.isFinite || !square.isFinite {
            outcome = .notFinite
            field.clear()
        }
        history.removeAll(keepingCapacity: true)
        history.append(residual)
        return SolveReport(
            outcome: outcome, iterations: 0, residualHistory: history, residual: residual, imbalance: imbalance,
            floatingRegions: system.floatingRegions, seconds: seconds())
    }

    /// Calls `body` with each item and its worker's memory. Small boxes are not worth waking threads for.
    @inline(__always)
    private func forEachItem(_ items: Int, _ body: (Int, Worker) -> Void) {
        if system.layout.slabs == 1 || sweeps.team.count == 1 {
            for item in 0..<items { body(item, workers[0]) }
        } else {
            sweeps.team.forEach(0..<items) { item, worker in body(item, workers[worker]) }
        }
    }

    private func load(_ b: UnsafePointer<Scalar>, _ planes: Range<Int>) {
        let layout = system.layout
        for z in planes {
            for y in 0..<layout.rows {
                let from = b + (z &* layout.rows &+ y) &* layout.columns
                (field.pointer + layout.offset(0, y, z)).update(from: from, count: layout.columns)
            }
        }
    }

    /// Takes the mean over the planes out of mode 0; returns it.
    private func removeConstant() -> Double {
        let (layout, first) = (system.layout, field.pointer + system.layout.offset(0, 0, 0))
        var sum = 0.0
        for z in 0..<layout.planes { sum += Double(first[z &* layout.planeStride]) }
        let mean = sum / Double(layout.planes)
        for z in 0..<layout.planes { first[z &* layout.planeStride] -= Scalar(mean) }
        return mean
    }

    /// A plane's ‖b − Au‖² and ‖b‖², with b made compatible; copies the plane out.
    private func measure(
        _ z: Int, _ b: UnsafePointer<Scalar>, mean: Scalar, _ right: Pointer, into solution: Pointer
    ) {
        let layout = system.layout
        var (rest, square) = (0.0, 0.0)
        for y in 0..<layout.rows {
            let (start, cells) = (layout.offset(0, y, z), (z &* layout.rows &+ y) &* layout.columns)
            let row = UnsafePointer(field.pointer + start)
            let (back, front) = (row - layout.planeStride, row + layout.planeStride)
            for x in 0..<layout.columns { right[x] = b[cells &+ x] - mean }
            let stencil = sweeps.stencil
            let classes = stencil.classes + start >> 3
            var (restPart, squarePart) = (SIMD8<Scalar>(repeating: 0), SIMD8<Scalar>(repeating: 0))
            for v in 0..<layout.vectors {
                let given = eight(right, 8 &* v)
                let difference = given - CellSweeps.image(stencil, classes[v], row, back, front, 8 &* v)
                restPart += difference * difference
                squarePart += given * given
            }
            rest += Double(restPart.sum())
            square += Double(squarePart.sum())
            (solution + cells).update(from: row, count: layout.columns)
        }
        sums.pointer[2 &* z] = rest
        sums.pointer[2 &* z &+ 1] = square
    }

    private func largestValue(_ b: UnsafePointer<Scalar>) -> Double {
        var largest: Scalar = 0
        for cell in 0..<system.grid.count { largest = max(largest, abs(b[cell])) }
        return Double(largest)
    }
}
