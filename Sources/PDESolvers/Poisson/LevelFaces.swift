import PDECore

/// The couplings of a level through the upper face of every cell, axis by axis, in padded memory.
struct LevelFaces {
    let layout: CellLayout
    /// Along x, y and z; y has none where there is one row.
    let axes: [Int]
    private let values: [AlignedBuffer<Float>]

    init(_ table: StencilTable<Float>) {
        layout = table.layout
        axes = layout.isPlanar ? [0, 2] : [0, 1, 2]
        let stencil = table.stencil
        values = axes.map { axis in
            let buffer = AlignedBuffer<Float>(count: table.layout.count + 16)
            let (to, face) = (buffer.pointer, 16 * axis + 8)
            for z in 0..<table.layout.planes {
                for y in 0..<table.layout.rows {
                    let start = table.layout.offset(0, y, z)
                    for v in 0..<table.layout.vectors {
                        storeEight(eight(stencil.entry(stencil.classes[start >> 3 + v]), face), to + start, 8 &* v)
                    }
                }
            }
            return buffer
        }
    }

    /// Couplings along an axis, by offset.
    func upper(_ axis: Int) -> UnsafePointer<Float> { UnsafePointer(values[axes.firstIndex(of: axis)!].pointer) }

    /// From a cell to the one behind along an axis.
    func step(_ axis: Int) -> Int { [1, layout.stride, layout.planeStride][axis] }

    /// Cells along an axis.
    func count(_ axis: Int) -> Int { [layout.columns, layout.rows, layout.planes][axis] }
}
