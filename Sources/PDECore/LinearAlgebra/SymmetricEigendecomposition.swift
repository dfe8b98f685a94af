/// Eigenvalues and orthonormal eigenvectors of a symmetric matrix: A = QΛQᵀ, by divide and conquer.
public struct SymmetricEigendecomposition<Scalar: LinearAlgebraScalar>: Sendable {
    /// The eigenvalues, ascending.
    public let values: [Scalar]
    /// Qᵀ: eigenvector k stands in **row** k, contiguous, so that A = `vectors`ᵀ · Λ · `vectors`.
    public let vectors: Matrix<Scalar>

    /// Decomposes `matrix`, of which only the lower triangle is read.
    ///
    /// - Throws: `LinearAlgebraError.notFinite`, `LinearAlgebraError.notConverged`.
    public init(_ matrix: Matrix<Scalar>) throws(LinearAlgebraError) {
        let n = matrix.rows
        precondition(
            n == matrix.columns,
            "SymmetricEigendecomposition: expected a square matrix, got \(n)×\(matrix.columns)")
        guard matrix.isFinite else { throw .notFinite(operation: "symmetric eigendecomposition") }
        var vectors = matrix
        var values = [Scalar](repeating: 0, count: n)
        let info = vectors.storage.withUnsafeMutableBufferPointer { a in
            values.withUnsafeMutableBufferPointer { values in
                guard let a = a.baseAddress, let values = values.baseAddress else { return 0 }
                return Scalar.syevd(n, a: a, aStride: matrix.rowStride, eigenvalues: values)
            }
        }
        guard info == 0 else { throw .notConverged(operation: "symmetric eigendecomposition") }
        self.values = values
        self.vectors = vectors
    }
}
