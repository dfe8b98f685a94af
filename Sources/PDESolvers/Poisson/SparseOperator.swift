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
        offDiagonal = SparseRows(rows: count, capacity: (layout.isPlanar ? 4 : 6) * count, in: cells.memory)
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
        rows.trim()
    }

    /// The Galerkin product PᵀAP.
    ///
    /// A constant on a region without a given value has the energy 0; a diagonal that is no more than rounding is 0.
    init(_ fine: SparseOperator, _ prolongation: SparseRows, transpose: SparseRows) {
        let (count, memory) = (transpose.rows, transpose.memory)
        offDiagonal = SparseRows(rows: count, capacity: fine.offDiagonal.count, in: memory)
        let places: UnsafeMutablePointer<Int32> = memory.allocate(count)
        let product = fine.offDiagonal.product(fine.diagonal.pointer, prolongation, places: places, columns: count)
        diagonal = AlignedBuffer(count: count)
        scale = AlignedBuffer(count: count)
        var sums = RowSums(offDiagonal, columns: count, places: places)
        for i in 0..<count {
            var (most, brought) = (1, 0.0)
            for k in transpose.row(i) {
                let (share, j) = (transpose.values[k], Int(transpose.columns[k]))
                most &+= product.row(j).count
                brought += share * share * fine.scale.pointer[j]
            }
            scale.pointer[i] = brought
            sums.begin(i, most: most)
            // The diagonal comes first, and is taken out.
            sums.add(0, to: Int32(truncatingIfNeeded: i))
            for k in transpose.row(i) {
                let share = transpose.values[k]
                for l in product.row(Int(transpose.columns[k])) {
                    sums.add(share * product.values[l], to: product.columns[l])
                }
            }
            let own = sums.removeFirst()
            if own > Self.rounding * brought { diagonal.pointer[i] = own } else { sums.removeAll() }
            sums.end()
        }
        // The room of AP behind it goes back, too.
        offDiagonal.trim()
    }
}

/// The fluid cells that are coupled to something or held, numbered in the order of their offsets.
final class FluidCells {
    let count: Int
    /// The offset of each.
    let offsets: UnsafeMutablePointer<Int32>
    /// The number at each offset, −1 where there is none.
    let numbers: UnsafeMutablePointer<Int32>
    let memory: SetupMemory

    init(_ table: StencilTable<Float>, in memory: SetupMemory) {
        let (layout, stencil) = (table.layout, table.stencil)
        precondition(layout.count < Int(Int32.max), "expected fewer than 2³¹ cells, got \(layout.cells)")
        self.memory = memory
        offsets = memory.allocate(layout.cells)
        numbers = memory.allocate(layout.count, of: -1)
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
}
