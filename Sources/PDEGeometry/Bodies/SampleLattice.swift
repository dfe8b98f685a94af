import PDECore

/// Points at the same place in every cell, or on every face along one direction.
struct SampleLattice {
    let columns, rows: Int
    private let start, step: Point2
    private let farthest: Double

    /// Points at (i + offset.x, j + offset.y) in units of cells from the lower corner, row-major.
    init(_ grid: Grid, columns: Int, rows: Int, offset: Point2) {
        self.columns = columns
        self.rows = rows
        start = grid.position(offset.x, offset.y)
        step = grid.cellSize
        farthest = (grid.upperCorner - grid.lowerCorner).length
    }

    func point(_ i: Int, _ j: Int) -> Point2 { start + Point2(Double(i), Double(j)) * step }

    /// At each point the smallest signed distance to a body; without bodies the diagonal of the grid's box.
    func smallestDistance(to bodies: [Shape]) -> [Double] {
        var values = [Double](repeating: bodies.isEmpty ? farthest : .infinity, count: columns * rows)
        values.withUnsafeMutableBufferPointer { values in
            for body in bodies {
                switch body {
                case .circle(let circle): lower(values, to: circle)
                case .rectangle(let rectangle): lower(values, to: rectangle)
                case .ellipse(let ellipse): lower(values, to: ellipse)
                case .polygon(let polygon): lower(values, to: polygon)
                case .union, .intersection, .difference, .complement: lower(values, to: body)
                }
            }
        }
        return values
    }

    private func lower(_ values: UnsafeMutableBufferPointer<Double>, to body: some SignedDistanceFunction) {
        for i in 0..<columns {
            for j in 0..<rows {
                let distance = body.signedDistance(at: point(i, j))
                let index = i &* rows &+ j
                if distance < values[index] { values[index] = distance }
            }
        }
    }
}
