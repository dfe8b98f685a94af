/// A sparse matrix by rows, in double precision: what coarse operators are made from (Y. Saad, "Iterative Methods for Sparse
/// Linear Systems", 2003, sec. 3.4).
final class SparseRows {
    let rows: Int
    /// Where each row starts; the last place is the number of entries.
    let starts: UnsafeMutablePointer<Int32>
    /// The column and the value of every entry, in any order within a row.
    private(set) var columns: UnsafeMutablePointer<Int32>
    private(set) var values: UnsafeMutablePointer<Double>
    let memory: SetupMemory
    private var capacity: Int

    /// A matrix without entries, with room for `capacity` of them.
    init(rows: Int, capacity: Int, in memory: SetupMemory) {
        self.rows = rows
        self.capacity = capacity
        self.memory = memory
        starts = memory.allocate(rows + 1)
        starts[0] = 0
        (values, columns) = Self.room(capacity, in: memory)
    }

    /// Room for values and their columns, one behind the other.
    private static func room(
        _ capacity: Int, in memory: SetupMemory
    ) -> (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Int32>) {
        let values: UnsafeMutablePointer<Double> = memory.allocate(capacity + (capacity + 1) / 2)
        return (
            values, UnsafeMutableRawPointer(values + capacity).bindMemory(to: Int32.self, capacity: max(1, capacity))
        )
    }

    /// Gives back the room that is left, when the matrix is made, and all that was asked for meanwhile.
    func trim() {
        columns = UnsafeMutableRawPointer(values + count).moveInitializeMemory(
            as: Int32.self, from: columns, count: count)
        memory.giveBack(after: columns + count)
        capacity = count
    }

    /// The number of entries.
    var count: Int { Int(starts[rows]) }

    /// The places of a row's entries.
    @inline(__always)
    func row(_ i: Int) -> Range<Int> { Range(uncheckedBounds: (Int(starts[i]), Int(starts[i &+ 1]))) }

    /// Makes room for `needed` entries, of which the first `used` are there. Returns whether they have moved.
    func reserve(_ needed: Int, used: Int) -> Bool {
        guard needed > capacity else { return false }
        precondition(needed < Int(Int32.max), "expected fewer than 2³¹ entries of a sparse matrix, got \(needed)")
        let larger = max(needed, 3 * capacity / 2)
        let (values, columns) = Self.room(larger, in: memory)
        values.update(from: self.values, count: used)
        columns.update(from: self.columns, count: used)
        (self.columns, self.values, capacity) = (columns, values, larger)
        return true
    }

    /// The transpose, of this many rows.
    func transposed(rows count: Int) -> SparseRows {
        let result = SparseRows(rows: count, capacity: self.count, in: memory)
        let starts = result.starts
        starts.initialize(repeating: 0, count: count + 1)
        for k in 0..<self.count { starts[Int(columns[k]) &+ 1] &+= 1 }
        for i in 0..<count { starts[i &+ 1] &+= starts[i] }
        // Starts serve as places to write to, and are moved back.
        for i in 0..<rows {
            for k in row(i) {
                let to = Int(starts[Int(columns[k])])
                starts[Int(columns[k])] &+= 1
                result.columns[to] = Int32(truncatingIfNeeded: i)
                result.values[to] = values[k]
            }
        }
        for i in stride(from: count, to: 0, by: -1) { starts[i] = starts[i &- 1] }
        starts[0] = 0
        return result
    }

    /// (self + diagonal) · right, of `columns` columns.
    ///
    /// - Parameter places: room for a number of each column.
    func product(
        _ diagonal: UnsafePointer<Double>, _ right: SparseRows, places: UnsafeMutablePointer<Int32>, columns count: Int
    ) -> SparseRows {
        let result = SparseRows(rows: rows, capacity: 2 * max(self.count, right.count), in: memory)
        var sums = RowSums(result, columns: count, places: places)
        for i in 0..<rows {
            var most = right.row(i).count
            for k in row(i) { most &+= right.row(Int(columns[k])).count }
            sums.begin(i, most: most)
            for k in right.row(i) { sums.add(diagonal[i] * right.values[k], to: right.columns[k]) }
            for k in row(i) {
                let factor = values[k]
                for l in right.row(Int(columns[k])) { sums.add(factor * right.values[l], to: right.columns[l]) }
            }
            sums.end()
        }
        result.trim()
        return result
    }

    /// Writes the entry at a place of a row under construction.
    @inline(__always)
    func write(_ column: Int32, _ value: Double, at place: Int) {
        columns[place] = column
        values[place] = value
    }
}
