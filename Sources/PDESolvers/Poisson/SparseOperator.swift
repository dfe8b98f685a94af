import PDECore

/// A symmetric matrix, its diagonal apart: an operator of the algebraic multigrid cycle while levels are made.
struct SparseOperator {
    /// All other entries.
    let offDiagonal: SparseRows
    let diagonal: AlignedBuffer<Double>
    /// What the finest level's diagonals bring into each, of which rounding leaves its part.
    let scale: AlignedBuffer<Double>

    /// Diagonals and pivots below this share of the scale are no more than rounding.
    static var rounding: Double { 1e-14 }

    var rows: Int { offDiagonal.rows }

    /// The operator of a finest level; rows are the fluid cells in the order of their offsets.
    ///
    /// - Parameters:
    ///   - table: the weights.
    ///   - held: what given values add to the diagonal.
    ///   - cells: the offsets of fluid cells.
    init(_ table: StencilTable<Float>, held: HeldWeights, cells: FluidCells) {
        let (layout, stencil, count) = (table.layout, table.stencil, cells.count)
        offDiagonal = SparseRows(rows: count, capacity: (layout.isPlanar ? 4 : 6) * count)
        diagonal = AlignedBuffer(count: count)
        scale = diagonal
        let (s, p) = (layout.stride, layout.planeStride)
        let steps: [(face: Int, step: Int)] =
            layout.isPlanar
            ? [(4, -p), (0, -1), (1, 1), (5, p)] : [(4, -p), (2, -s), (0, -1), (1, 1), (3, s), (5, p)]
        let (rows, numbers, offsets, given) = (offDiagonal, cells.numbers, cells.offsets, held.pointer)
        var used = 0
        steps.withUnsafeBufferPointer { steps in
            for i in 0..<count {
                let at = Int(offsets[i])
                let entry = stencil.entry(stencil.classes[at >> 3]) + at & 7
                var sum = Double(given[at])
                for k in 0..<steps.count {
                    let weight = Double(entry[8 &* steps[k].face])
                    guard weight > 0 else { continue }
                    sum += weight
                    rows.write(numbers[at &+ steps[k].step], -weight, at: used)
                    used &+= 1
                }
                diagonal.pointer[i] = sum
                rows.starts[i &+ 1] = Int32(truncatingIfNeeded: used)
            }
        }
    }

    /// The Galerkin product PᵀAP.
    ///
    /// A constant on a region without a given value has the energy 0; a diagonal that is no more than rounding is 0.
    init(_ fine: SparseOperator, _ prolongation: SparseRows, transpose: SparseRows) {
        let product = fine.offDiagonal.product(fine.diagonal.pointer, prolongation, columns: transpose.rows)
        let all = transpose.product(nil, product, columns: transpose.rows)
        offDiagonal = SparseRows(rows: all.rows, capacity: all.count)
        diagonal = AlignedBuffer(count: all.rows)
        scale = AlignedBuffer(count: all.rows)
        var used = 0
        for i in 0..<all.rows {
            var sum = 0.0
            for k in transpose.row(i) {
                let share = transpose.values[k]
                sum += share * share * fine.scale.pointer[Int(transpose.columns[k])]
            }
            scale.pointer[i] = sum
            var own = 0.0
            for k in all.row(i) where Int(all.columns[k]) == i { own = all.values[k] }
            if own > Self.rounding * sum {
                diagonal.pointer[i] = own
                for k in all.row(i) where Int(all.columns[k]) != i {
                    offDiagonal.write(all.columns[k], all.values[k], at: used)
                    used &+= 1
                }
            }
            offDiagonal.starts[i &+ 1] = Int32(truncatingIfNeeded: used)
        }
    }
}

/// The fluid cells that are coupled to something or held, numbered in the order of their offsets.
final class FluidCells {
    let count: Int
    /// The offset of each.
    let offsets: UnsafeMutablePointer<Int32>
    /// The number at each offset, −1 where there is none.
    let numbers: UnsafeMutablePointer<Int32>

    init(_ table: StencilTable<Float>) {
        let (layout, stencil) = (table.layout, table.stencil)
        precondition(layout.count < Int(Int32.max), "expected fewer than 2³¹ cells, got \(layout.cells)")
        offsets = .allocate(capacity: layout.cells)
        numbers = .allocate(capacity: layout.count)
        numbers.initialize(repeating: -1, count: layout.count)
        var count = 0
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let start = layout.offset(0, y, z)
                for at in start..<start + layout.columns {
                    guard stencil.entry(stencil.classes[at >> 3])[48 &+ at & 7] > 0 else { continue }
                    numbers[at] = Int32(truncatingIfNeeded: count)
                    offsets[count] = Int32(truncatingIfNeeded: at)
                    count &+= 1
                }
            }
        }
        self.count = count
    }

    deinit {
        offsets.deallocate()
        numbers.deallocate()
    }
}
