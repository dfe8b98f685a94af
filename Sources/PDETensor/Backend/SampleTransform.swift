import PDECore

/// The transform of one sample: x [grid…][channels] ↔ coefficients [part][modes…][channels].
///
/// Work inside the sample goes through `split`, so that it can stay on one thread or be shared by several; the pieces are the
/// same either way.
struct SampleTransform<Scalar: Real> {
    let basis: FourierBasis<Scalar>
    let channels: Int
    /// Room for `basis.workspace(channels:)` values each.
    let scratch: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>)
    let split: (_ count: Int, _ body: (Int) -> Void) -> Void

    private var transform: TruncatedTransform { basis.transform }
    private var lastAxis: Int { transform.grid.count - 1 }
    /// Rows along the last axis.
    var rows: Int { transform.points / transform.grid[lastAxis] }

    /// Rows along the last axis that are transformed in one piece of work.
    private var rowsAtOnce: Int { max(1, 1024 / transform.grid[lastAxis]) }

    /// Writes the coefficients of a field; with `weighted`, of the transpose of `synthesize` with weights.
    func analyze(_ x: UnsafePointer<Scalar>, weighted: Bool, into c: UnsafeMutablePointer<Scalar>) {
        let (n, m) = (transform.grid[lastAxis], transform.modes[lastAxis])
        let matrix = weighted ? basis.weightedReal.pointer : basis.real.pointer
        var (from, to) = (scratch.1, lastAxis == 0 ? c : scratch.0)
        forRows { row in
            Scalar.gemm(
                .plain, .plain, rows: 2 * m, columns: channels, inner: n, alpha: 1, a: matrix, aStride: n,
                b: x + row * n * channels, bStride: channels, beta: 0, c: to + row * 2 * m * channels, cStride: channels
            )
        }
        var (outer, inner) = (rows, m * channels)
        for axis in (0..<lastAxis).reversed() {
            (from, to) = (to, axis == 0 ? c : from)
            let (n, k) = (transform.grid[axis], 2 * transform.modes[axis])
            outer /= n
            complexProduct(axis, .plain, outer, rows: 2 * k, sum: 2 * n, inner, from, to)
            inner *= k
        }
    }

    /// The field of coefficients, all but the last axis: [rows][part][m][channels].
    ///
    /// - Returns: where it is: one of the scratch arrays, or where the coefficients are if there is just one axis.
    func synthesizeRows(_ c: UnsafePointer<Scalar>) -> UnsafePointer<Scalar> {
        if lastAxis == 0 { return c }
        var from = c
        var (to, next) = scratch
        var outer = 1
        var inner = transform.count * channels
        for axis in 0..<lastAxis {
            let (n, k) = (transform.grid[axis], 2 * transform.modes[axis])
            inner /= k
            complexProduct(axis, .transposed, outer, rows: 2 * n, sum: 2 * k, inner, from, to)
            outer *= n
            from = UnsafePointer(to)
            swap(&to, &next)
        }
        return from
    }

    /// Adds `accumulating` or writes rows `range` of the field whose rows' coefficients are given.
    func synthesize(
        row: Int, _ coefficients: UnsafePointer<Scalar>, weighted: Bool, accumulating: Bool,
        into x: UnsafeMutablePointer<Scalar>
    ) {
        let (n, m) = (transform.grid[lastAxis], transform.modes[lastAxis])
        Scalar.gemm(
            .transposed, .plain, rows: n, columns: channels, inner: 2 * m, alpha: 1,
            a: weighted ? basis.weightedReal.pointer : basis.real.pointer, aStride: n,
            b: coefficients + row * 2 * m * channels, bStride: channels, beta: accumulating ? 1 : 0,
            c: x + row * n * channels, cStride: channels)
    }

    /// Calls `body` for every row along the last axis.
    func forRows(_ body: (Int) -> Void) {
        let (rows, rowsAtOnce) = (rows, rowsAtOnce)
        split((rows + rowsAtOnce - 1) / rowsAtOnce) { block in
            for row in block * rowsAtOnce..<min(rows, (block + 1) * rowsAtOnce) { body(row) }
        }
    }

    /// One axis of complex numbers, for each of `outer` blocks: op(matrix) times [sum][inner].
    private func complexProduct(
        _ axis: Int, _ orientation: MatrixOrientation, _ outer: Int, rows: Int, sum: Int, _ inner: Int,
        _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>
    ) {
        let stride = 2 * transform.grid[axis]
        let columnsAtOnce = 256
        let blocks = (inner + columnsAtOnce - 1) / columnsAtOnce
        split(outer * blocks) { item in
            let first = item % blocks * columnsAtOnce
            let block = item / blocks
            Scalar.gemm(
                orientation, .plain, rows: rows, columns: min(columnsAtOnce, inner - first), inner: sum, alpha: 1,
                a: basis.complex[axis].pointer, aStride: stride, b: x + block * sum * inner + first, bStride: inner,
                beta: 0, c: y + block * rows * inner + first, cStride: inner)
        }
    }
}
