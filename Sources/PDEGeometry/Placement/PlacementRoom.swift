import PDECore

/// The room between the margins that an obstacle may be placed in.
struct PlacementRoom {
    private let obstacle: Obstacle
    private let grid: Grid
    /// Where the obstacle's origin may lie.
    private let lower, upper: Point2
    /// Where the lower-left cell of a box of cells may lie.
    private let columns, rows: ClosedRange<Int>

    /// The room for an obstacle.
    ///
    /// - Throws: `GeometryError` if the obstacle is thinner than `cellsAcross` cells or does not fit between the margins.
    init(for obstacle: Obstacle, margins: Margins, on grid: Grid, cellsAcross: Int) throws(GeometryError) {
        self.obstacle = obstacle
        self.grid = grid
        if let error = grid.thinness(of: obstacle.name, width: obstacle.shape.thickness, required: cellsAcross) {
            throw error
        }
        let box = obstacle.shape.boundingBox
        let from = grid.lowerCorner + Point2(margins.inlet, margins.bottom)
        let to = grid.upperCorner - Point2(margins.outlet, margins.top)
        lower = from - box.lower
        upper = to - box.upper
        let tolerance = grid.positionTolerance
        for (axis, direction) in ["x", "y"].enumerated() where upper[axis] < lower[axis] - tolerance {
            throw .tooLarge(
                body: obstacle.name, extent: box.size[axis], room: max(0, to[axis] - from[axis]), direction: direction)
        }
        guard case .cells(let width, let height) = obstacle.snapping else {
            (columns, rows) = (0...0, 0...0)
            return
        }
        let first = ((from - grid.lowerCorner) / grid.cellSize - 1e-6).rounded(.up)
        let end = ((to - grid.lowerCorner) / grid.cellSize + 1e-6).rounded(.down)
        let last = end - Point2(Double(width), Double(height))
        for (axis, direction) in ["x", "y"].enumerated() where last[axis] < first[axis] {
            throw .tooLarge(
                body: obstacle.name, extent: box.size[axis],
                room: max(0, end[axis] - first[axis]) * grid.cellSize[axis], direction: direction)
        }
        columns = Int(first.x)...Int(last.x)
        rows = Int(first.y)...Int(last.y)
    }

    /// The obstacle at a position drawn uniformly; nil if snapping took it out of its room.
    func drawShape(using stream: inout RandomStream) -> Shape? {
        if case .cells(let width, let height) = obstacle.snapping {
            let x = columns.lowerBound + stream.integer(below: columns.count)
            let y = rows.lowerBound + stream.integer(below: rows.count)
            return .rectangle(CellBox(x: x..<(x + width), y: y..<(y + height)).rectangle(on: grid))
        }
        // Where the obstacle fits exactly, round-off may have put the ends in the wrong order.
        var origin = Point2(
            stream.uniform(in: min(lower.x, upper.x)...max(lower.x, upper.x)),
            stream.uniform(in: min(lower.y, upper.y)...max(lower.y, upper.y)))
        if case .center = obstacle.snapping {
            let corner = ((origin - grid.lowerCorner) / grid.cellSize).rounded(.toNearestOrEven)
            origin = grid.position(corner.x, corner.y)
            let tolerance = grid.positionTolerance
            guard (lower - origin).max() <= tolerance, (origin - upper).max() <= tolerance else { return nil }
        }
        return obstacle.shape.translated(by: origin)
    }
}
