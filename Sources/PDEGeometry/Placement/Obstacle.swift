import PDECore

/// An obstacle that has a shape but no place yet.
struct Obstacle {
    /// What it is called in messages.
    let name: String
    /// The shape, about the origin.
    let shape: Shape
    /// How its position keeps to the cells.
    let snapping: Snapping

    enum Snapping {
        /// It does not.
        case none
        /// The centre lies on a cell corner.
        case center
        /// It is a box of whole cells.
        case cells(x: Int, y: Int)
    }

    init(kind: ObstacleKind, extents: Point2, angle: Double, isSnapped: Bool, on grid: Grid) {
        let isBox = angle == 0 && (kind == .square || kind == .rectangle)
        var extents = extents
        if isSnapped && isBox {
            let cells = pointwiseMax((extents / grid.cellSize).rounded(.toNearestOrAwayFromZero), Point2(1, 1))
            extents = cells * grid.cellSize
            snapping = .cells(x: Int(cells.x), y: Int(cells.y))
        } else {
            snapping = isSnapped ? .center : .none
        }
        name = "\(kind == .ellipse ? "an" : "a") \(kind.rawValue) of size \(shortText(extents.max()))"
        let shape = kind.shape(extents: extents)
        self.shape = angle == 0 ? shape : shape.rotated(by: angle)
    }
}
