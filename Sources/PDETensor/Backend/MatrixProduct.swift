/// C ← op(A) op(B) for one pair of row-major matrices or for many of them.
public struct MatrixProduct: Equatable, Sendable {
    /// Number of products, side by side in memory.
    public var batch = 1
    /// Rows of op(A) and C, columns of op(B) and C, and the length of the sums.
    public var rows, columns, inner: Int
    /// Whether A is stored as `inner` × `rows`, and B as `columns` × `inner`.
    public var transposesA = false, transposesB = false
    /// Whether the same A, or B, serves all products.
    public var sharesA = false, sharesB = false

    /// One product of `rows` × `inner` by `inner` × `columns`.
    public init(rows: Int, columns: Int, inner: Int) {
        self.rows = rows
        self.columns = columns
        self.inner = inner
    }
}
