import Glibc

/// The factorisation A = LLᵀ of a symmetric positive definite matrix, made once and solved with many times.
///
/// Making it costs n³/3 operations; a solution costs 2n² for each right-hand side.
public struct CholeskyFactorization<Scalar: LinearAlgebraScalar>: Sendable {
    /// The number of rows and columns.
    public let order: Int
    /// L in the lower triangle; above it stands what the matrix had there.
    private let factor: [Scalar]

    /// Factorises `matrix`, of which only the lower triangle is read.
    ///
    /// - Throws: `LinearAlgebraError.notPositiveDefinite` with the row at which that was found.
    public init(_ matrix: Matrix<Scalar>) throws(LinearAlgebraError) {
        precondition(
            matrix.rows == matrix.columns,
            "CholeskyFactorization: expected a square matrix, got \(matrix.rows)×\(matrix.columns)")
        order = matrix.rows
        var factor = matrix.storage
        let (n, stride) = (order, matrix.rowStride)
        let info = factor.withUnsafeMutableBufferPointer { a in
            a.baseAddress.map { Scalar.potrf(n, a: $0, aStride: stride) } ?? 0
        }
        guard info == 0 else { throw .notPositiveDefinite(row: info - 1, order: order) }
        self.factor = factor
    }

    /// The lower triangular factor L, with zeros above the diagonal.
    public var lower: Matrix<Scalar> {
        Matrix(rows: order, columns: order) { $1 <= $0 ? factor[$0 * order + $1] : 0 }
    }

    /// The natural logarithm of A's determinant.
    public var logDeterminant: Double {
        (0..<order).reduce(0) { $0 + 2 * log(Double(factor[$1 * order + $1])) }
    }

    /// The solution x of Ax = `b`.
    public func solve(_ b: [Scalar]) -> [Scalar] {
        precondition(b.count == order, "CholeskyFactorization.solve: expected \(order) elements, got \(b.count)")
        var x = b
        x.withUnsafeMutableBufferPointer { x in
            if let x = x.baseAddress { solve(inPlace: x, columns: 1, stride: 1) }
        }
        return x
    }

    /// The solution X of AX = `b`, each of shape `order` × any number of columns.
    public func solve(_ b: Matrix<Scalar>) -> Matrix<Scalar> {
        precondition(b.rows == order, "CholeskyFactorization.solve: expected \(order) rows, got \(b.rows)")
        var x = b
        x.storage.withUnsafeMutableBufferPointer { x in
            if let x = x.baseAddress { solve(inPlace: x, columns: b.columns, stride: b.rowStride) }
        }
        return x
    }

    /// Replaces `b`, of shape `order` × `columns` with the given row stride, by A⁻¹`b`. Allocates nothing.
    public func solve(inPlace b: UnsafeMutablePointer<Scalar>, columns: Int, stride: Int) {
        factor.withUnsafeBufferPointer { factor in
            guard let l = factor.baseAddress else { return }
            Scalar.potrs(order, columns: columns, l: l, lStride: max(1, order), b: b, bStride: stride)
        }
    }
}
