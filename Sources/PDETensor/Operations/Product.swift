import PDECore

/// Matrix products: op(A) op(B), the same number of pairs on both sides.
///
/// Operands are [batch][rows][columns], or plain matrices.
struct Product<Scalar: Real>: Operation {
    let transposesA, transposesB: Bool
    var keeps: Keeping { .operands }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let (a, b) = (x[0].shape, x[1].shape)
        precondition(
            a.count == b.count && (2...3).contains(a.count) && a.dropLast(2) == b.dropLast(2),
            "product: shapes \(a) and \(b) do not fit")
        let (m, k) = transposesA ? (a[a.count - 1], a[a.count - 2]) : (a[a.count - 2], a[a.count - 1])
        let (inner, n) = transposesB ? (b[b.count - 1], b[b.count - 2]) : (b[b.count - 2], b[b.count - 1])
        precondition(k == inner, "product: inner lengths \(k) and \(inner) of shapes \(a) and \(b) differ")
        let result = x[0].empty(a.dropLast(2) + [m, n])
        var product = MatrixProduct(rows: m, columns: n, inner: k)
        product.batch = a.count == 3 ? a[0] : 1
        product.transposesA = transposesA
        product.transposesB = transposesB
        x[0].backend.multiply(product, x[0], x[1], into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let (a, b) = (call.operand(0), call.operand(1))
        return [
            call.wants(0)
                ? (transposesA
                    ? Product(transposesA: transposesB, transposesB: true)(b, cotangent)
                    : Product(transposesA: false, transposesB: !transposesB)(cotangent, b)) : nil,
            call.wants(1)
                ? (transposesB
                    ? Product(transposesA: true, transposesB: transposesA)(cotangent, a)
                    : Product(transposesA: !transposesA, transposesB: false)(a, cotangent)) : nil,
        ]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        let first = tangents[0].map { self($0, call.operand(1)) }
        let second = tangents[1].map { self(call.operand(0), $0) }
        return first.map { first in second.map { first + $0 } ?? first } ?? second
    }
}

extension Tensor {
    /// The matrix product op(self) op(other).
    ///
    /// - Parameters:
    ///   - other: a matrix, or as many matrices as this tensor has in front of its last two axes. A plain matrix serves all
    ///     rows of this tensor, whatever axes stand in front of the last.
    ///   - transposingSelf: whether the last two axes of this tensor change places.
    ///   - transposingOther: whether those of `other` do.
    public func product(
        _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
    ) -> Tensor {
        let operation = Product<Scalar>(transposesA: transposingSelf, transposesB: transposingOther)
        precondition(rank >= 2 && other.rank >= 2, "product: expected matrices, got shapes \(shape) and \(other.shape)")
        if rank == 2 && other.rank == 2 { return operation(self, other) }
        if other.rank == 2 && !transposingSelf {
            let rows = operation(reshaped([count / shape[rank - 1], shape[rank - 1]]), other)
            return rows.reshaped(shape.dropLast() + [rows.shape[1]])
        }
        let batch = Array(shape.dropLast(2))
        precondition(
            batch == other.shape.dropLast(2),
            "product: expected as many matrices on both sides, got shapes \(shape) and \(other.shape)")
        let a = reshaped([batch.product] + shape.suffix(2))
        let b = other.reshaped([batch.product] + other.shape.suffix(2))
        let result = operation(a, b)
        return result.reshaped(batch + result.shape.suffix(2))
    }
}
