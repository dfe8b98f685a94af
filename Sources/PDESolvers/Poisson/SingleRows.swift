import PDECore

/// A sparse matrix by rows in single precision, as the cycle of algebraic multigrid applies it.
final class SingleRows: @unchecked Sendable {
    let rows: Int
    let starts: UnsafeMutablePointer<Int32>
    let columns: UnsafeMutablePointer<Int32>
    let values: AlignedBuffer<Float>

    /// Rows of `matrix` that are chosen, in order, with columns renamed.
    ///
    /// - Parameters:
    ///   - chosen: the number of each row in `matrix`; −1 for a row without entries.
    ///   - rename: the new name of each column, −1 for one that is left out; nil where they keep theirs.
    init(_ matrix: SparseRows, chosen: [Int32]? = nil, rename: UnsafePointer<Int32>? = nil) {
        rows = chosen?.count ?? matrix.rows
        starts = .allocate(capacity: rows + 1)
        columns = .allocate(capacity: max(1, matrix.count))
        values = AlignedBuffer(count: matrix.count)
        var used = 0
        for i in 0..<rows {
            starts[i] = Int32(truncatingIfNeeded: used)
            let number = chosen.map { Int($0[i]) } ?? i
            guard number >= 0 else { continue }
            for k in matrix.row(number) {
                let column = rename.map { $0[Int(matrix.columns[k])] } ?? matrix.columns[k]
                guard column >= 0 else { continue }
                columns[used] = column
                values.pointer[used] = Float(matrix.values[k])
                used &+= 1
            }
        }
        starts[rows] = Int32(truncatingIfNeeded: used)
    }

    deinit {
        starts.deallocate()
        columns.deallocate()
    }

    /// A row times x.
    @inline(__always)
    func product(_ i: Int, _ x: UnsafePointer<Float>) -> Float {
        var (sum, k): (Float, Int) = (0, Int(starts[i]))
        let end = Int(starts[i &+ 1])
        while k < end {
            sum += values.pointer[k] * x[Int(columns[k])]
            k &+= 1
        }
        return sum
    }

    /// y ← the product with x, in some rows.
    func multiply(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, rows: Range<Int>) {
        for i in rows { y[i] = product(i, x) }
    }

    /// y ← y + the product with x.
    func addProduct(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>) {
        for i in 0..<rows { y[i] += product(i, x) }
    }
}
