/// How far the faces of a pressure grid's cells are open, and which cells are solid.
///
/// A cell is solid when none of its faces is open. Cells are counted row-major, x fastest: cell (x, y) at y · columns + x.
public struct FaceOpenings: Sendable {
    /// The cells.
    public let grid: PressureGrid
    /// Whether each cell is solid.
    public let isSolid: [Bool]
    /// The open share of the face to the right of each cell, from 0 to 1; in the last column of the side, or of the face
    /// through a periodic side. Closed beside solid cells.
    public let right: [Double]
    /// The open share of the face above each cell; in the last row of the side, or of the face through a periodic side.
    public let upper: [Double]

    /// Cells that are open or solid as a whole.
    ///
    /// - Parameters:
    ///   - grid: the cells.
    ///   - solid: one value a cell, other than 0 where it is solid; empty when nothing is.
    public init(_ grid: PressureGrid, solid: [UInt8] = []) {
        precondition(
            solid.isEmpty || solid.count == grid.count,
            "solid: expected \(grid.count) cells (\(grid.columns) × \(grid.rows)), got \(solid.count)")
        let open = [Double](repeating: 1, count: grid.count)
        self.init(grid, right: open, upper: open, isSolid: { !solid.isEmpty && solid[$0] != 0 })
    }

    /// Faces that are open in part.
    ///
    /// - Parameters:
    ///   - grid: the cells.
    ///   - right: the open share of the face to the right of each cell. A Dirichlet side is open or closed: a share of
    ///     1 where its cell is fluid.
    ///   - upper: the open share of the face above each cell.
    ///   - isSolid: whether the cell with this number is solid; it must be where none of its faces is open.
    package init(_ grid: PressureGrid, right: [Double], upper: [Double], isSolid: (Int) -> Bool) {
        let solid = (0..<grid.count).map(isSolid)
        precondition(solid.contains(false), "solid: expected at least one fluid cell, got none")
        self.grid = grid
        self.isSolid = solid
        self.right = (0..<grid.count).map { cell in
            let x = cell % grid.columns
            let other = x + 1 < grid.columns ? cell + 1 : grid.right == .periodic ? cell - x : cell
            return solid[cell] || solid[other] ? 0 : right[cell]
        }
        self.upper = (0..<grid.count).map { cell in
            let y = cell / grid.columns
            let above = y + 1 < grid.rows ? cell + grid.columns : grid.top == .periodic ? cell % grid.columns : cell
            return solid[cell] || solid[above] ? 0 : upper[cell]
        }
    }
}
