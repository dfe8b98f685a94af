import PDECore

/// The direct solver of the last level of algebraic multigrid: a dense inverse of a few dozen rows.
///
/// Made by sweeps of the pivots (A. E. Beaton, 1964). A region without a given value has one row whose pivot is no more than
/// rounding; it is left at 0, and the mean over the region is taken out before and after.
final class AlgebraicBottom: @unchecked Sendable {
    /// The most rows that are inverted.
    static var mostRows: Int { 64 }

    private let rows: Int
    private let matrix, work, share, scale: AlignedBuffer<Double>
    private let inverse: AlignedBuffer<Float>
    private let isLeft, region: UnsafeMutablePointer<Bool>

    init(_ operator: SparseOperator, share: AlignedBuffer<Double>) {
        rows = `operator`.rows
        self.share = share
        scale = `operator`.scale
        matrix = AlignedBuffer(count: rows * rows)
        work = AlignedBuffer(count: rows * rows)
        inverse = AlignedBuffer(count: rows * rows)
        isLeft = .allocate(capacity: max(1, rows))
        region = .allocate(capacity: max(1, rows))
        for i in 0..<rows {
            matrix.pointer[i * rows + i] = `operator`.diagonal.pointer[i]
            let off = `operator`.offDiagonal
            for k in off.row(i) { matrix.pointer[i * rows + Int(off.columns[k])] = off.values[k] }
        }
        follow(0)
    }

    deinit {
        isLeft.deallocate()
        region.deallocate()
    }

    /// Makes the matrix that of a shift.
    func follow(_ c: Double) {
        let (n, a) = (rows, work.pointer)
        a.update(from: matrix.pointer, count: n * n)
        for i in 0..<n { a[i &* n &+ i] += c * share.pointer[i] }
        for k in 0..<n {
            let pivot = a[k &* n &+ k]
            // What all rows leave of a constant's energy ends up in the last pivot.
            let least = max(1e-12 * matrix.pointer[k &* n &+ k], 10 * SparseOperator.rounding * scale.pointer[k])
            isLeft[k] = !(pivot > least + 1e-12 * c * share.pointer[k])
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
            for j in 0..<n where isLeft[i] || isLeft[j] { a[i &* n &+ j] = 0 }
        }
        for k in 0..<n where isLeft[k] { removeMeans(of: k) }
        for k in 0..<n * n { inverse.pointer[k] = Float(a[k]) }
    }

    /// Takes the means over the region of a row out of the inverse's rows and columns.
    private func removeMeans(of root: Int) {
        let (n, a) = (rows, work.pointer)
        for i in 0..<n { region[i] = i == root }
        var (isGrowing, count) = (true, 1.0)
        while isGrowing {
            isGrowing = false
            for i in 0..<n where region[i] {
                for j in 0..<n where !region[j] && matrix.pointer[i &* n &+ j] != 0 {
                    region[j] = true
                    isGrowing = true
                    count += 1
                }
            }
        }
        for pass in 0..<2 {
            let (along, across) = pass == 0 ? (1, n) : (n, 1)
            for i in 0..<n where region[i] {
                var sum = 0.0
                for j in 0..<n where region[j] { sum += a[i &* across &+ j &* along] }
                for j in 0..<n where region[j] { a[i &* across &+ j &* along] -= sum / count }
            }
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
