import PDECore

/// A level of algebraic multigrid below the finest: the operator in single precision, the transfers to the next level, and a
/// Gauss–Seidel step before and its transpose after the coarse correction.
final class AlgebraicLevel: @unchecked Sendable {
    let rows: Int
    let rightHandSide, correction: AlignedBuffer<Float>
    /// Interpolation from the next level and its transpose; nil on the last one.
    let prolongation, restriction: SingleRows?
    /// Where the entries of each row start, those before the diagonal first, and where those behind it do.
    private let starts, splits: UnsafeMutablePointer<Int32>
    private let columns: UnsafeMutablePointer<Int32>
    private let values, residual: AlignedBuffer<Float>
    private let inverse: AlignedBuffer<Float>
    private let diagonal: AlignedBuffer<Double>
    /// Each row's share of a shift.
    private let share: AlignedBuffer<Double>

    init(
        _ matrix: SparseOperator, share: AlignedBuffer<Double>, prolongation: SparseRows?, restriction: SparseRows?
    ) {
        rows = matrix.rows
        let off = matrix.offDiagonal
        (diagonal, self.share) = (matrix.diagonal, share)
        self.prolongation = prolongation.map { SingleRows($0) }
        self.restriction = restriction.map { SingleRows($0) }
        rightHandSide = AlignedBuffer(count: rows)
        correction = AlignedBuffer(count: rows)
        residual = AlignedBuffer(count: rows)
        inverse = AlignedBuffer(count: rows)
        starts = .allocate(capacity: rows + 1)
        splits = .allocate(capacity: rows + 1)
        columns = .allocate(capacity: max(1, off.count))
        values = AlignedBuffer(count: off.count)
        var used = 0
        for i in 0..<rows {
            starts[i] = Int32(truncatingIfNeeded: used)
            for isBehind in [false, true] {
                if isBehind { splits[i] = Int32(truncatingIfNeeded: used) }
                for k in off.row(i) where (Int(off.columns[k]) > i) == isBehind {
                    columns[used] = off.columns[k]
                    values.pointer[used] = Float(off.values[k])
                    used &+= 1
                }
            }
        }
        starts[rows] = Int32(truncatingIfNeeded: used)
        follow(0)
    }

    deinit {
        starts.deallocate()
        splits.deallocate()
        columns.deallocate()
    }

    /// Makes the operator that of a shift.
    func follow(_ c: Double) {
        for i in 0..<rows {
            let sum = diagonal.pointer[i] + c * share.pointer[i]
            inverse.pointer[i] = sum > 0 ? Float(1 / sum) : 0
        }
    }

    /// The correction after a step from zero, and the residual's restriction.
    func down(into coarse: UnsafeMutablePointer<Float>) {
        let (b, x, r) = (rightHandSide.pointer, correction.pointer, residual.pointer)
        for i in 0..<rows { x[i] = (b[i] - sum(Int(starts[i]), Int(splits[i]), x)) * inverse.pointer[i] }
        // What the step leaves: the entries behind the diagonal, which it took for 0.
        for i in 0..<rows { r[i] = -sum(Int(splits[i]), Int(starts[i &+ 1]), x) }
        restriction?.multiply(r, into: coarse, rows: 0..<restriction!.rows)
    }

    /// The coarse correction, and a step in the other order.
    func up(_ coarse: UnsafePointer<Float>) {
        prolongation?.addProduct(coarse, to: correction.pointer)
        stepBack()
    }

    /// A step from zero and one in the other order: the solution of a level whose rows are coupled to nothing.
    func smooth() {
        let (b, x) = (rightHandSide.pointer, correction.pointer)
        for i in 0..<rows { x[i] = (b[i] - sum(Int(starts[i]), Int(splits[i]), x)) * inverse.pointer[i] }
        stepBack()
    }

    private func stepBack() {
        let (b, x) = (rightHandSide.pointer, correction.pointer)
        var i = rows &- 1
        while i >= 0 {
            x[i] = (b[i] - sum(Int(starts[i]), Int(starts[i &+ 1]), x)) * inverse.pointer[i]
            i &-= 1
        }
    }

    @inline(__always)
    private func sum(_ start: Int, _ end: Int, _ x: UnsafePointer<Float>) -> Float {
        var (total, k): (Float, Int) = (0, start)
        while k < end {
            total += values.pointer[k] * x[Int(columns[k])]
            k &+= 1
        }
        return total
    }

    /// Forgets everything, so that no NaN stays behind.
    func clear() {
        rightHandSide.clear()
        correction.clear()
        residual.clear()
    }
}
