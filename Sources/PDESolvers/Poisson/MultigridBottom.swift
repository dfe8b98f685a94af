import PDECore

/// The direct solver of the coarsest level: a dense pseudo-inverse of at most 64 rows.
///
/// With a shift it works in the modes of D^−½ A D^−½, D being the cells' shares of the shift: u = Σ w (w·b)/(λ + c) over
/// modes w = D^−½ v. That costs twice as much and takes any c without a new decomposition.
final class MultigridBottom: @unchecked Sendable {
    private let layout: CellLayout
    private let cells: [Int]
    private let inverse: AlignedBuffer<Float>
    /// What given values add to each cell's diagonal; nil where the coefficient is constant.
    private let held: [Double]?
    /// Smaller eigenvalues, relative to the largest, are taken for 0: rounding leaves as much, where the diagonal says what given
    /// values add.
    private let leastRelativeValue: Double
    private var shifted: Shifted?
    private var isShifted = false

    private struct Shifted {
        /// w, [mode][cell].
        let modes: AlignedBuffer<Float>
        /// λ.
        let values: AlignedBuffer<Double>
        /// 1/(λ + c), 0 for a mode that is left to the iteration.
        let factors: AlignedBuffer<Float>
        /// b by cells and by modes.
        let gathered, amplitudes: AlignedBuffer<Float>
    }

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
        inverse = AlignedBuffer(count: n * n)
        self.held = held.map { held in cells.map { Double(held.pointer[$0]) } }
        leastRelativeValue = held == nil ? 1e-5 : 1e-12
        let modes = Self.decomposed(Self.matrix(table, cells, self.held))
        let largest = modes.values.last ?? 0
        for k in 0..<n where modes.values[k] > leastRelativeValue * largest {
            for i in 0..<n {
                for j in 0..<n {
                    inverse.pointer[i * n + j] += Float(modes.vectors[k, i] * modes.vectors[k, j] / modes.values[k])
                }
            }
        }
    }

    private static func matrix(_ table: StencilTable<Float>, _ cells: [Int], _ held: [Double]?) -> Matrix<Double> {
        let (layout, n) = (table.layout, cells.count)
        var matrix = Matrix<Double>(rows: n, columns: n)
        for (i, at) in cells.enumerated() {
            let entry = table.stencil.entry(table.classes.pointer[at >> 3]) + at & 7
            guard entry[48] > 0 else { continue }
            matrix[i, i] = 1 / Double(entry[56])
            if let held {
                matrix[i, i] = (0..<6).reduce(held[i]) { $0 + Double(entry[8 * $1]) }
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
        return matrix
    }

    private static func decomposed(_ matrix: Matrix<Double>) -> SymmetricEigendecomposition<Double> {
        // The matrix is finite and symmetric; its null space is spanned by constants on floating regions.
        guard let modes = try? SymmetricEigendecomposition(matrix) else {
            fatalError("the coarsest level is not finite")
        }
        return modes
    }

    /// Gets ready for shifts, while the table has none.
    ///
    /// - Parameters:
    ///   - share: each cell's share of the shift, eight numbers a class.
    ///   - isFloating: whether a constant on a region has the eigenvalue 0, which the table has to single precision only.
    func prepare(_ table: StencilTable<Float>, share: AlignedBuffer<Float>, isFloating: Bool) {
        let n = cells.count
        let scales = cells.map { at -> Double in
            let share = Double(share.pointer[8 * Int(table.classes.pointer[at >> 3]) + at & 7])
            return share > 0 ? 1 / share.squareRoot() : 0
        }
        var matrix = Self.matrix(table, cells, held)
        for i in 0..<n { for j in 0..<n { matrix[i, j] *= scales[i] * scales[j] } }
        let found = Self.decomposed(matrix)
        let shifted = Shifted(
            modes: AlignedBuffer(count: n * n), values: AlignedBuffer(count: n), factors: AlignedBuffer(count: n),
            gathered: AlignedBuffer(count: n), amplitudes: AlignedBuffer(count: n))
        let least = leastRelativeValue * (found.values.last ?? 0)
        for k in 0..<n {
            let value = max(0, found.values[k])
            shifted.values.pointer[k] = isFloating && value <= least ? 0 : value
            for i in 0..<n { shifted.modes.pointer[k * n + i] = Float(found.vectors[k, i] * scales[i]) }
        }
        self.shifted = shifted
    }

    /// Makes the matrix A + cD.
    func follow(_ c: Float) {
        isShifted = c > 0
        guard let shifted else { return }
        let n = cells.count
        let largest = shifted.values.pointer[n - 1]
        for k in 0..<n {
            let value = shifted.values.pointer[k]
            // The energy of round-off in a constant, δ²/c, is far below the residual's down to a c of 1e-12. Other modes at
            // round-off of the largest are left to the iteration around the cycle, as without a shift.
            let least = value == 0 ? 1e-12 : leastRelativeValue
            let sum = value + Double(c)
            shifted.factors.pointer[k] = sum > least * largest ? Float(1 / sum) : 0
        }
    }

    /// u = A⁺b.
    func solve(_ b: UnsafePointer<Float>, into u: UnsafeMutablePointer<Float>) {
        if isShifted, let shifted {
            solve(shifted, b, into: u)
            return
        }
        let n = cells.count
        for i in 0..<n {
            var sum: Float = 0
            let row = inverse.pointer + i * n
            for j in 0..<n { sum += row[j] * b[cells[j]] }
            u[cells[i]] = sum
        }
    }

    private func solve(_ shifted: Shifted, _ b: UnsafePointer<Float>, into u: UnsafeMutablePointer<Float>) {
        let n = cells.count
        let (modes, gathered, amplitudes) = (
            shifted.modes.pointer, shifted.gathered.pointer, shifted.amplitudes.pointer
        )
        for i in 0..<n { gathered[i] = b[cells[i]] }
        for k in 0..<n {
            let row = modes + k * n
            var sum: Float = 0
            for i in 0..<n { sum += row[i] * gathered[i] }
            amplitudes[k] = sum * shifted.factors.pointer[k]
        }
        gathered.update(repeating: 0, count: n)
        for k in 0..<n {
            let (row, amplitude) = (modes + k * n, amplitudes[k])
            for i in 0..<n { gathered[i] += amplitude * row[i] }
        }
        for i in 0..<n { u[cells[i]] = gathered[i] }
    }

    /// Each plane's b·u.
    func products(_ b: UnsafePointer<Float>, _ u: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Double>) {
        sums.update(repeating: 0, count: layout.planes)
        for (i, at) in cells.enumerated() {
            sums[i / (layout.columns * layout.rows)] += Double(b[at]) * Double(u[at])
        }
    }
}
