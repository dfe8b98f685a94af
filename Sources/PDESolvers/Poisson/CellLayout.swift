/// Where the cells of a two- or three-dimensional box lie in memory: rows start on vectors of eight values, and rows and
/// planes of zeros stand between and around them, so that loops over vectors and neighbours need no remainder.
///
/// x, along a row, is the axis that varies fastest, z, from plane to plane, the slowest. A two-dimensional box has planes
/// of one row; nothing is ever read across y then, and no rows are added.
struct CellLayout: Equatable, Sendable {
    let columns, rows, planes: Int
    /// Values from one row to the next and from one plane to the next.
    let stride, planeStride: Int

    init(columns: Int, rows: Int, planes: Int) {
        self.columns = columns
        self.rows = rows
        self.planes = planes
        stride = (columns + 7) / 8 * 8 + 8
        planeStride = (rows > 1 ? rows + 2 : 1) * stride
    }

    /// Whether planes have one row.
    var isPlanar: Bool { rows == 1 }
    /// Cells in all.
    var cells: Int { columns * rows * planes }
    /// Values in all.
    var count: Int { (planes + 2) * planeStride + 8 }
    /// Vectors that cover a row.
    var vectors: Int { (columns + 7) / 8 }
    /// The offset of row 0 within a plane.
    var firstRow: Int { rows > 1 ? stride + 8 : 8 }

    /// The offset of a cell; −1 and the counts are frame, but across y of a planar box.
    @inline(__always)
    func offset(_ x: Int, _ y: Int, _ z: Int) -> Int { (z &+ 1) &* planeStride &+ firstRow &+ y &* stride &+ x }

    /// The layout of the cells that are twice as wide along every axis.
    var coarsened: CellLayout {
        CellLayout(columns: (columns + 1) / 2, rows: (rows + 1) / 2, planes: (planes + 1) / 2)
    }

    /// Planes that a worker sweeps at a time. A function of the box alone, so that sums do not depend on the threads.
    var slab: Int { cells < 1 << 14 ? max(1, planes) : max(16, (planes / 8 + 1) / 2 * 2) }
    /// Slabs in all.
    var slabs: Int { (planes + slab - 1) / slab }

    /// The planes of a slab.
    func planes(of slab: Int) -> Range<Int> { slab * self.slab..<min(planes, (slab + 1) * self.slab) }
}
