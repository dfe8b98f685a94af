import PDECore
import PDEGeometry

/// How far the faces of a staggered grid are open, and how much of each cell is fluid: what a flow knows of its bodies.
///
/// Shares below `smallest` count as closed: the fluid behind so narrow a slit hardly moves, and steps would have to be
/// short for it.
struct Apertures {
    static let smallest = 0.02

    let layout: StaggeredLayout
    /// The open share of each face across x and across y, in the layout; 0 on walls and beyond them, 1 beyond an inlet,
    /// an outlet or a periodic side.
    private(set) var x, y: [Double]
    /// The fluid share of each cell, in the layout; 1 in ghosts.
    private(set) var volume: [Double]
    /// The number of the body that closes each cell's faces, in the layout: of the nearest body where a face is not
    /// fully open, −1 elsewhere.
    private(set) var body: [Int32]

    init(_ geometry: Geometry, family: FlowFamily) {
        let grid = geometry.grid
        let (nx, ny) = (grid.axes[0].count, grid.axes[1].count)
        let layout = StaggeredLayout(columns: nx, rows: ny)
        self.layout = layout
        x = [Double](repeating: 0, count: layout.count)
        y = [Double](repeating: 0, count: layout.count)
        volume = [Double](repeating: 1, count: layout.count)
        body = [Int32](repeating: -1, count: layout.count)
        func kept(_ share: Double) -> Double { share < Self.smallest ? 0 : share > 1 - 1e-9 ? 1 : share }
        for j in 0..<ny {
            for i in 0...nx { x[layout.offset(i, j)] = kept(geometry.xFaceOpenFraction[i * ny + j]) }
        }
        for i in 0..<nx {
            for j in 0...ny { y[layout.offset(i, j)] = kept(geometry.yFaceOpenFraction[i * (ny + 1) + j]) }
        }
        if family == .periodic {
            // A face on a periodic side is one face, seen from both ends.
            for j in 0..<ny { x[layout.offset(nx, j)] = x[layout.offset(0, j)] }
            for i in 0..<nx { y[layout.offset(i, ny)] = y[layout.offset(i, 0)] }
        } else {
            for i in 0..<nx { (y[layout.offset(i, 0)], y[layout.offset(i, ny)]) = (0, 0) }
        }
        if family == .cavity { for j in 0..<ny { (x[layout.offset(0, j)], x[layout.offset(nx, j)]) = (0, 0) } }
        for j in 0..<ny {
            for i in 0..<nx {
                let at = layout.offset(i, j)
                let share = Self.fluidShare(
                    left: geometry.xFaceOpenFraction[i * ny + j], right: geometry.xFaceOpenFraction[(i + 1) * ny + j],
                    below: geometry.yFaceOpenFraction[i * (ny + 1) + j],
                    above: geometry.yFaceOpenFraction[i * (ny + 1) + j + 1])
                volume[at] = share ?? Self.sampledShare(of: geometry, i, j)
            }
        }
        for j in 0..<ny where family.isChannel {
            // What enters and leaves goes straight on beyond the ends.
            for ghost in 1...2 {
                x[layout.offset(-ghost, j)] = x[layout.offset(0, j)]
                x[layout.offset(nx + ghost, j)] = x[layout.offset(nx, j)]
            }
        }
        for j in 0...ny where family.isChannel {
            for ghost in 0...1 {
                y[layout.offset(-1 - ghost, j)] = y[layout.offset(0, j)]
                y[layout.offset(nx + ghost, j)] = y[layout.offset(nx - 1, j)]
            }
        }
        if family == .periodic { wrap() }
        findBodies(geometry)
    }

    private mutating func wrap() {
        let (nx, ny) = (layout.columns, layout.rows)
        func periodic(_ values: inout [Double]) {
            for j in -2..<ny + 3 {
                for i in -2..<nx + 3 {
                    let inside = layout.offset((i + nx) % nx, (j + ny) % ny)
                    values[layout.offset(i, j)] = values[inside]
                }
            }
        }
        periodic(&x)
        periodic(&y)
        periodic(&volume)
    }

    /// The fluid share of a cell that a straight line cuts, from the open shares of its four faces; nil where no line does.
    static func fluidShare(left: Double, right: Double, below: Double, above: Double) -> Double? {
        let shares = [left, right, below, above]
        if shares.allSatisfy({ $0 <= 0 }) { return 0 }
        if shares.allSatisfy({ $0 >= 1 }) { return 1 }
        func isCut(_ share: Double) -> Bool { share > 0 && share < 1 }
        // The line runs between opposite faces: a trapezium.
        if isCut(left) && isCut(right) && !isCut(below) && !isCut(above) { return (left + right) / 2 }
        if isCut(below) && isCut(above) && !isCut(left) && !isCut(right) { return (below + above) / 2 }
        // The line cuts a corner off, or leaves one.
        let (across, along) = (min(left, right), min(below, above))
        let (widest, longest) = (max(left, right), max(below, above))
        if widest >= 1 && longest >= 1 { return 1 - (1 - across) * (1 - along) / 2 }
        if across <= 0 && along <= 0 { return widest * longest / 2 }
        return nil
    }

    /// The fluid share of a cell that holds a corner or more than one wall: the share of 32 × 32 points.
    private static func sampledShare(of geometry: Geometry, _ i: Int, _ j: Int) -> Double {
        let points = 32
        var fluid = 0
        for k in 0..<points * points {
            let (x, y) = (Double(k / points) + 0.5, Double(k % points) + 0.5)
            let point = geometry.grid.position(Double(i) + x / Double(points), Double(j) + y / Double(points))
            if geometry.bodies.allSatisfy({ $0.signedDistance(at: point) > 0 }) { fluid += 1 }
        }
        return Double(fluid) / Double(points * points)
    }

    /// Whether a face holds a velocity: open ones do, and those on the sides of the box and beyond them, which are given.
    func holdsVelocity(_ component: VelocityComponent, _ i: Int, _ j: Int) -> Bool {
        let isX = component == .x
        let columns = isX ? 1..<layout.columns : 0..<layout.columns
        let rows = isX ? 0..<layout.rows : 1..<layout.rows
        guard columns.contains(i), rows.contains(j) else { return true }
        return (isX ? x : y)[layout.offset(i, j)] > 0
    }

    /// Whether every face of an outlet is open, or closed before a solid cell: what the pressure's box can be corrected for.
    var hasWholeOutlet: Bool {
        (0..<layout.rows).allSatisfy { j in
            let share = x[layout.offset(layout.columns, j)]
            return share == 1 || (share == 0 && isSolid(layout.columns - 1, j))
        }
    }

    /// Whether none of a cell's faces is open.
    func isSolid(_ i: Int, _ j: Int) -> Bool {
        let at = layout.offset(i, j)
        return x[at] == 0 && x[at + 1] == 0 && y[at] == 0 && y[at + layout.stride] == 0
    }

    /// What the pressure has to know.
    func openings(_ grid: PressureGrid) -> FaceOpenings {
        let (nx, ny) = (layout.columns, layout.rows)
        let cells = (0..<nx * ny).map { ($0 % nx, $0 / nx) }
        return FaceOpenings(
            grid, right: cells.map { x[layout.offset($0 + 1, $1)] }, upper: cells.map { y[layout.offset($0, $1 + 1)] },
            isSolid: { isSolid($0 % nx, $0 / nx) })
    }

    private mutating func findBodies(_ geometry: Geometry) {
        guard !geometry.bodies.isEmpty else { return }
        let grid = geometry.grid
        for j in 0..<layout.rows {
            for i in 0..<layout.columns {
                let at = layout.offset(i, j)
                let shares = [x[at], x[at + 1], y[at], y[at + layout.stride], volume[at]]
                guard shares.contains(where: { $0 < 1 }) else { continue }
                let point = grid.position(Double(i) + 0.5, Double(j) + 0.5)
                let distances = geometry.bodies.map { $0.signedDistance(at: point) }
                let nearest = distances.indices.min { distances[$0] < distances[$1] }!
                // Cells beside a wall have closed faces without a body.
                if distances[nearest] < 1.5 * grid.cellSize.max() { body[at] = Int32(nearest) }
            }
        }
    }
}
