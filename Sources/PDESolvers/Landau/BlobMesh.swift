import PDECore

/// The cells that Gaussian blobs are summed over: those of a velocity grid and a margin around it, in square blocks.
///
/// A blob reaches to eight standard deviations, where it has fallen by e^(−32), below round-off of its peak. Particles whose
/// windows of cells begin in the same block share one tile of cells, the union of those windows; what they add to it, and what they
/// read from it, are products of matrices (`BlobTile`).
///
/// Three axes throughout; in two dimensions the first has one cell.
struct BlobMesh {
    let dimensions: Int
    let variance: Double
    /// Cells along each axis, and in all.
    let counts: [Int]
    let cellCount: Int
    /// Cells of the margin.
    let margins: [Int]
    /// Cells of a block's side, blocks along each axis and in all.
    let side: Int
    let blockCounts: [Int]
    let blockCount: Int
    /// Cells of a tile along each axis; whole vectors for the last axis.
    let widths: [Int]
    let spacings: [Double]
    private let origins: [Double]
    /// Cells from the middle of a window to its end, and the places between which particles are on the mesh.
    let reaches: [Int]
    private let limits: [Double]

    init(_ grid: Grid, variance: Double) {
        let empty = 3 - grid.dimensions
        dimensions = grid.dimensions
        self.variance = variance
        let spacings = [Double](repeating: 1, count: empty) + grid.axes.map(\.spacing)
        let reaches = spacings.enumerated().map { axis, h in
            axis < empty ? 0 : Int((8 * variance.squareRoot() / h).rounded(.up))
        }
        // Particles may leave the grid by a quarter of its side.
        let margins = (0..<3).map { axis in
            axis < empty ? 0 : reaches[axis] + max(4, grid.axes[axis - empty].count / 4)
        }
        let side = Self.side(dimensions: dimensions, reaches: reaches, spacings: spacings, variance: variance)
        let widths = (0..<3).map { axis in
            axis < empty ? 1 : axis == 2 ? Self.wholeVectors(side + 2 * reaches[2]) : side + 2 * reaches[axis]
        }
        // Windows begin in the cells from the first to this one.
        let ends = (0..<3).map { axis in
            axis < empty ? 0 : grid.axes[axis - empty].count + 2 * (margins[axis] - reaches[axis]) - 1
        }
        blockCounts = ends.map { $0 / side + 1 }
        blockCount = blockCounts.reduce(1, *)
        counts = (0..<3).map { axis in axis < empty ? 1 : ends[axis] / side * side + widths[axis] }
        cellCount = counts.reduce(1, *)
        limits = (0..<3).map { Double(ends[$0] + reaches[$0]) }
        origins = (0..<3).map { axis in
            axis < empty ? 0 : grid.axes[axis - empty].coordinates[0] - Double(margins[axis]) * spacings[axis]
        }
        (self.spacings, self.reaches, self.margins, self.side, self.widths) = (
            spacings, reaches, margins, side, widths
        )
    }

    static func wholeVectors(_ count: Int) -> Int { (count + 7) / 8 * 8 }

    /// Eight cells in the plane: 64 particles share 22 × 24 cells where each would have 15 × 15. Fewer for narrow blobs, whose
    /// factors (see `BlobTile`) would overflow far from a particle.
    private static func side(dimensions: Int, reaches: [Int], spacings: [Double], variance: Double) -> Int {
        var side = dimensions == 2 ? 8 : 4
        func largestExponent() -> Double {
            zip(reaches, spacings).dropFirst(3 - dimensions).map { reach, h in
                (Double(side) / 2 + Double(reach + 8)) * (Double(side + 1) / 2) * h * h / variance
            }.max()!
        }
        while side > 1 && largestExponent() > BlobTile.largestExponent { side /= 2 }
        return side
    }

    /// The volume of a cell.
    var volume: Double { spacings.reduce(1, *) }
    /// What makes a blob's integral 1.
    var norm: Double {
        let squared = 1 / (2 * .pi * variance)
        return dimensions == 2 ? squared : squared * squared.squareRoot()
    }

    /// The axes that a grid of two dimensions does not have.
    var emptyAxes: Int { 3 - dimensions }

    /// The block that a particle's window of cells begins in; nil if the window leaves the mesh.
    ///
    /// - Parameter velocity: the first component; the others follow at `stride`.
    @inline(__always)
    func block(_ velocity: UnsafePointer<Double>, _ stride: Int) -> Int? {
        var block = 0
        for axis in emptyAxes..<3 {
            let place = place(velocity[(axis &- emptyAxes) &* stride], axis)
            // Also false for NaN.
            guard place >= Double(reaches[axis]), place < limits[axis] else { return nil }
            block = block &* blockCounts[axis] &+ (Int(place + 0.5) &- reaches[axis]) / side
        }
        return block
    }

    /// A velocity in cells from the mesh's first one.
    @inline(__always)
    func place(_ velocity: Double, _ axis: Int) -> Double { (velocity - origins[axis]) / spacings[axis] }

    /// The first cell of a block's tile, along each axis.
    func firstCells(ofBlock block: Int) -> (Int, Int, Int) {
        let (row, plane) = (blockCounts[2], blockCounts[1] * blockCounts[2])
        return (block / plane * side, block % plane / row * side, block % row * side)
    }

    /// The cells that a block's tile lies in, in storage order: from its first to behind its last.
    func cells(ofBlock block: Int) -> Range<Int> {
        let (plane, row) = (counts[1] * counts[2], counts[2])
        let (x, y, z) = firstCells(ofBlock: block)
        let first = x * plane + y * row + z
        return first..<first + (widths[0] - 1) * plane + (widths[1] - 1) * row + widths[2]
    }
}
