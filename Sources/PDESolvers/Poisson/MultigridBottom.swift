import PDECore

/// The direct solver of the coarsest level: a dense pseudo-inverse of at most 64 rows.
struct MultigridBottom: @unchecked Sendable {
    private let layout: CellLayout
    private let cells: [Int]
    private let inverse: AlignedBuffer<Float>

    /// - Parameter held: what given values add to the diagonal, where the coefficient is variable.
    init(_ table: StencilTable<Float>, held: HeldWeights?) {
        let layout = table.layout
        self.layout = layout
        var cells: [Int] = []
        for z in 0..<layout.planes {
            for y in 0..<layout.rows { for x in 0..<layout.columns { cells.append(layout.offset(x, y, z)) } }
        }
        let n = cells.count
        self.cells = cells
        var matrix = Matrix<Double>(rows: n, columns: n)
        for (i, at) in cells.enumerated() {
            let entry = table.stencil.entry(table.classes.pointer[at >> 3]) + at & 7
            guard entry[48] > 0 else { continue }
            matrix[i, i] = 1 / Double(entry[56])
            if let held {
                matrix[i, i] = (0..<6).reduce(Double(held.pointer[at])) { $0 + Double(entry[8 * $1]) }
            }
            let x = i % layout.columns
            let (y, z) = (i / layout.columns % layout.rows, i / layout.columns / layout.rows)
            let next =
                [(x, layout.columns, 1, 0), (y, layout.rows, layout.columns, 2)]
                + [(z, layout.planes, layout.columns * layout.rows, 4)]
            for (position, count, step, face) in next {
                if position > 0 { matrix[i, i - step] -= Double(entry[8 * face]) }
                if position + 1 < count { matrix[i, i + step] -= Double(entry[8 * face + 8]) }
            }
        }
        inverse = AlignedBuffer(count: n * n)
        // The matrix is finite and symmetric; its null space is spanned by constants on floating regions.
        guard let modes = try? SymmetricEigendecomposition(matrix) else {
            fatalError("the coarsest level is not finite")
        }
        let largest = modes.values.last ?? 0
        let least = held == nil ? 1e-5 : 1e-12
        for k in 0..<n where modes.values[k] > least * largest {
            for i in 0..<n {
                for j in 0..<n {
                    inverse.pointer[i * n + j] += Float(modes.vectors[k, i] * modes.vectors[k, j] / modes.values[k])
                }
            }
        }
    }

    /// u = A⁺b.
    func solve(_ b: UnsafePointer<Float>, into u: UnsafeMutablePointer<Float>) {
        let n = cells.count
        for i in 0..<n {
            var sum: Float = 0
            let row = inverse.pointer + i * n
            for j in 0..<n { sum += row[j] * b[cells[j]] }
            u[cells[i]] = sum
        }
    }

    /// Each plane's b·u.
    func products(_ b: UnsafePointer<Float>, _ u: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Double>) {
        sums.update(repeating: 0, count: layout.planes)
        for (i, at) in cells.enumerated() {
            sums[i / (layout.columns * layout.rows)] += Double(b[at]) * Double(u[at])
        }
    }
}
