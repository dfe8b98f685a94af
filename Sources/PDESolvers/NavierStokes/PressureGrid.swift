/// What the pressure obeys on one side of the box.
public enum PressureBoundary: String, Hashable, Codable, Sendable {
    /// The normal velocity is given (wall, inlet, lid): no gradient through the boundary faces.
    case neumann
    /// p = 0 on the boundary faces, half a cell from the outermost centres (outlet).
    case dirichlet
    /// The side is glued to the opposite one.
    case periodic
}

/// The cells of a uniform staggered grid, as the pressure sees them.
///
/// Pressures sit at the centres of `columns` × `rows` cells and are stored row-major, x fastest: cell (x, y) at
/// `y · columns + x`. The operator is the divergence of the gradient on the cells' faces: five points.
public struct PressureGrid: Hashable, Sendable {
    /// Number of cells along x.
    public let columns: Int
    /// Number of cells along y.
    public let rows: Int
    /// Width of a cell.
    public let dx: Double
    /// Height of a cell.
    public let dy: Double
    /// The sides x = 0 and x = `columns` · `dx`.
    public let left, right: PressureBoundary
    /// The sides y = 0 and y = `rows` · `dy`.
    public let bottom, top: PressureBoundary

    /// A grid of `columns` × `rows` cells; at least two along each axis, three along a periodic one.
    public init(
        columns: Int, rows: Int, dx: Double, dy: Double,
        left: PressureBoundary, right: PressureBoundary, bottom: PressureBoundary, top: PressureBoundary
    ) {
        precondition(dx > 0 && dy > 0, "dx, dy: expected more than 0, got \(dx), \(dy)")
        precondition(
            (left == .periodic) == (right == .periodic),
            "left, right: expected both or none to be periodic, got \(left), \(right)")
        precondition(
            (bottom == .periodic) == (top == .periodic),
            "bottom, top: expected both or none to be periodic, got \(bottom), \(top)")
        let (leastColumns, leastRows) = (left == .periodic ? 3 : 2, bottom == .periodic ? 3 : 2)
        precondition(columns >= leastColumns, "columns: expected at least \(leastColumns), got \(columns)")
        precondition(rows >= leastRows, "rows: expected at least \(leastRows), got \(rows)")
        self.columns = columns
        self.rows = rows
        self.dx = dx
        self.dy = dy
        self.left = left
        self.right = right
        self.bottom = bottom
        self.top = top
    }

    /// Number of cells.
    public var count: Int { columns * rows }

    /// Whether a constant can be added to the pressure: no side holds it.
    public var isSingular: Bool { ![left, right, bottom, top].contains(.dirichlet) }

    var horizontal: PressureAxis { PressureAxis(count: columns, spacing: dx, lower: left, upper: right) }
    var vertical: PressureAxis { PressureAxis(count: rows, spacing: dy, lower: bottom, upper: top) }
}

/// One axis of a pressure grid.
struct PressureAxis: Hashable, Sendable {
    let count: Int
    let spacing: Double
    let lower, upper: PressureBoundary

    var isPeriodic: Bool { lower == .periodic }
    /// Whether reflecting the axis at its middle leaves the operator as it is.
    var isSymmetric: Bool { lower == upper }
    /// Whether constants along the axis have no second difference.
    var isSingular: Bool { lower != .dirichlet && upper != .dirichlet }
    /// The weight of a difference between neighbours.
    var weight: Double { 1 / (spacing * spacing) }
}
