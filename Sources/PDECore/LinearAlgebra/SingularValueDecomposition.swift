/// The singular value decomposition A = UΣVᵀ with k = min(rows, columns) terms, by divide and conquer.
public struct SingularValueDecomposition<Scalar: LinearAlgebraScalar>: Sendable {
    /// The k singular values, descending.
    public let values: [Scalar]
    /// U, of shape rows × k: left vector i stands in column i.
    public let left: Matrix<Scalar>
    /// Vᵀ, of shape k × columns: right vector i stands in row i.
    public let rightTransposed: Matrix<Scalar>

    /// Decomposes `matrix`.
    ///
    /// - Throws: `LinearAlgebraError.notFinite`, `LinearAlgebraError.notConverged`.
    public init(_ matrix: Matrix<Scalar>) throws(LinearAlgebraError) {
        guard matrix.isFinite else { throw .notFinite(operation: "singular value decomposition") }
        let count = min(matrix.rows, matrix.columns)
        var a = matrix.storage
        var values = [Scalar](repeating: 0, count: count)
        var left = Matrix<Scalar>(rows: matrix.rows, columns: count)
        var right = Matrix<Scalar>(rows: count, columns: matrix.columns)
        var info = 0
        if count > 0 {
            info = Scalar.gesdd(
                rows: matrix.rows, columns: matrix.columns, a: &a, aStride: matrix.columns, singularValues: &values,
                u: &left.storage, vt: &right.storage)
        }
        guard info == 0 else { throw .notConverged(operation: "singular value decomposition") }
        self.values = values
        self.left = left
        rightTransposed = right
    }
}
