import PDECore

/// The direct solver of the last level of algebraic multigrid: a dense inverse of a few dozen rows.
///
/// Made by sweeps of the pivots (A. E. Beaton, 1964); rows whose pivot is no more than rounding, of which a region without a given
/// value has one, are left at 0, which is one of the solutions there.
final class AlgebraicBottom: @unchecked Sendable {
    /// The most rows that are inverted.
    static var mostRows: Int { 64 }

    private let rows: Int
    private let matrix, work, share: AlignedBuffer<Double>
    private let inverse: AlignedBuffer<Float>
    private let isLeft: UnsafeMutablePointer<Bool>

    init(_ operator: SparseOperator, share: AlignedBuffer<Double>) {
        rows = `operator`.rows
        self.share = share
        matrix = AlignedBuffer(count: rows * rows)
        work = AlignedBuffer(count: rows * rows)
        inverse = AlignedBuffer(count: rows * rows)
        isLeft = .allocate(capacity: max(1, rows))
        for i in 0..<rows {
            matrix.pointer[i * rows + i] = `operator`.diagonal.pointer[i]
            let off = `operator`.offDiagonal
            for k in off.row(i) { matrix.pointer[i * rows + Int(off.columns[k])] = off.values[k] }
        }
        follow(0)
    }

    deinit { isLeft.deallocate() }

    /// Makes the matrix that of a shift.
    func follow(_ c: Double) {
        let (n, a) = (rows, work.pointer)
        a.update(from: matrix.pointer, count: n * n)
        for i in 0..<n { a[i &* n &+ i] += c * share.pointer[i] }
        for k in 0..<n {
            let pivot = a[k &* n &+ k]
            isLeft[k] = !(pivot > 1e-12 * (matrix.pointer[k &* n &+ k] + c * share.pointer[k]))
            guard !isLeft[k] else { continue }
            let row = a + k &* n
            for j in 0..<n { row[j] /= pivot }
            for i in 0..<n where i != k {
                let other = a + i &* n
                let factor = other[k]
                for j in 0..<n { other[j] -= factor * row[j] }
                other[k] = -factor / pivot
            }
            row[k] = 1 / pivot
        }
        for i in 0..<n {
            for j in 0..<n { inverse.pointer[i &* n &+ j] = isLeft[i] || isLeft[j] ? 0 : Float(a[i &* n &+ j]) }
        }
    }

    /// u = A⁻¹b.
    func solve(_ b: UnsafePointer<Float>, into u: UnsafeMutablePointer<Float>) {
        for i in 0..<rows {
            var sum: Float = 0
            let row = inverse.pointer + i &* rows
            for j in 0..<rows { sum += row[j] * b[j] }
            u[i] = sum
        }
    }
}
