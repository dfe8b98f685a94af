import PDECore

/// What given values add to the diagonal of a level's operator, one number a cell of its layout; needed while levels are made.
///
/// The difference of a diagonal in single precision and its weights loses what is less than a millionth of it, and where the
/// coefficient jumps by as much this may be all that holds a region.
struct HeldWeights {
    private let buffer: AlignedBuffer<Float>

    init(_ layout: CellLayout) { buffer = AlignedBuffer(count: layout.count) }

    /// Those of a system without its shift, in units of `scale`.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    static func of<Scalar: Real>(_ table: StencilTable<Scalar>, scale: Scalar) -> HeldWeights {
        found(in: table, scale)
    }

    @inline(never)
    private static func found<Scalar: Real>(in table: StencilTable<Scalar>, _ scale: Scalar) -> HeldWeights {
        let layout = table.layout
        let weights = HeldWeights(layout)
        let stencil = table.stencil
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                for x in 0..<layout.columns {
                    let at = layout.offset(x, y, z)
                    let number = stencil.classes[at >> 3]
                    let entry = stencil.entry(number) + at & 7
                    let diagonal = table.plainDiagonal(Int(number), at & 7)
                    var held = diagonal
                    for face in 0..<6 { held -= entry[8 &* face] }
                    // What rounding leaves is no given value.
                    if held > 8 * Scalar.ulpOfOne * diagonal { weights.pointer[at] = Float(held / scale) }
                }
            }
        }
        return weights
    }

    var pointer: UnsafeMutablePointer<Float> { buffer.pointer }
}
