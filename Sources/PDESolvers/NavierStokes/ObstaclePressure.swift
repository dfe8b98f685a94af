import PDECore

/// The direct solver of Lp = f on a box with solid cells: the box solver, corrected on the faces that are closed or only
/// open in part.
///
/// **Method.** Let B be the operator of the box without solid. Let column f of D be e_high − e_low for the face f
/// between two cells, closed to a share c_f > 0, and W the diagonal of c_f/d². B is −Σ d_f d_fᵀ/d² over its faces (and a
/// diagonal from Dirichlet sides), so
///
///     A = B + D W Dᵀ
///
/// has exactly the closed shares' terms removed. No face of A joins a fluid and a solid cell: A is block diagonal, and
/// its block of fluid cells is L. With f = 0 in the solid, the fluid values of Ap = f therefore solve Lp = f, whatever
/// A does inside the solid. With the fluxes μ = W Dᵀp through the closed faces the equation reads Bp = f − Dμ, hence
/// (M. A. Woodbury, 1950; B. L. Buzbee et al., "The direct solution of the discrete Poisson equation on irregular
/// regions", SIAM J. Numer. Anal. 8, 1971)
///
///     p = B⁻¹(f − Dμ),    (W⁻¹ + DᵀB⁻¹D) μ = DᵀB⁻¹f.
///
/// **Null spaces.** S = W⁻¹ + DᵀB⁻¹D is symmetric and positive semidefinite: −DᵀB⁻¹D is at most W⁻¹, because the closed
/// faces' part of −B is at most −B. Sμ = 0 holds exactly when p = −B⁻¹Dμ has Ap = 0: p is constant in every region
/// (connected set of fluid or of solid cells) and 0 in those that a Dirichlet side holds. So the null vectors are n_r =
/// W Dᵀ1_r of the floating regions r, solid bodies and enclosed fluid. n_r·DᵀB⁻¹f is, up to sign, the sum of f over the
/// region, which is 0 in solid bodies and made 0 in floating fluid. The right-hand side is thus orthogonal to all n_r,
/// and S + Σ n_r n_rᵀ, which is positive definite, has a solution that is orthogonal to them as well and solves Sμ =
/// DᵀB⁻¹f. A singular B is taken on fields of zero sum, where f and Dμ lie; one of the n_r then depends on the others
/// and is left out (`CapacitanceMatrix`).
///
/// **Cost.** One transform each way, two sweeps of the tridiagonal systems, one product with the m × m matrix (W⁻¹ +
/// DᵀB⁻¹D)⁻¹ and two sums over the modes for each cell beside a closed face: only there is B⁻¹f needed before the
/// correction, and only there stand its sources. The matrix is made once a geometry at O(m³ + m² · modes). Measured on
/// one core in double precision: 128² with m = 408 136 µs a solve and 11 ms to make, 256² with m = 430 0.47 ms, 512²
/// with m = 858 2.8 ms, 1024² with m = 1720 15 ms and 2.2 s to make.
///
/// - Signs of failure: a `residual` far above round-off: fluid regions that hang together by single cells over a long
///   way.
public final class ObstaclePressure<Scalar: Real>: PressureSolver {
    /// The cells and what holds on the sides of the box.
    public let grid: PressureGrid
    /// Number of closed faces, m.
    public let closedFaceCount: Int
    private let modes: BoxModes<Scalar>
    private let fluid: FluidOperator<Scalar>
    private let coefficients, solution, rightHandSide, pressure: AlignedBuffer<Scalar>
    private let matrix: AlignedBuffer<Scalar>
    private let jumps, fluxes: AlignedBuffer<Scalar>
    /// The cells beside closed faces and what flows out of them.
    private let cells: [Cell]
    private let cellValues: AlignedBuffer<Scalar>
    /// The positions of each face's two cells among `cells`.
    private let ends: [(low: Int, high: Int)]

    /// Where a cell's line starts among the coefficients and where its point does among the eigenvectors.
    private struct Cell {
        let line, point: Int
    }

    /// A solver for `grid` with solid cells.
    ///
    /// - Parameters:
    ///   - grid: the cells.
    ///   - solid: one value a cell, row-major, other than 0 where it is solid; at least one cell is fluid.
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` when round-off hides how the regions hang together; use
    ///   `PressureConjugateGradients` then.
    public convenience init(_ grid: PressureGrid, solid: [UInt8]) throws(LinearAlgebraError) {
        try self.init(FaceOpenings(grid, solid: solid))
    }

    /// A solver for cells whose faces may be open in part.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` as above.
    public init(_ openings: FaceOpenings) throws(LinearAlgebraError) {
        let (boundary, grid) = (SolidBoundary(openings), openings.grid)
        let m = boundary.faces.count
        self.grid = grid
        closedFaceCount = m
        let modes = BoxModes<Scalar>(grid)
        self.modes = modes
        fluid = FluidOperator(boundary)
        let elements =
            m == 0 ? [] : try CapacitanceMatrix(boundary, modes as? BoxModes<Double> ?? BoxModes<Double>(grid)).elements
        matrix = AlignedBuffer(count: m * m)
        for i in elements.indices { matrix.pointer[i] = Scalar(elements[i]) }
        jumps = AlignedBuffer(count: m)
        fluxes = AlignedBuffer(count: m)
        coefficients = AlignedBuffer(count: modes.count)
        solution = AlignedBuffer(count: modes.count)
        rightHandSide = AlignedBuffer(count: fluid.layout.count)
        pressure = AlignedBuffer(count: fluid.layout.count)
        let distinct = Set(boundary.faces.flatMap { [$0.low, $0.high] }).sorted {
            let (a, b) = (modes.place(of: $0), modes.place(of: $1))
            return (a.line, a.point) < (b.line, b.point)
        }
        var position = [Int](repeating: -1, count: grid.count)
        for (i, cell) in distinct.enumerated() { position[cell] = i }
        ends = boundary.faces.map { (position[$0.low], position[$0.high]) }
        cells = distinct.map {
            let place = modes.place(of: $0)
            return Cell(line: place.line * modes.transform.stride, point: place.point * modes.transform.stride)
        }
        cellValues = AlignedBuffer(count: cells.count)
    }

    /// Writes the solution of Lp = `rightHandSide` into `pressure`, one value a cell each; allocates nothing.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func solve(
        _ rightHandSide: UnsafeMutablePointer<Scalar>, into pressure: UnsafeMutablePointer<Scalar>
    ) -> PressureReport {
        run(rightHandSide, pressure)
    }

    @inline(never)
    private func run(_ values: UnsafeMutablePointer<Scalar>, _ result: UnsafeMutablePointer<Scalar>) -> PressureReport {
        let (f, p) = (rightHandSide.pointer, pressure.pointer)
        let (largest, mean) = fluid.load(values, into: f)
        modes.transform.forward(f, into: coefficients.pointer)
        modes.solve(coefficients.pointer, into: solution.pointer)
        if closedFaceCount > 0 {
            evaluateJumps()
            let m = closedFaceCount
            Scalar.gemv(
                .plain, rows: m, columns: m, alpha: 1, a: matrix.pointer, aStride: m, x: jumps.pointer, beta: 0,
                y: fluxes.pointer)
            addSources()
            modes.solve(coefficients.pointer, into: solution.pointer)
        }
        modes.transform.inverse(solution.pointer, into: p)
        fluid.clearSolid(p)
        for region in fluid.floating { _ = region.removeMean(p) }
        fluid.store(p, into: result)
        return fluid.report(p, f, largest: largest, mean: mean, iterations: 0)
    }

    /// jumps = DᵀB⁻¹f.
    private func evaluateJumps() {
        let (q, length) = (modes.transform.vectors.pointer, modes.transform.length)
        cells.withUnsafeBufferPointer { cells in
            for i in 0..<cells.count {
                cellValues.pointer[i] = Scalar.dot(length, solution.pointer + cells[i].line, q + cells[i].point)
            }
        }
        ends.withUnsafeBufferPointer { ends in
            for face in 0..<ends.count {
                jumps.pointer[face] = cellValues.pointer[ends[face].high] - cellValues.pointer[ends[face].low]
            }
        }
    }

    /// coefficients ← coefficients of f − Dμ.
    private func addSources() {
        let (q, length) = (modes.transform.vectors.pointer, modes.transform.length)
        cellValues.clear()
        ends.withUnsafeBufferPointer { ends in
            for face in 0..<ends.count {
                cellValues.pointer[ends[face].high] -= fluxes.pointer[face]
                cellValues.pointer[ends[face].low] += fluxes.pointer[face]
            }
        }
        cells.withUnsafeBufferPointer { cells in
            for i in 0..<cells.count {
                Scalar.axpy(
                    length, alpha: cellValues.pointer[i], x: q + cells[i].point, y: coefficients.pointer + cells[i].line
                )
            }
        }
    }
}
