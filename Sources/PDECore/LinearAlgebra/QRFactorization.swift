/// The factorisation A = QR of a matrix with at least as many rows as columns, by Householder reflections.
///
/// Unique where A has full rank, for R's diagonal is not negative.
public struct QRFactorization<Scalar: LinearAlgebraScalar>: Sendable {
    /// Q, as large as A, with orthonormal columns.
    public let q: Matrix<Scalar>
    /// R, square and zero below its diagonal.
    public let r: Matrix<Scalar>

    /// Factorises `matrix`.
    ///
    /// - Throws: `LinearAlgebraError.notFinite`.
    public init(_ matrix: Matrix<Scalar>) throws(LinearAlgebraError) {
        precondition(
            matrix.rows >= matrix.columns,
            "QRFactorization: expected at least as many rows as columns, got \(matrix.rows)×\(matrix.columns)")
        guard matrix.isFinite else { throw .notFinite(operation: "QR factorisation") }
        var q = matrix
        var r = Matrix<Scalar>(rows: matrix.columns, columns: matrix.columns)
        var work = [Scalar](repeating: 0, count: Scalar.qrWorkspaceCount(matrix.columns))
        q.storage.withUnsafeMutableBufferPointer { q in
            r.storage.withUnsafeMutableBufferPointer { r in
                work.withUnsafeMutableBufferPointer { work in
                    guard let q = q.baseAddress, let r = r.baseAddress, let work = work.baseAddress else { return }
                    Scalar.qr(
                        rows: matrix.rows, columns: matrix.columns, a: q, aStride: matrix.rowStride, r: r, work: work)
                }
            }
        }
        (self.q, self.r) = (q, r)
    }
}
