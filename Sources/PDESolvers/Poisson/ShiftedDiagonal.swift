import PDECore

/// The inverse diagonals of a level of structured cells without a shift, and the cells' shares of it: eight numbers a class each.
struct ShiftedDiagonal {
    let inverse, share: AlignedBuffer<Float>

    /// Takes the inverse diagonals that the table has now, without a shift.
    init(_ table: StencilTable<Float>, share: AlignedBuffer<Float>) {
        inverse = AlignedBuffer(count: 8 * table.classCount)
        for k in 0..<inverse.count { inverse.pointer[k] = table.entries.pointer[64 * (k / 8) + 56 + k % 8] }
        self.share = share
    }

    /// The shares of a finest level: 1 in fluid cells, those that are coupled to nothing included.
    static func finestShare(_ table: StencilTable<Float>) -> AlignedBuffer<Float> {
        let share = AlignedBuffer<Float>(count: 8 * table.classCount)
        for k in 0..<share.count {
            let mask = table.entries.pointer[64 * (k / 8) + 48 + k % 8]
            share.pointer[k] = mask > 0 || mask.sign == .minus ? 1 : 0
        }
        return share
    }

    /// Makes the level's inverse diagonals those of A + cD.
    func follow(_ c: Float, _ level: MultigridLevel) {
        for number in 0..<level.table.classCount {
            let entry = level.table.entries.pointer + 64 * number + 56
            for lane in 0..<8 {
                let (own, added) = (inverse.pointer[8 * number + lane], c * share.pointer[8 * number + lane])
                entry[lane] = own > 0 ? own / (1 + added * own) : added > 0 ? 1 / added : 0
            }
        }
        level.followTable()
    }
}
