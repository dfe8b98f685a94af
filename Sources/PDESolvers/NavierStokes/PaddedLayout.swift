import PDECore

/// Where the cells of a grid lie in memory with a frame of ghost cells: rows start on vectors of eight values and end
/// in zeros, so that loops over vectors need no remainder.
struct PaddedLayout {
    let columns, rows: Int
    /// Values from one row to the next.
    let stride: Int

    init(_ grid: PressureGrid) {
        columns = grid.columns
        rows = grid.rows
        stride = (columns + 7) / 8 * 8 + 16
    }

    /// Values in all.
    var count: Int { (rows + 2) * stride }
    /// The offset of cell (0, 0).
    var origin: Int { stride + 8 }
    /// Vectors that cover a row.
    var vectors: Int { (columns + 7) / 8 }

    /// The offset of cell (x, y); −1 and the counts are ghosts.
    @inline(__always)
    func offset(_ x: Int, _ y: Int) -> Int { (y &+ 1) &* stride &+ 8 &+ x }
}

/// Eight neighbouring values, at any address.
@inline(__always)
func eight<Scalar: Real>(_ pointer: UnsafePointer<Scalar>, _ offset: Int) -> SIMD8<Scalar> {
    UnsafeRawPointer(pointer + offset).loadUnaligned(as: SIMD8<Scalar>.self)
}

/// Writes eight neighbouring values, at any address.
@inline(__always)
func storeEight<Scalar: Real>(_ value: SIMD8<Scalar>, _ pointer: UnsafeMutablePointer<Scalar>, _ offset: Int) {
    UnsafeMutableRawPointer(pointer + offset).storeBytes(of: value, as: SIMD8<Scalar>.self)
}
