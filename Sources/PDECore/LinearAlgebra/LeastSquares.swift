extension Matrix {
    /// The x that minimises ‖self · x − `b`‖, or the shortest exact solution when there are fewer rows than columns.
    ///
    /// By QR, for a matrix of full rank. A rank that is deficient only up to round-off is not recognised.
    ///
    /// - Parameter b: `rows` elements.
    /// - Returns: `columns` elements.
    /// - Throws: `LinearAlgebraError.rankDeficient`, `LinearAlgebraError.notFinite`.
    public func leastSquares(_ b: [Scalar]) throws(LinearAlgebraError) -> [Scalar] {
        try leastSquares(Matrix(rows: b.count, columns: 1, storage: b)).storage
    }

    /// The columns x that minimise ‖self · x − b‖ for each column b of `b`.
    ///
    /// - Parameter b: Of shape `rows` × any number of columns.
    /// - Returns: Of shape `columns` × the same number of columns.
    /// - Throws: `LinearAlgebraError.rankDeficient`, `LinearAlgebraError.notFinite`.
    public func leastSquares(_ b: Matrix) throws(LinearAlgebraError) -> Matrix {
        precondition(b.rows == rows, "leastSquares: expected a right-hand side of \(rows) rows, got \(b.rows)")
        guard isFinite, b.isFinite else { throw .notFinite(operation: "least squares solution") }
        guard rows > 0, columns > 0, b.columns > 0 else { return Matrix(rows: columns, columns: b.columns) }
        // LAPACK needs each right-hand side contiguous, and room for the longer of b and x.
        let stride = max(rows, columns)
        var a = storage
        var x = [Scalar](repeating: 0, count: stride * b.columns)
        for i in 0..<rows {
            for j in 0..<b.columns {
                x[j * stride + i] = b.storage[i * b.columns + j]
            }
        }
        let info = Scalar.gels(
            rows: rows, columns: columns, rightHandSides: b.columns, a: &a, aStride: columns, b: &x, bStride: stride)
        guard info == 0 else { throw .rankDeficient(position: info - 1, rows: rows, columns: columns) }
        return Matrix(rows: columns, columns: b.columns) { x[$1 * stride + $0] }
    }

    /// Whether no element is a NaN or an infinity.
    var isFinite: Bool {
        @specialized(where Scalar == Float)
        @specialized(where Scalar == Double)
        get {
            for element in storage where !element.isFinite { return false }
            return true
        }
    }
}
