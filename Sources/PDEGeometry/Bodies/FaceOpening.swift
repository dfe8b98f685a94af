import PDECore

/// Which share of each face lies outside the bodies.
struct FaceOpening {
    enum Direction { case x, y }

    private let curved: [Shape]
    private let boxed: [Bool]
    private let grid: Grid

    init(bodies: [Shape], cellBoxes: [CellBox?], grid: Grid, mask: [UInt8]) {
        self.grid = grid
        curved = zip(bodies, cellBoxes).filter { $0.1 == nil }.map(\.0)
        let (nx, ny) = (grid.axes[0].count, grid.axes[1].count)
        var boxed = [Bool](repeating: false, count: nx * ny)
        for box in cellBoxes.compactMap(\.self) {
            for i in box.x.clamped(to: 0..<nx) {
                for j in box.y.clamped(to: 0..<ny) { boxed[i * ny + j] = true }
            }
        }
        self.boxed = boxed
    }

    /// The shares of the faces that `centers` lie on, which stand across `direction`.
    ///
    /// `distance` holds the signed distance to all bodies at the centres.
    func fractions(of centers: SampleLattice, direction: Direction, distance: [Double]) -> [Double] {
        let along = direction == .x ? Point2(0, grid.cellSize.y) : Point2(grid.cellSize.x, 0)
        let half = 0.5 * along.length
        var fractions = [Double](repeating: 1, count: distance.count)
        for i in 0..<centers.columns {
            for j in 0..<centers.rows {
                let face = i * centers.rows + j
                if isBoxed(i, j) || (direction == .x ? isBoxed(i - 1, j) : isBoxed(i, j - 1)) {
                    fractions[face] = 0
                } else if distance[face] <= half && !curved.isEmpty {
                    let center = centers.point(i, j)
                    let (start, end) = (center - 0.5 * along, center + 0.5 * along)
                    fractions[face] = openShare(
                        start, end, curvedDistance(at: start), curvedDistance(at: end), halvings: 10)
                }
            }
        }
        return fractions
    }

    private func isBoxed(_ i: Int, _ j: Int) -> Bool {
        let (nx, ny) = (grid.axes[0].count, grid.axes[1].count)
        return (0..<nx).contains(i) && (0..<ny).contains(j) && boxed[i * ny + j]
    }

    /// The distance to the bodies that are no boxes of cells; nothing on a boundary counts as outside.
    private func curvedDistance(at point: Point2) -> Double {
        curved.reduce(.infinity) { min($0, $1.signedDistance(at: point)) } - grid.positionTolerance
    }

    /// The share of a segment where the distance is positive, from the distances at its ends.
    private func openShare(
        _ start: Point2, _ end: Point2, _ startDistance: Double, _ endDistance: Double, halvings: Int
    ) -> Double {
        // A distance changes by no more than the way walked: with both ends this far off no zero lies between.
        if abs(startDistance + endDistance) > (end - start).length {
            return startDistance + endDistance > 0 ? 1 : 0
        }
        guard halvings > 0 else {
            if startDistance > 0 && endDistance > 0 { return 1 }
            if startDistance <= 0 && endDistance <= 0 { return 0 }
            return max(startDistance, endDistance) / abs(startDistance - endDistance)
        }
        let middle = 0.5 * (start + end)
        let middleDistance = curvedDistance(at: middle)
        return 0.5 * openShare(start, middle, startDistance, middleDistance, halvings: halvings - 1)
            + 0.5 * openShare(middle, end, middleDistance, endDistance, halvings: halvings - 1)
    }
}
