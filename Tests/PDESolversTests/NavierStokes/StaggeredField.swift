import PDECore
import PDESolvers

/// Velocities on the faces of a grid, random where faces are open or on an outlet and none on closed ones.
struct StaggeredField {
    let grid: PressureGrid
    let solid: [UInt8]
    /// Face x of row y at y · (columns + 1) + x; on a periodic axis the last equals the first.
    var u: [Double]
    /// Face y of column x at y · columns + x.
    var v: [Double]

    init(_ grid: PressureGrid, _ solid: [UInt8]) {
        self.grid = grid
        self.solid = solid
        u = PressureProblems.random((grid.columns + 1) * grid.rows, seed: 5)
        v = PressureProblems.random(grid.columns * (grid.rows + 1), seed: 6)
        for y in 0..<grid.rows {
            for x in 0...grid.columns where gradientWeights(x, y, horizontal: true) == nil { u[uFace(x, y)] = 0 }
            if grid.left == .periodic { u[uFace(grid.columns, y)] = u[uFace(0, y)] }
        }
        for x in 0..<grid.columns {
            for y in 0...grid.rows where gradientWeights(x, y, horizontal: false) == nil { v[y * grid.columns + x] = 0 }
            if grid.bottom == .periodic { v[grid.rows * grid.columns + x] = v[x] }
        }
    }

    private func uFace(_ x: Int, _ y: Int) -> Int { y * (grid.columns + 1) + x }

    /// The cells before and behind a face, nil for a ghost beyond a Dirichlet side; nil when the face is closed.
    private func gradientWeights(_ x: Int, _ y: Int, horizontal: Bool) -> (before: Int?, behind: Int?)? {
        let (position, count) = horizontal ? (x, grid.columns) : (y, grid.rows)
        let (lower, upper) = horizontal ? (grid.left, grid.right) : (grid.bottom, grid.top)
        func cell(_ index: Int) -> Int { horizontal ? y * grid.columns + index : index * grid.columns + x }
        let before = position > 0 ? cell(position - 1) : lower == .periodic ? cell(count - 1) : nil
        let behind = position < count ? cell(position) : upper == .periodic ? cell(0) : nil
        if before == nil, lower == .neumann { return nil }
        if behind == nil, upper == .neumann { return nil }
        if let before, solid[before] != 0 { return nil }
        if let behind, solid[behind] != 0 { return nil }
        return (before, behind)
    }

    /// Flux out of each cell over its area; 0 in solid cells.
    func divergence() -> [Double] {
        (0..<grid.count).map { cell in
            let (x, y) = (cell % grid.columns, cell / grid.columns)
            guard solid[cell] == 0 else { return 0 }
            return (u[uFace(x + 1, y)] - u[uFace(x, y)]) / grid.dx
                + (v[cell + grid.columns] - v[cell]) / grid.dy
        }
    }

    mutating func subtractGradient(_ p: [Double]) {
        func difference(_ face: (before: Int?, behind: Int?)) -> Double {
            let before = face.before.map { p[$0] } ?? -p[face.behind!]
            let behind = face.behind.map { p[$0] } ?? -p[face.before!]
            return behind - before
        }
        for y in 0..<grid.rows {
            for x in 0...grid.columns {
                guard let face = gradientWeights(x, y, horizontal: true) else { continue }
                u[uFace(x, y)] -= difference(face) / grid.dx
            }
        }
        for x in 0..<grid.columns {
            for y in 0...grid.rows {
                guard let face = gradientWeights(x, y, horizontal: false) else { continue }
                v[y * grid.columns + x] -= difference(face) / grid.dy
            }
        }
    }
}
