import PDECore

/// A box of whole cells: those with an index in `x` along the first axis and in `y` along the second.
public struct CellBox: Hashable, Codable, Sendable {
    /// Indices of the cells along x.
    public let x: Range<Int>
    /// Indices of the cells along y.
    public let y: Range<Int>

    /// The box of cells with these indices; neither range may be empty.
    public init(x: Range<Int>, y: Range<Int>) {
        precondition(!x.isEmpty && !y.isEmpty, "cell box: expected at least one cell, got \(x) by \(y)")
        self.x = x
        self.y = y
    }

    /// The square of `side`² cells whose lower-left cell has the indices `x` and `y`.
    public init(x: Int, y: Int, side: Int) {
        self.init(x: x..<(x + side), y: y..<(y + side))
    }

    /// The cells that a rectangle covers, if its sides lie on cell faces to a millionth of a cell; nil otherwise.
    public init?(_ rectangle: Rectangle, on grid: Grid) {
        grid.requirePlaneOfCells()
        let lower = (rectangle.lower - grid.lowerCorner) / grid.cellSize
        let upper = (rectangle.upper - grid.lowerCorner) / grid.cellSize
        func isWhole(_ value: Point2) -> Bool {
            (value - value.rounded(.toNearestOrEven)).magnitude.max() < 1e-6 && value.magnitude.max() < 1e9
        }
        guard isWhole(lower), isWhole(upper) else { return nil }
        let (first, end) = (lower.rounded(.toNearestOrEven), upper.rounded(.toNearestOrEven))
        guard first.x < end.x, first.y < end.y else { return nil }
        self.init(x: Int(first.x)..<Int(end.x), y: Int(first.y)..<Int(end.y))
    }

    /// The rectangle that the cells fill on `grid`.
    public func rectangle(on grid: Grid) -> Rectangle {
        grid.requirePlaneOfCells()
        return Rectangle(
            lower: grid.position(Double(x.lowerBound), Double(y.lowerBound)),
            upper: grid.position(Double(x.upperBound), Double(y.upperBound)))
    }

    /// Whether the boxes share a cell; boxes side by side do not.
    public func overlaps(_ other: CellBox) -> Bool { x.overlaps(other.x) && y.overlaps(other.y) }

    /// The same box on a grid with `factor` times as many cells along each axis.
    public func refined(by factor: Int) -> CellBox {
        CellBox(
            x: (x.lowerBound * factor)..<(x.upperBound * factor), y: (y.lowerBound * factor)..<(y.upperBound * factor))
    }
}
