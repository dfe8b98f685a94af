import PDECore

/// The faces between fluid and solid cells, and the regions that the cells fall into.
///
/// A region is a connected set of cells of one kind: a part of the fluid, or a solid body.
struct SolidBoundary {
    /// A face between a fluid and a solid cell, from the cell at the lower index to the one at the higher (on a
    /// periodic axis: from the last to the first). Cells are given by their index, y · columns + x.
    struct Face {
        let low, high: Int
        /// 1/d² of the axis across the face.
        let weight: Double
    }

    /// A connected set of cells of one kind.
    struct Region {
        var isSolid: Bool
        /// Whether some cell of it lies on a Dirichlet side, which fixes the level of p.
        var isAnchored = false
        var count = 0
    }

    let grid: PressureGrid
    /// Whether each cell is solid.
    let isSolid: [Bool]
    /// The faces that the box operator opens and the fluid's does not.
    let faces: [Face]
    /// The number of each cell's region.
    let regionOfCell: [Int]
    let regions: [Region]

    /// - Parameters:
    ///   - grid: the cells.
    ///   - solid: one value a cell, other than 0 where it is solid; empty when nothing is.
    init(_ grid: PressureGrid, solid: [UInt8]) {
        precondition(
            solid.isEmpty || solid.count == grid.count,
            "solid: expected \(grid.count) cells (\(grid.columns) × \(grid.rows)), got \(solid.count)")
        let isSolid = solid.isEmpty ? [Bool](repeating: false, count: grid.count) : solid.map { $0 != 0 }
        precondition(isSolid.contains(false), "solid: expected at least one fluid cell, got none")
        self.grid = grid
        self.isSolid = isSolid
        var faces: [Face] = []
        for y in 0..<grid.rows {
            for x in 0..<grid.columns {
                let cell = y * grid.columns + x
                for (other, weight) in Self.upperNeighbours(grid, x, y) where isSolid[other] != isSolid[cell] {
                    faces.append(Face(low: cell, high: other, weight: weight))
                }
            }
        }
        self.faces = faces
        (regionOfCell, regions) = Self.findRegions(grid, isSolid)
    }

    /// The neighbours of a cell to the right and above, through periodic sides, with the weights of the faces between.
    private static func upperNeighbours(_ grid: PressureGrid, _ x: Int, _ y: Int) -> [(Int, Double)] {
        var result: [(Int, Double)] = []
        if x + 1 < grid.columns || grid.right == .periodic {
            result.append((y * grid.columns + (x + 1) % grid.columns, grid.horizontal.weight))
        }
        if y + 1 < grid.rows || grid.top == .periodic {
            result.append(((y + 1) % grid.rows * grid.columns + x, grid.vertical.weight))
        }
        return result
    }

    private static func findRegions(_ grid: PressureGrid, _ isSolid: [Bool]) -> ([Int], [Region]) {
        // Union by the smallest cell, with paths halved.
        var parent = Array(0..<grid.count)
        func root(_ cell: Int) -> Int {
            var cell = cell
            while parent[cell] != cell {
                parent[cell] = parent[parent[cell]]
                cell = parent[cell]
            }
            return cell
        }
        for y in 0..<grid.rows {
            for x in 0..<grid.columns {
                let cell = y * grid.columns + x
                for (other, _) in upperNeighbours(grid, x, y) where isSolid[other] == isSolid[cell] {
                    let (a, b) = (root(cell), root(other))
                    parent[max(a, b)] = min(a, b)
                }
            }
        }
        var numbers = [Int](repeating: -1, count: grid.count)
        var regions: [Region] = []
        for cell in 0..<grid.count {
            let start = root(cell)
            if start == cell {
                numbers[cell] = regions.count
                regions.append(Region(isSolid: isSolid[cell]))
            }
            let number = numbers[start]
            numbers[cell] = number
            regions[number].count += 1
            let (x, y) = (cell % grid.columns, cell / grid.columns)
            if (x == 0 && grid.left == .dirichlet) || (x == grid.columns - 1 && grid.right == .dirichlet)
                || (y == 0 && grid.bottom == .dirichlet) || (y == grid.rows - 1 && grid.top == .dirichlet)
            {
                regions[number].isAnchored = true
            }
        }
        return (numbers, regions)
    }
}
