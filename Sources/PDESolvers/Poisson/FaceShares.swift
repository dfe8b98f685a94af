import PDECore

/// How far the faces between the cells of a padded layout are open, from 0 to 1.
final class FaceShares<Scalar: Real> {
    private let mask: CellMask
    /// The shares of the upper faces, along x, y and z; y has none where there is one row.
    private let values: [AlignedBuffer<Scalar>]

    /// Nil where all faces between fluid cells are open as a whole.
    ///
    /// - Parameter openings: one value a cell, row-major, for each axis of the grid.
    init?(_ openings: [[Scalar]], _ mask: CellMask) {
        guard !openings.isEmpty else { return nil }
        self.mask = mask
        let layout = mask.layout
        let byAxis = openings.count == 3 ? [openings[2], openings[1], openings[0]] : [openings[1], [], openings[0]]
        let steps = [1, layout.stride, layout.planeStride]
        var isCut = false
        values = byAxis.enumerated().map { axis, shares in
            let padded = AlignedBuffer<Scalar>(count: shares.isEmpty ? 0 : layout.count)
            guard !shares.isEmpty else { return padded }
            for z in 0..<layout.planes {
                for y in 0..<layout.rows {
                    let (from, to) = ((z * layout.rows + y) * layout.columns, layout.offset(0, y, z))
                    for x in 0..<layout.columns {
                        let share = shares[from + x]
                        padded.pointer[to + x] = share
                        guard mask.pointer[to + x] == 0, mask.pointer[to + x + steps[axis]] == 0 else { continue }
                        precondition(share >= 0 && share <= 1, "openings: expected shares from 0 to 1, got \(share)")
                        if share < 1 { isCut = true }
                    }
                }
            }
            return padded
        }
        guard isCut else { return nil }
    }

    /// The shares of the upper faces along an axis, by offset.
    @inline(__always)
    func upper(_ axis: Int) -> UnsafePointer<Scalar> { UnsafePointer(values[axis].pointer) }

    /// From a cell to the one behind along an axis.
    @inline(__always)
    private func step(_ axis: Int) -> Int {
        axis == 0 ? 1 : axis == 1 ? mask.layout.stride : mask.layout.planeStride
    }

    /// Whether the fluid cells on both sides of a face hang together.
    func joins(_ cell: Int, along axis: Int) -> Bool {
        mask.pointer[cell] == 0 && mask.pointer[cell + step(axis)] == 0 && upper(axis)[cell] > 0
    }

    /// Whether all faces of eight cells are, where all of these and their neighbours are fluid.
    func areOpen(_ at: Int) -> Bool {
        for axis in 0..<3 where values[axis].count > 0 {
            let (shares, step) = (upper(axis), step(axis))
            for cell in at..<at + 8 where shares[cell] != 1 || shares[cell - step] != 1 { return false }
        }
        return true
    }
}
