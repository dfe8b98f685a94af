import COpenBLAS

/// A X + X Bᵀ = F for square matrices A and B, which are brought to real Schur form once; a solution then takes O(nm(n + m)) operations
/// (R. H. Bartels & G. W. Stewart, "Solution of the matrix equation AX + XB = C", Comm. ACM 15, 1972).
///
/// Eigenvectors would not do: those of derivatives with conditions at one end are nearly dependent.
public struct SylvesterEquation: Sendable {
    private let left, right: SchurForm

    /// Brings A and B to Schur form.
    ///
    /// - Throws: `LinearAlgebraError.notFinite`, `LinearAlgebraError.notConverged`.
    public init(_ a: Matrix<Double>, _ b: Matrix<Double>) throws(LinearAlgebraError) {
        (left, right) = (try SchurForm(a), try SchurForm(b))
    }

    /// X.
    ///
    /// - Throws: `LinearAlgebraError.singular` where an eigenvalue of A is that of −B.
    public func solve(_ f: Matrix<Double>) throws(LinearAlgebraError) -> Matrix<Double> {
        let (n, m) = (left.triangle.rows, right.triangle.rows)
        precondition(f.rows == n && f.columns == m, "f: expected \(n)×\(m), got \(f.rows)×\(f.columns)")
        let turned = KroneckerProduct(left.vectors, right.vectors)
        var x = turned.product(with: f)
        guard n > 0, m > 0 else { return x }
        var scale = 1.0
        let info = x.storage.withUnsafeMutableBufferPointer { x in
            // Column by column the matrices are their transposes: Bᵀ's triangle comes first.
            lapack_dtrsyl(
                blasint(m), blasint(n), right.triangle.storage, blasint(m), left.triangle.storage, blasint(n),
                x.baseAddress!, blasint(m), &scale)
        }
        guard checkedInfo(info, "trsyl") == 0, scale > 0 else { throw .singular(position: 0, order: n * m) }
        for place in x.storage.indices { x.storage[place] /= scale }
        return turned.product(.transposed, with: x)
    }
}

/// Aᵀ = Q T Qᵀ, as LAPACK has it of a matrix that stands row by row: T column by column, and Qᵀ row by row.
private struct SchurForm: Sendable {
    let triangle, vectors: Matrix<Double>

    init(_ a: Matrix<Double>) throws(LinearAlgebraError) {
        let n = a.rows
        precondition(n == a.columns, "SchurForm: expected a square matrix, got \(n)×\(a.columns)")
        guard a.isFinite else { throw .notFinite(operation: "Schur form") }
        var (triangle, vectors) = (a, Matrix<Double>(rows: n, columns: n))
        var (real, imaginary) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
        var work = [Double](repeating: 0, count: max(1, 16 * n))
        let order = blasint(max(1, n))
        let length = blasint(work.count)
        let info = triangle.storage.withUnsafeMutableBufferPointer { a in
            vectors.storage.withUnsafeMutableBufferPointer { q in
                guard let a = a.baseAddress, let q = q.baseAddress else { return blasint(0) }
                return lapack_dgees(blasint(n), a, order, &real, &imaginary, q, order, &work, length)
            }
        }
        guard checkedInfo(info, "gees") == 0 else { throw .notConverged(operation: "Schur form") }
        (self.triangle, self.vectors) = (triangle, vectors)
    }
}
