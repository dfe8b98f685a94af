import PDECore

/// Carries the shift c of a system A + cI to all levels of its multigrid cycle.
///
/// The coarse operator is half the Galerkin product with piecewise constant transfers (`MultigridLevel`), so that a coarse
/// cell's share of c is the mean over its children: 1 in a cell that is all fluid, less where a solid or the end of an odd
/// number of cells cuts it. Kept are the inverse diagonals without a shift and these shares, eight numbers a class each.
/// Vectors of one class on a coarse level may differ in their shares; they take the mean over all of them, which the cycle,
/// a preconditioner, need not have exactly.
final class MultigridShift: @unchecked Sendable {
    private let scale: Double
    private let isFloating: Bool
    private var shift = 0.0
    private var known: [ShiftedDiagonal] = []

    /// For levels whose finest operator was divided by `scale`.
    ///
    /// - Parameter isFloating: whether a region floats without a shift.
    init(scale: Double, isFloating: Bool) {
        self.scale = scale
        self.isFloating = isFloating
    }

    /// Makes the inverse diagonals those of A + cI; allocates the first time only.
    func follow(_ shift: Double, _ levels: [MultigridLevel], _ bottom: MultigridBottom) {
        guard shift != self.shift else { return }
        if known.isEmpty { measure(levels, bottom) }
        self.shift = shift
        // Beyond 2⁶⁰ the diagonal is all that double precision sees; single precision need not go further.
        let c = Float(min(shift / scale, 0x1p60))
        for (place, level) in levels.enumerated() { known[place].follow(c, level) }
        bottom.follow(c)
    }

    private func measure(_ levels: [MultigridLevel], _ bottom: MultigridBottom) {
        for (place, level) in levels.enumerated() {
            let table = level.table
            let share =
                place == 0
                ? ShiftedDiagonal.finestShare(table)
                : Self.coarse(levels[place - 1].table, known[place - 1].share, table)
            known.append(ShiftedDiagonal(table, share: share))
        }
        bottom.prepare(levels.last!.table, share: known.last!.share, isFloating: isFloating)
    }

    private static func coarse(
        _ fine: StencilTable<Float>, _ fineShare: AlignedBuffer<Float>, _ table: StencilTable<Float>
    ) -> AlignedBuffer<Float> {
        let layout = table.layout
        let share = AlignedBuffer<Float>(count: 8 * table.classCount)
        var counts = [Float](repeating: 0, count: table.classCount)
        let rows = fine.layout.isPlanar ? 1 : 2
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                for v in 0..<layout.vectors {
                    let number = Int(table.classes.pointer[layout.offset(8 * v, y, z) >> 3])
                    guard number > 0 else { continue }
                    counts[number] += 1
                    for child in 0..<2 * rows {
                        let start = fine.layout.offset(16 * v, 2 * y + child % rows, 2 * z + child / rows) >> 3
                        for column in 0..<16 {
                            let vector = Int(fine.classes.pointer[start + column / 8])
                            share.pointer[8 * number + column / 2] += fineShare.pointer[8 * vector + column % 8]
                        }
                    }
                }
            }
        }
        for k in 0..<share.count {
            let number = k / 8
            if number == 0 {
                share.pointer[k] = 1
            } else if counts[number] > 0 {
                let isCoupled = table.entries.pointer[64 * number + 48 + k % 8] > 0
                share.pointer[k] = isCoupled ? share.pointer[k] / (counts[number] * Float(4 * rows)) : 0
            }
        }
        return share
    }
}
