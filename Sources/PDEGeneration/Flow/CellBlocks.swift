import PDECore

/// Blocks of k × k cells that become one stored cell each.
///
/// A block is solid where more than half of its cells are; elsewhere its value is the mean over its fluid cells. So a solid
/// cell's value, which is 0, never enters.
package struct CellBlocks {
    /// Stored cells along x and y.
    package let columns, rows: Int
    /// For each stored cell 1 if it is solid, 0 if it is fluid: [x][y].
    package let mask: [Float]
    /// Whether each cell of the fine grid is fluid.
    private let fluid: [Float]
    /// For each stored cell what the sum over its fluid cells is multiplied by.
    private let weights: [Float]
    private let side: Int

    /// Blocks of `side` × `side` cells over a mask of `columns` × `rows` cells, whose sizes `side` must divide.
    package init(of solid: [UInt8], columns: Int, rows: Int, side: Int) {
        precondition(
            columns % side == 0 && rows % side == 0, "side: expected a divisor of \(columns) and \(rows), got \(side)")
        self.columns = columns / side
        self.rows = rows / side
        self.side = side
        fluid = solid.map { $0 == 0 ? 1 : 0 }
        var counts = [Int](repeating: 0, count: self.columns * self.rows)
        for cell in solid.indices where solid[cell] == 0 {
            counts[cell / rows / side * self.rows + cell % rows / side] += 1
        }
        mask = counts.map { 2 * $0 < side * side ? 1 : 0 }
        weights = counts.map { 2 * $0 < side * side ? 0 : 1 / Float($0) }
    }

    /// Writes the blocks' means of `values` to `target`, both [x][y][component].
    package func average(_ values: UnsafePointer<Float>, components: Int, into target: UnsafeMutablePointer<Float>) {
        let fineRows = rows * side
        for i in 0..<columns {
            for j in 0..<rows {
                for component in 0..<components {
                    var sum: Float = 0
                    for x in i * side..<(i + 1) * side {
                        for y in j * side..<(j + 1) * side {
                            let cell = x &* fineRows &+ y
                            sum += fluid[cell] * values[cell &* components &+ component]
                        }
                    }
                    target[(i * rows + j) * components + component] = sum * weights[i * rows + j]
                }
            }
        }
    }
}
