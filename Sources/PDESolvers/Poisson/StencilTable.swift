import Glibc
import PDECore

/// The coefficients of a seven-point operator, kept once for each kind of vector.
///
/// (Au)_c = d_c u_c − Σ_f w_f u_n over the faces f of cell c, with n the cell beyond. Eight neighbouring cells of a row are
/// a vector. A vector's *class* holds the 64 numbers of its cells: six weights w (lower and upper x, y, z), the
/// diagonal d (or 1 in fluid cells, where only that is needed) and 1/d (0 in solid cells). Class 0 is a vector away from all
/// sides and solids, and its numbers are constants; there are few others when the coefficient is constant, so that a
/// sweep reads half a byte a cell beside its fields. With a variable coefficient every vector has a class of its own, 7 to
/// 8 numbers a cell.
final class StencilTable<Scalar: Real>: @unchecked Sendable {
    /// Numbers of a class, and where rows of eight start in it.
    static var width: Int { 64 }
    static var diagonal: Int { 48 }
    static var inverse: Int { 56 }

    let layout: CellLayout
    let classes: VectorClasses
    let entries: AlignedBuffer<Scalar>
    /// The diagonal of each class without a shift, eight numbers each; nil until there was one.
    private var plainDiagonal: AlignedBuffer<Scalar>?

    init(_ layout: CellLayout, _ classes: VectorClasses, entries: AlignedBuffer<Scalar>) {
        self.layout = layout
        self.classes = classes
        self.entries = entries
    }

    /// Number of classes.
    var classCount: Int { entries.count / Self.width }

    /// The diagonal of a class's cell without the shift; −0 in a fluid cell that is coupled to nothing.
    func plainDiagonal(_ number: Int, _ lane: Int) -> Scalar {
        plainDiagonal?.pointer[8 * number + lane] ?? entries.pointer[Self.width * number + Self.diagonal + lane]
    }

    /// Makes the diagonal that of A + cI in fluid cells: a pass over the classes, which allocates the first time only.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func shift(by c: Scalar) { change(c) }

    @inline(never)
    private func change(_ c: Scalar) {
        let plain = plainDiagonal ?? AlignedBuffer(count: 8 * classCount)
        for number in 0..<classCount {
            let entry = entries.pointer + Self.width * number
            for lane in 0..<8 {
                if plainDiagonal == nil { plain.pointer[8 * number + lane] = entry[Self.diagonal + lane] }
                let own = plain.pointer[8 * number + lane]
                let isFluid = own > 0 || own.sign == .minus
                let diagonal = isFluid && c > 0 ? own + c : own
                entry[Self.diagonal + lane] = diagonal
                entry[Self.inverse + lane] = diagonal > 0 ? 1 / diagonal : 0
            }
        }
        plainDiagonal = plain
    }

    /// The weights as loops use them.
    var stencil: Stencil<Scalar> { Stencil(self) }
}

/// The class of each vector of a layout; those outside the box have class 1, which couples nothing.
final class VectorClasses: @unchecked Sendable {
    let count: Int
    let pointer: UnsafeMutablePointer<Int32>

    init(_ layout: CellLayout) {
        count = (layout.count + 7) / 8
        pointer = .allocate(capacity: count)
        pointer.initialize(repeating: 1, count: count)
    }

    deinit { pointer.deallocate() }
}

/// A stencil table's pointers and constants.
struct Stencil<Scalar: Real> {
    let classes: UnsafePointer<Int32>
    let entries: UnsafePointer<Scalar>
    let stride: Int
    let isPlanar: Bool
    /// The weights and the inverse diagonal of class 0.
    let wx, wy, wz, diagonal, inverse: SIMD8<Scalar>

    init(_ table: StencilTable<Scalar>) {
        classes = UnsafePointer(table.classes.pointer)
        entries = UnsafePointer(table.entries.pointer)
        stride = table.layout.stride
        isPlanar = table.layout.isPlanar
        wx = SIMD8(repeating: entries[0])
        wy = SIMD8(repeating: entries[16])
        wz = SIMD8(repeating: entries[32])
        diagonal = SIMD8(repeating: entries[48])
        inverse = SIMD8(repeating: entries[56])
    }

    /// Σ w u of the neighbours of eight cells away from sides and solids.
    @inline(__always)
    func plainCoupling(
        _ row: UnsafePointer<Scalar>, _ back: UnsafePointer<Scalar>, _ front: UnsafePointer<Scalar>, _ i: Int
    ) -> SIMD8<Scalar> {
        let across = wx * (eight(row, i &- 1) + eight(row, i &+ 1)) + wz * (eight(back, i) + eight(front, i))
        return isPlanar ? across : across + wy * (eight(row, i &- stride) + eight(row, i &+ stride))
    }

    /// Σ w u of the neighbours of eight cells of any class.
    @inline(__always)
    func coupling(
        _ entry: UnsafePointer<Scalar>, _ row: UnsafePointer<Scalar>, _ back: UnsafePointer<Scalar>,
        _ front: UnsafePointer<Scalar>, _ i: Int
    ) -> SIMD8<Scalar> {
        let x = eight(entry, 0) * eight(row, i &- 1) + eight(entry, 8) * eight(row, i &+ 1)
        let z = eight(entry, 32) * eight(back, i) + eight(entry, 40) * eight(front, i)
        if isPlanar { return x + z }
        return x + z + (eight(entry, 16) * eight(row, i &- stride) + eight(entry, 24) * eight(row, i &+ stride))
    }

    /// The numbers of a class.
    @inline(__always)
    func entry(_ number: Int32) -> UnsafePointer<Scalar> { entries + 64 &* Int(number) }
}
