import PDECore

/// Takes the divergence out of a staggered velocity: ∇²q = ∇·w/h, w ← w − h∇q, p ← p + q.
///
/// The discrete gradient is the transpose of the discrete divergence, so this is the orthogonal projection in the
/// norm Σθw² (A. J. Chorin, Math. Comp. 22 (1968)).
final class FlowProjection<Scalar: Real> {
    typealias Pointer = UnsafeMutablePointer<Scalar>

    private let layout: StaggeredLayout
    private let inverseX, inverseY: Scalar
    private let isPeriodic, hasOutlet: Bool
    private let solver: any PaddedPressureSolver<Scalar>
    private let cells: PaddedLayout
    /// The solver's memory: ∇·w/h, and q.
    private let source, correction: Pointer
    /// Solves since the residual was last measured.
    private var solves = 0
    /// One solve in so many is measured.
    private static var solvesBetweenMeasures: Int { 8 }
    /// Cells whose faces are not all open, with their faces' shares over the cell's size.
    private let cutCells: [CutCell]

    private struct CutCell {
        let cell, at: Int
        let left, right, below, above: Scalar
    }

    init(_ apertures: Apertures, _ fluid: FlowConstants, _ method: any PressureMethod) {
        let layout = apertures.layout
        let (nx, ny) = (layout.columns, layout.rows)
        self.layout = layout
        inverseX = Scalar(1 / fluid.dx)
        inverseY = Scalar(1 / fluid.dy)
        isPeriodic = fluid.family == .periodic
        hasOutlet = fluid.family.hasPressureOutlet
        let grid = fluid.family.pressureGrid(columns: nx, rows: ny, dx: fluid.dx, dy: fluid.dy)
        let solver = method.makeSolver(for: apertures.openings(grid), of: Scalar.self)
        precondition(solver.grid == grid, "pressure: expected a solver for \(grid), got one for \(solver.grid)")
        self.solver = solver as? any PaddedPressureSolver<Scalar> ?? CopiedPressure(solver)
        cells = self.solver.layout
        source = self.solver.rightHandSide.pointer
        correction = self.solver.pressure.pointer
        var cut: [CutCell] = []
        for j in 0..<ny {
            for i in 0..<nx {
                let at = layout.offset(i, j)
                let shares = [
                    apertures.x[at], apertures.x[at + 1], apertures.y[at], apertures.y[at + layout.stride],
                ]
                // Closed faces carry nothing, so that the usual difference holds beside them.
                guard shares.contains(where: { $0 > 0 && $0 < 1 }) else { continue }
                cut.append(
                    CutCell(
                        cell: cells.offset(i, j), at: at, left: Scalar(shares[0] / fluid.dx),
                        right: Scalar(shares[1] / fluid.dx), below: Scalar(shares[2] / fluid.dy),
                        above: Scalar(shares[3] / fluid.dy)))
            }
        }
        cutCells = cut
    }

    /// Projects, and adds what that took to the pressure. The velocity in closed faces is not to be read afterwards.
    func project(_ u: Pointer, _ v: Pointer, _ p: Pointer, over step: Scalar) -> PressureReport {
        wrap(u, v)
        findDivergence(u, v, scale: 1 / step)
        let report = solver.solve(measures: solves % Self.solvesBetweenMeasures == 0)
        solves += 1
        correct(u, v, p, step)
        return report
    }

    /// Measures the residual of the next solve, whatever came before: reports must not depend on it.
    func beginMeasures() { solves = 0 }

    /// The largest |∇·w|; fills the faces on periodic sides.
    func largestDivergence(_ u: Pointer, _ v: Pointer) -> Double {
        wrap(u, v)
        findDivergence(u, v, scale: 1)
        var largest: Scalar = 0
        for j in 0..<layout.rows {
            for i in 0..<layout.columns {
                let value = abs(source[cells.offset(i, j)])
                if !(value <= largest) { largest = value }
            }
        }
        return Double(largest)
    }

    private func wrap(_ u: Pointer, _ v: Pointer) {
        guard isPeriodic else { return }
        let (nx, ny) = (layout.columns, layout.rows)
        for j in 0..<ny { u[layout.offset(nx, j)] = u[layout.offset(0, j)] }
        (v + layout.offset(0, ny)).update(from: v + layout.offset(0, 0), count: nx)
    }

    private func findDivergence(_ u: Pointer, _ v: Pointer, scale: Scalar) {
        let (nx, s) = (layout.columns, layout.stride)
        let (ix, iy) = (inverseX * scale, inverseY * scale)
        for j in 0..<layout.rows {
            let (a, b, target) = (u + layout.offset(0, j), v + layout.offset(0, j), source + cells.offset(0, j))
            for k in 0..<cells.vectors {
                let i = 8 &* k
                let along = (eight(a, i &+ 1) - eight(a, i)) * ix
                storeEight(along + (eight(b, i &+ s) - eight(b, i)) * iy, target, i)
            }
            // The vector that ends a row ran over its end.
            for i in nx..<8 &* cells.vectors { target[i] = 0 }
        }
        cutCells.withUnsafeBufferPointer { cells in
            for k in 0..<cells.count {
                let (cell, at) = (cells[k], cells[k].at)
                let along = cell.right * u[at &+ 1] - cell.left * u[at]
                source[cell.cell] = scale * (along + (cell.above * v[at &+ s] - cell.below * v[at]))
            }
        }
    }

    private func correct(_ u: Pointer, _ v: Pointer, _ p: Pointer, _ step: Scalar) {
        let (nx, ny) = (layout.columns, layout.rows)
        let (sx, sy) = (step * inverseX, step * inverseY)
        for j in 0..<ny {
            let q = correction + cells.offset(0, j)
            let (a, b, c) = (u + layout.offset(0, j), v + layout.offset(0, j), p + layout.offset(0, j))
            let below = j > 0 ? q - cells.stride : isPeriodic ? correction + cells.offset(0, ny &- 1) : q
            let last = nx / 8 &* 8
            // Faces on the lower side of a walled box have no gradient; the first face of a row comes after.
            let first = a[0]
            for i in Swift.stride(from: 0, to: last, by: 8) {
                let here = eight(q, i)
                storeEight(eight(c, i) + here, c, i)
                storeEight(eight(b, i) - sy * (here - eight(below, i)), b, i)
                storeEight(eight(a, i) - sx * (here - eight(q, i &- 1)), a, i)
            }
            for i in last..<nx {
                c[i] = c[i] + q[i]
                b[i] = b[i] - sy * (q[i] - below[i])
                a[i] = a[i] - sx * (q[i] - q[i &- 1])
            }
            a[0] = isPeriodic ? first - sx * (q[0] - q[nx &- 1]) : first
            if hasOutlet { a[nx] = a[nx] + 2 * sx * q[nx &- 1] }
        }
        wrap(u, v)
    }
}
