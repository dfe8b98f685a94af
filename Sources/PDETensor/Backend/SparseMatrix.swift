/// A matrix with few entries, row by row: what pooling, upsampling and the like are along one axis.
public struct SparseMatrix: Hashable, Sendable {
    /// One number of the matrix.
    public struct Entry: Hashable, Sendable {
        /// Its column.
        public let column: Int
        /// Its value.
        public let weight: Double
    }

    /// The entries of every row, in order of their columns.
    public let rows: [[Entry]]
    /// Number of columns.
    public let columns: Int

    /// A matrix of the given rows; entries of one row at the same column are added.
    public init(rows: [[(column: Int, weight: Double)]], columns: Int) {
        self.columns = columns
        self.rows = rows.map { row in
            var sums: [Int: Double] = [:]
            for (column, weight) in row {
                precondition((0..<columns).contains(column), "column: expected one of 0..<\(columns), got \(column)")
                sums[column, default: 0] += weight
            }
            return sums.sorted { $0.key < $1.key }.map { Entry(column: $0.key, weight: $0.value) }
        }
    }

    /// Rows and columns exchanged.
    public var transposed: SparseMatrix {
        var transposed = [[(column: Int, weight: Double)]](repeating: [], count: columns)
        for (index, row) in rows.enumerated() {
            for entry in row { transposed[entry.column].append((index, entry.weight)) }
        }
        return SparseMatrix(rows: transposed, columns: rows.count)
    }
}
