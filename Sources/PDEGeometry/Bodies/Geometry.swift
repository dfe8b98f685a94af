import PDECore

/// Solid bodies on a grid of cells: which cells are solid, how far each point is from a body, how far each face is open.
///
/// The first axis of the grid is x, from the inlet to the outlet; the second is y, from the bottom to the top. Arrays are
/// row-major: cell (i, j) at i·ny + j; the x-face between cells (i−1, j) and (i, j) at i·ny + j with i up to nx; the y-face
/// between cells (i, j−1) and (i, j) at i·(ny+1) + j with j up to ny.
///
/// A rectangle whose sides lie on cell faces is a box of exactly those cells, whatever the round-off. Of other bodies a
/// cell is solid if its centre lies inside or on the boundary (to 1e-9 of a cell).
public struct Geometry: Hashable, Sendable {
    /// The cells.
    public let grid: Grid
    /// The bodies, which may touch, overlap or reach beyond the grid.
    public let bodies: [Shape]
    /// For each body the cells that it fills exactly; nil if its sides do not lie on cell faces.
    public let cellBoxes: [CellBox?]
    /// For each cell 1 if it is solid, 0 if it is fluid.
    public let mask: [UInt8]
    /// For each cell the number of the first body that holds it; −1 if it is fluid.
    public let bodyIndex: [Int32]
    /// The signed distance at cell centres, in units of length: the smallest of the bodies'.
    ///
    /// Without a body it is the diagonal of the grid's box, which no distance inside the box exceeds.
    public let cellDistance: [Double]
    /// The signed distance at the centres of x-faces.
    public let xFaceDistance: [Double]
    /// The signed distance at the centres of y-faces.
    public let yFaceDistance: [Double]
    /// The share of each x-face that lies outside the bodies, from 0 to 1.
    ///
    /// Exact for boxes of cells. For other bodies a face is halved until the signed distance decides each part, ten times at
    /// most, and the zero is interpolated in what is left: second order, with an error below 1e-6 for a radius of a cell.
    public let xFaceOpenFraction: [Double]
    /// The share of each y-face that lies outside the bodies, from 0 to 1.
    public let yFaceOpenFraction: [Double]

    /// The bodies on `grid`, which must have two axes of cells.
    public init(_ bodies: [Shape], on grid: Grid) {
        grid.requirePlaneOfCells()
        self.grid = grid
        self.bodies = bodies
        cellBoxes = bodies.map { body in
            if case .rectangle(let rectangle) = body { CellBox(rectangle, on: grid) } else { nil }
        }
        bodyIndex = Self.bodyIndices(of: bodies, cellBoxes, on: grid)
        mask = bodyIndex.map { $0 < 0 ? 0 : 1 }
        let (nx, ny) = (grid.axes[0].count, grid.axes[1].count)
        let cells = SampleLattice(grid, columns: nx, rows: ny, offset: Point2(0.5, 0.5))
        let xFaces = SampleLattice(grid, columns: nx + 1, rows: ny, offset: Point2(0, 0.5))
        let yFaces = SampleLattice(grid, columns: nx, rows: ny + 1, offset: Point2(0.5, 0))
        cellDistance = cells.smallestDistance(to: bodies)
        xFaceDistance = xFaces.smallestDistance(to: bodies)
        yFaceDistance = yFaces.smallestDistance(to: bodies)
        let opening = FaceOpening(bodies: bodies, cellBoxes: cellBoxes, grid: grid, mask: mask)
        xFaceOpenFraction = opening.fractions(of: xFaces, direction: .x, distance: xFaceDistance)
        yFaceOpenFraction = opening.fractions(of: yFaces, direction: .y, distance: yFaceDistance)
    }

    /// Boxes of whole cells on `grid`.
    public init(_ boxes: [CellBox], on grid: Grid) {
        self.init(boxes.map { .rectangle($0.rectangle(on: grid)) }, on: grid)
    }

    /// Number of fluid cells.
    public var fluidCells: Int { mask.reduce(0) { $0 + ($1 == 0 ? 1 : 0) } }

    private static func bodyIndices(of bodies: [Shape], _ cellBoxes: [CellBox?], on grid: Grid) -> [Int32] {
        let (nx, ny) = (grid.axes[0].count, grid.axes[1].count)
        let lattice = SampleLattice(grid, columns: nx, rows: ny, offset: Point2(0.5, 0.5))
        var indices = [Int32](repeating: -1, count: nx * ny)
        // The first body is written last.
        for (number, (body, box)) in zip(bodies, cellBoxes).enumerated().reversed() {
            if let box {
                let rows = box.y.clamped(to: 0..<ny)
                for i in box.x.clamped(to: 0..<nx) {
                    for j in rows { indices[i * ny + j] = Int32(number) }
                }
            } else {
                let distance = lattice.smallestDistance(to: [body])
                for cell in distance.indices where distance[cell] <= grid.positionTolerance {
                    indices[cell] = Int32(number)
                }
            }
        }
        return indices
    }
}
