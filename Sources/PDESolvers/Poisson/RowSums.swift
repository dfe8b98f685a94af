/// Makes a sparse matrix row by row; what is added to one column of a row adds up.
struct RowSums {
    private let matrix: SparseRows
    /// Where each column's entry is in the latest row that has it.
    private let places: UnsafeMutablePointer<Int32>
    private var columns: UnsafeMutablePointer<Int32>
    private var values: UnsafeMutablePointer<Double>
    private var row = 0
    private var start: Int32 = 0
    private var used: Int32 = 0

    /// - Parameters:
    ///   - matrix: what is made, still without entries.
    ///   - count: its columns.
    ///   - places: room for a number of each column.
    init(_ matrix: SparseRows, columns count: Int, places: UnsafeMutablePointer<Int32>) {
        self.matrix = matrix
        self.places = places
        places.initialize(repeating: -1, count: count)
        (columns, values) = (matrix.columns, matrix.values)
    }

    /// Begins row i, to which at most so many values are added.
    @inline(__always)
    mutating func begin(_ i: Int, most: Int) {
        if matrix.reserve(Int(used) &+ most, used: Int(used)) { (columns, values) = (matrix.columns, matrix.values) }
        row = i
        start = used
    }

    @inline(__always)
    mutating func add(_ value: Double, to column: Int32) {
        let place = places[Int(column)]
        if place >= start {
            values[Int(place)] += value
        } else {
            places[Int(column)] = used
            columns[Int(used)] = column
            values[Int(used)] = value
            used &+= 1
        }
    }

    /// Takes the column that was added first out of the row and returns its sum.
    @inline(__always)
    mutating func removeFirst() -> Double {
        let (first, last) = (Int(start), Int(used) &- 1)
        let value = values[first]
        places[Int(columns[last])] = start
        places[Int(columns[first])] = -1
        (values[first], columns[first]) = (values[last], columns[last])
        used &-= 1
        return value
    }

    /// Takes all columns out of the row.
    mutating func removeAll() {
        for k in Int(start)..<Int(used) { places[Int(columns[k])] = -1 }
        used = start
    }

    /// Ends the row.
    @inline(__always)
    func end() { matrix.starts[row &+ 1] = used }
}
