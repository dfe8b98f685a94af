import PDECore

/// The faces that are not fully open, and the regions that the cells fall into.
///
/// A region is a connected set of cells of one kind: fluid cells joined through faces that are open at least in part, or
/// a solid body.
struct SolidBoundary {
    /// A face between two cells, not both solid, that is closed at least in part, from the cell at the lower index to
    /// the one at the higher (on a periodic axis: from the last to the first). Cells are given by their index, y ·
    /// columns + x.
    struct Face {
        let low, high: Int
        /// What the box operator has too much: the closed share times 1/d² of the axis across the face.
        let weight: Double
    }

    /// A connected set of cells of one kind.
    struct Region {
        var isSolid: Bool
        /// Whether some cell of it lies on a Dirichlet side, which fixes the level of p.
        var isAnchored = false
        var count = 0
    }

    let openings: FaceOpenings
    /// The faces that the box operator opens and the fluid's does not, or only in part.
    let faces: [Face]
    /// The number of each cell's region.
    let regionOfCell: [Int]
    let regions: [Region]

    var grid: PressureGrid { openings.grid }
    var isSolid: [Bool] { openings.isSolid }

    init(_ openings: FaceOpenings) {
        let (grid, isSolid) = (openings.grid, openings.isSolid)
        self.openings = openings
        var faces: [Face] = []
        for cell in 0..<grid.count {
            for (other, weight, share) in Self.upperNeighbours(openings, cell)
            where share < 1 && !(isSolid[other] && isSolid[cell]) {
                faces.append(Face(low: cell, high: other, weight: (1 - share) * weight))
            }
        }
        self.faces = faces
        (regionOfCell, regions) = Self.findRegions(openings)
    }

    /// The neighbours of a cell to the right and above, through periodic sides, with the weights of the faces between as
    /// if they were open, and their open shares.
    private static func upperNeighbours(
        _ openings: FaceOpenings, _ cell: Int
    ) -> [(cell: Int, weight: Double, share: Double)] {
        let grid = openings.grid
        let (x, y) = (cell % grid.columns, cell / grid.columns)
        var result: [(Int, Double, Double)] = []
        if x + 1 < grid.columns || grid.right == .periodic {
            let other = y * grid.columns + (x + 1) % grid.columns
            result.append((other, grid.horizontal.weight, openings.right[cell]))
        }
        if y + 1 < grid.rows || grid.top == .periodic {
            let other = (y + 1) % grid.rows * grid.columns + x
            result.append((other, grid.vertical.weight, openings.upper[cell]))
        }
        return result
    }

    private static func findRegions(_ openings: FaceOpenings) -> ([Int], [Region]) {
        let (grid, isSolid) = (openings.grid, openings.isSolid)
        var sets = DisjointSets(count: grid.count)
        for cell in 0..<grid.count {
            for (other, _, share) in upperNeighbours(openings, cell)
            where isSolid[other] == isSolid[cell] && (isSolid[cell] || share > 0) {
                sets.join(cell, other)
            }
        }
        var numbers = [Int](repeating: -1, count: grid.count)
        var regions: [Region] = []
        for cell in 0..<grid.count {
            let start = sets.first(of: cell)
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
