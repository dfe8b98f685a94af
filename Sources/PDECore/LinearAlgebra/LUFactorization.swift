/// The factorisation of a square matrix by elimination with partial pivoting, made once and solved with many times.
///
/// Making it costs 2n³/3 operations; a solution costs 2n² for each right-hand side. A matrix that is singular up to
/// round-off is not recognised: check the residual where that may happen.
public struct LUFactorization<Scalar: LinearAlgebraScalar>: Sendable {
    /// The number of rows and columns.
    public let order: Int
    private let factors: [Scalar]
    private let pivots: [Int32]

    /// Factorises `matrix`.
    ///
    /// - Throws: `LinearAlgebraError.singular` with the position of the first pivot that is exactly zero.
    public init(_ matrix: Matrix<Scalar>) throws(LinearAlgebraError) {
        precondition(
            matrix.rows == matrix.columns,
            "LUFactorization: expected a square matrix, got \(matrix.rows)×\(matrix.columns)")
        order = matrix.rows
        var factors = matrix.storage
        var pivots = [Int32](repeating: 0, count: order)
        let (n, stride) = (order, matrix.rowStride)
        let info = factors.withUnsafeMutableBufferPointer { a in
            pivots.withUnsafeMutableBufferPointer { pivots in
                guard let a = a.baseAddress, let pivots = pivots.baseAddress else { return 0 }
                return Scalar.getrf(n, a: a, aStride: stride, pivots: pivots)
            }
        }
        guard info == 0 else { throw .singular(position: info - 1, order: order) }
        self.factors = factors
        self.pivots = pivots
    }

    /// The determinant, which overflows early: use it for small matrices.
    public var determinant: Scalar {
        var product: Scalar = 1
        for i in 0..<order {
            product *= pivots[i] == Int32(i + 1) ? factors[i * order + i] : -factors[i * order + i]
        }
        return product
    }

    /// The solution x of Ax = `b`.
    public func solve(_ b: [Scalar]) -> [Scalar] {
        precondition(b.count == order, "LUFactorization.solve: expected \(order) elements, got \(b.count)")
        var x = b
        x.withUnsafeMutableBufferPointer { x in
            if let x = x.baseAddress { solve(inPlace: x, columns: 1, stride: 1) }
        }
        return x
    }

    /// The solution X of AX = `b`, each of shape `order` × any number of columns.
    public func solve(_ b: Matrix<Scalar>) -> Matrix<Scalar> {
        precondition(b.rows == order, "LUFactorization.solve: expected \(order) rows, got \(b.rows)")
        var x = b
        x.storage.withUnsafeMutableBufferPointer { x in
            if let x = x.baseAddress { solve(inPlace: x, columns: b.columns, stride: b.rowStride) }
        }
        return x
    }

    /// Replaces `b`, of shape `order` × `columns` with the given row stride, by A⁻¹`b`. Allocates nothing.
    public func solve(inPlace b: UnsafeMutablePointer<Scalar>, columns: Int, stride: Int) {
        factors.withUnsafeBufferPointer { factors in
            pivots.withUnsafeBufferPointer { pivots in
                guard let lu = factors.baseAddress, let pivots = pivots.baseAddress else { return }
                Scalar.getrs(
                    order, columns: columns, lu: lu, luStride: max(1, order), pivots: pivots, b: b, bStride: stride)
            }
        }
    }
}
