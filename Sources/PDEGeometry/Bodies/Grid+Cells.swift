import PDECore

extension Grid {
    /// Stops unless the grid is one of cells in the plane, x first.
    package func requirePlaneOfCells() {
        precondition(
            dimensions == 2 && axes.allSatisfy { $0.placement == .cells },
            "grid: expected two axes of cells, x before y, got \(axes.map(\.placement.rawValue))")
    }

    /// Width and height of a cell.
    package var cellSize: Point2 { Point2(axes[0].spacing, axes[1].spacing) }

    /// The corner with the smallest coordinates.
    package var lowerCorner: Point2 { Point2(axes[0].lower, axes[1].lower) }

    /// The corner with the largest coordinates.
    package var upperCorner: Point2 { Point2(axes[0].upper, axes[1].upper) }

    /// A point given in cells from the lower corner: whole numbers are cell corners, halves are centres.
    package func position(_ x: Double, _ y: Double) -> Point2 { lowerCorner + Point2(x, y) * cellSize }

    /// What is smaller counts as zero when a point is compared with a boundary.
    package var positionTolerance: Double { 1e-9 * smallestSpacing }
}
