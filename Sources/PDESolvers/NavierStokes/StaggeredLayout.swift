/// Where the values of a staggered grid lie in memory: velocities and pressure in one layout, with a frame of ghosts.
///
/// F. H. Harlow & J. E. Welch, Phys. Fluids 8 (1965): u(i, j) sits on the face to the left of cell (i, j), v(i, j) on the
/// face below it, p(i, j) at its centre. Values are row-major, x fastest. Two ghosts surround the box on every side;
/// rows start on vectors of eight values and are long enough that loops over vectors need no remainder.
struct StaggeredLayout: Hashable, Sendable {
    let columns, rows: Int
    /// Values from one row to the next.
    let stride: Int

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        stride = (columns + 8) / 8 * 8 + 16
    }

    /// Values in all: two rows of ghosts and the row of faces above, and below the ghosts one row more, which sweeps that
    /// begin there read and do not use.
    var count: Int { (rows + 6) * stride + 16 }
    /// Vectors that cover a row of u, which has one face more than there are cells.
    var vectors: Int { (columns + 8) / 8 }

    /// The offset of (i, j): faces and cells from −2 to two beyond the last.
    @inline(__always)
    func offset(_ i: Int, _ j: Int) -> Int { (j &+ 3) &* stride &+ 8 &+ i }
}
