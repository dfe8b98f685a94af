import Glibc

/// A sparse matrix by rows, in double precision: what coarse operators are made from (Y. Saad, "Iterative Methods for Sparse
/// Linear Systems", 2003, sec. 3.4).
final class SparseRows {
    let rows: Int
    /// Where each row starts; the last place is the number of entries.
    let starts: UnsafeMutablePointer<Int32>
    /// The column and the value of every entry, in any order within a row.
    private(set) var columns: UnsafeMutablePointer<Int32>
    private(set) var values: UnsafeMutablePointer<Double>
    private var capacity: Int

    /// A matrix without entries, with room for `capacity` of them.
    init(rows: Int, capacity: Int) {
        self.rows = rows
        self.capacity = max(1, capacity)
        starts = .allocate(capacity: rows + 1)
        starts.initialize(repeating: 0, count: rows + 1)
        columns = Self.memory(self.capacity)
        values = Self.memory(self.capacity)
    }

    deinit {
        starts.deallocate()
        free(columns)
        free(values)
    }

    /// Memory that is not touched yet; in huge pages, where the system offers them, first touch costs a fraction.
    private static func memory<Value>(_ count: Int) -> UnsafeMutablePointer<Value> {
        var memory: UnsafeMutableRawPointer?
        let (bytes, hugePage) = (count * MemoryLayout<Value>.stride, 1 << 21)
        guard posix_memalign(&memory, bytes >= hugePage ? hugePage : 64, bytes) == 0, let memory else {
            fatalError("out of memory: \(bytes) bytes were asked for")
        }
        if bytes >= hugePage { madvise(memory, bytes / hugePage * hugePage, MADV_HUGEPAGE) }
        return memory.bindMemory(to: Value.self, capacity: count)
    }

    /// The number of entries.
    var count: Int { Int(starts[rows]) }

    /// The places of a row's entries.
    @inline(__always)
    func row(_ i: Int) -> Range<Int> { Range(uncheckedBounds: (Int(starts[i]), Int(starts[i &+ 1]))) }

    /// Makes room for `needed` entries, of which the first `used` are there.
    private func reserve(_ needed: Int, used: Int) {
        guard needed > capacity else { return }
        precondition(needed < Int(Int32.max), "expected fewer than 2³¹ entries of a sparse matrix, got \(needed)")
        let larger = max(needed, 3 * capacity / 2)
        let (moved, values): (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Double>) = (
            Self.memory(larger), Self.memory(larger)
        )
        moved.update(from: columns, count: used)
        values.update(from: self.values, count: used)
        free(columns)
        free(self.values)
        (columns, self.values, capacity) = (moved, values, larger)
    }

    /// The transpose, of this many rows.
    func transposed(rows count: Int) -> SparseRows {
        let result = SparseRows(rows: count, capacity: self.count)
        let starts = result.starts
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

    /// (self + diagonal) · right, of `columns` columns; the diagonal may be nil.
    func product(_ diagonal: UnsafePointer<Double>?, _ right: SparseRows, columns count: Int) -> SparseRows {
        let result = SparseRows(rows: rows, capacity: 3 * max(self.count, right.count) / 2)
        // Where a column's entry of the present row is.
        let places = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, count))
        places.initialize(repeating: -1, count: max(1, count))
        defer { places.deallocate() }
        var used = 0
        for i in 0..<rows {
            let start = used
            var most = diagonal == nil ? 0 : right.row(i).count
            for k in row(i) { most &+= right.row(Int(columns[k])).count }
            result.reserve(used &+ most, used: used)
            let (columns, values) = (result.columns, result.values)
            @inline(__always)
            func add(_ factor: Double, _ j: Int) {
                for k in right.row(j) {
                    let column = right.columns[k]
                    let place = Int(places[Int(column)])
                    if place >= start {
                        values[place] += factor * right.values[k]
                    } else {
                        places[Int(column)] = Int32(truncatingIfNeeded: used)
                        columns[used] = column
                        values[used] = factor * right.values[k]
                        used &+= 1
                    }
                }
            }
            if let diagonal { add(diagonal[i], i) }
            for k in row(i) { add(self.values[k], Int(self.columns[k])) }
            result.starts[i &+ 1] = Int32(truncatingIfNeeded: used)
        }
        return result
    }

    /// Writes the entry at a place of a row under construction.
    @inline(__always)
    func write(_ column: Int32, _ value: Double, at place: Int) {
        columns[place] = column
        values[place] = value
    }
}
