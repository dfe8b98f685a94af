/// A dense matrix of `rows` × `columns` numbers, stored row by row.
///
/// Products go to BLAS. For work in place and in hot loops, use the functions of `LinearAlgebraScalar` on pointers.
public struct Matrix<Scalar: LinearAlgebraScalar>: Equatable, Sendable {
    /// The number of rows.
    public let rows: Int
    /// The number of columns.
    public let columns: Int
    /// The elements: (i, j) at i · `columns` + j.
    public var storage: [Scalar]

    /// A matrix whose elements are all `value`.
    public init(rows: Int, columns: Int, repeating value: Scalar = 0) {
        self.init(rows: rows, columns: columns, storage: Array(repeating: value, count: rows * columns))
    }

    /// A matrix on `storage`, which holds it row by row.
    public init(rows: Int, columns: Int, storage: [Scalar]) {
        precondition(rows >= 0 && columns >= 0, "Matrix: sizes must not be negative, got \(rows)×\(columns)")
        precondition(
            storage.count == rows * columns,
            "Matrix: storage of a \(rows)×\(columns) matrix must have \(rows * columns) elements, got \(storage.count)")
        self.rows = rows
        self.columns = columns
        self.storage = storage
    }

    /// A matrix whose element (i, j) is `element(i, j)`.
    @inlinable
    public init(rows: Int, columns: Int, _ element: (Int, Int) throws -> Scalar) rethrows {
        self.init(rows: rows, columns: columns)
        for i in 0..<rows {
            for j in 0..<columns {
                storage[i * columns + j] = try element(i, j)
            }
        }
    }

    /// The identity matrix of `order` rows.
    public static func identity(_ order: Int) -> Matrix {
        var matrix = Matrix(rows: order, columns: order)
        for i in 0..<order { matrix.storage[i * order + i] = 1 }
        return matrix
    }

    /// The distance between the starts of two rows that BLAS accepts: `columns`, but at least 1.
    @inlinable public var rowStride: Int { max(1, columns) }

    /// The element in row `i` and column `j`, both from 0.
    @inlinable
    public subscript(i: Int, j: Int) -> Scalar {
        get {
            checkIndex(i, j)
            return storage[i * columns + j]
        }
        set {
            checkIndex(i, j)
            storage[i * columns + j] = newValue
        }
    }

    /// Row `i` as an array.
    public func row(_ i: Int) -> [Scalar] {
        checkIndex(i, 0, columns: 1)
        return Array(storage[i * columns..<(i + 1) * columns])
    }

    /// The matrix with rows and columns exchanged. A product takes a transposed factor without this copy.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func transposed() -> Matrix {
        Matrix(rows: columns, columns: rows) { storage[$1 * columns + $0] }
    }

    /// The product op(self) · op(other), each factor plain or transposed.
    public func product(
        _ orientation: MatrixOrientation = .plain, with other: Matrix, _ otherOrientation: MatrixOrientation = .plain
    ) -> Matrix {
        let (m, k) = orientation == .plain ? (rows, columns) : (columns, rows)
        let (inner, n) = otherOrientation == .plain ? (other.rows, other.columns) : (other.columns, other.rows)
        precondition(
            k == inner, "Matrix product: expected a second factor of \(k) rows, got \(inner)×\(n) after a \(m)×\(k)")
        var result = Matrix(rows: m, columns: n)
        let resultStride = result.rowStride
        result.storage.withUnsafeMutableBufferPointer { c in
            storage.withUnsafeBufferPointer { a in
                other.storage.withUnsafeBufferPointer { b in
                    guard let c = c.baseAddress, let a = a.baseAddress, let b = b.baseAddress else { return }
                    Scalar.gemm(
                        orientation, otherOrientation, rows: m, columns: n, inner: k, alpha: 1, a: a,
                        aStride: rowStride, b: b, bStride: other.rowStride, beta: 0, c: c, cStride: resultStride)
                }
            }
        }
        return result
    }

    /// The product op(self) · `vector`.
    public func product(_ orientation: MatrixOrientation = .plain, with vector: [Scalar]) -> [Scalar] {
        let (m, k) = orientation == .plain ? (rows, columns) : (columns, rows)
        precondition(vector.count == k, "Matrix product: expected a vector of \(k) elements, got \(vector.count)")
        var result = [Scalar](repeating: 0, count: m)
        result.withUnsafeMutableBufferPointer { y in
            storage.withUnsafeBufferPointer { a in
                vector.withUnsafeBufferPointer { x in
                    guard let y = y.baseAddress, let a = a.baseAddress, let x = x.baseAddress else { return }
                    Scalar.gemv(
                        orientation, rows: rows, columns: columns, alpha: 1, a: a, aStride: rowStride, x: x, beta: 0,
                        y: y)
                }
            }
        }
        return result
    }

    /// The matrix product.
    public static func * (left: Matrix, right: Matrix) -> Matrix {
        left.product(with: right)
    }

    /// The product of a matrix with a vector.
    public static func * (left: Matrix, right: [Scalar]) -> [Scalar] {
        left.product(with: right)
    }

    @inlinable
    func checkIndex(_ i: Int, _ j: Int, columns bound: Int? = nil) {
        precondition(
            i >= 0 && i < rows && j >= 0 && j < bound ?? columns,
            "Matrix: index (\(i), \(j)) lies outside of \(rows)×\(columns)")
    }
}
