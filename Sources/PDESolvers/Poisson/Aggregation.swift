import PDECore

/// Groups of strongly coupled cells, the coarse cells of algebraic multigrid, and smoothed interpolation from them
/// (P. Vaněk, J. Mandel & M. Brezina, "Algebraic multigrid by smoothed aggregation for second and fourth order elliptic
/// problems", Computing 56 (1996)).
///
/// Cells i and j are strongly coupled where a_ij² ≥ θ² m_i m_j, m being a row's largest coupling: on both sides of a jump of the
/// coefficient and along the short side of stretched cells, but not across.
struct Aggregation {
    private static var threshold: Double { 0.25 }
    /// Couplings below this share of the diagonal do not smooth the interpolation; they go to the diagonal.
    private static var filter: Double { 0.05 }

    /// Groups in all.
    private(set) var count = 0
    /// Interpolation P.
    private(set) var prolongation: SparseRows

    init(_ fine: SparseOperator) {
        let groups = fine.offDiagonal.memory.allocate(fine.rows, of: Int32(-1))
        count = Self.group(fine, into: groups)
        prolongation = Self.interpolation(fine, groups, count: count)
    }

    /// Numbers groups: cells with all their strong neighbours where all are free, then what is left to the group of the
    /// strongest neighbour or in groups of its own. A cell without strong neighbours, as a poor conductor among good ones, follows
    /// those around it: without it interpolation would not reproduce constants. One that a given value holds stays out (−1).
    private static func group(_ fine: SparseOperator, into groups: UnsafeMutablePointer<Int32>) -> Int {
        let (rows, count) = (fine.offDiagonal, fine.rows)
        let isStrong: UnsafeMutablePointer<Bool> = rows.memory.allocate(rows.count)
        let free: UnsafeMutablePointer<Bool> = rows.memory.allocate(count)
        findStrong(rows, isStrong)
        var next: Int32 = 0
        for i in 0..<count where groups[i] < 0 {
            var (isRoot, hasNeighbour) = (true, false)
            for k in rows.row(i) where isStrong[k] {
                hasNeighbour = true
                if groups[Int(rows.columns[k])] >= 0 { isRoot = false }
            }
            guard isRoot && hasNeighbour else { continue }
            groups[i] = next
            for k in rows.row(i) where isStrong[k] { groups[Int(rows.columns[k])] = next }
            next &+= 1
        }
        for i in 0..<count { free[i] = groups[i] < 0 }
        for i in 0..<count where free[i] {
            var strongest = 0.0
            for k in rows.row(i) where isStrong[k] && !free[Int(rows.columns[k])] && -rows.values[k] > strongest {
                strongest = -rows.values[k]
                groups[i] = groups[Int(rows.columns[k])]
            }
        }
        for i in 0..<count where groups[i] < 0 {
            var hasNeighbour = false
            for k in rows.row(i) where isStrong[k] {
                hasNeighbour = true
                if groups[Int(rows.columns[k])] < 0 { groups[Int(rows.columns[k])] = next }
            }
            guard hasNeighbour else { continue }
            groups[i] = next
            next &+= 1
        }
        for i in 0..<count { free[i] = groups[i] < 0 }
        for i in 0..<count where free[i] {
            var (strongest, sum, group): (Double, Double, Int32) = (0, 0, -1)
            for k in rows.row(i) where !free[Int(rows.columns[k])] {
                sum -= rows.values[k]
                if -rows.values[k] > strongest {
                    strongest = -rows.values[k]
                    group = groups[Int(rows.columns[k])]
                }
            }
            if 2 * sum > fine.diagonal.pointer[i] { groups[i] = group }
        }
        return Int(next)
    }

    private static func findStrong(_ rows: SparseRows, _ isStrong: UnsafeMutablePointer<Bool>) {
        let m: UnsafeMutablePointer<Double> = rows.memory.allocate(rows.rows)
        for i in 0..<rows.rows {
            var found = 0.0
            for k in rows.row(i) { found = max(found, -rows.values[k]) }
            m[i] = found
        }
        for i in 0..<rows.rows {
            let least = threshold * threshold * m[i]
            for k in rows.row(i) {
                let value = rows.values[k]
                isStrong[k] = value < 0 && value * value >= least * m[Int(rows.columns[k])]
            }
        }
    }

    /// P = (I − ω D⁻¹A)T, where T gives every cell its group's value, with ω = 4/3 by the bound Σ|a|/d of the eigenvalues of each row.
    private static func interpolation(
        _ fine: SparseOperator, _ groups: UnsafePointer<Int32>, count: Int
    ) -> SparseRows {
        let rows = fine.offDiagonal
        let places: UnsafeMutablePointer<Int32> = rows.memory.allocate(count)
        let result = SparseRows(rows: fine.rows, capacity: rows.count + fine.rows, in: rows.memory)
        var sums = RowSums(result, columns: count, places: places)
        for i in 0..<fine.rows {
            let own = fine.diagonal.pointer[i]
            let least = filter * own
            var (diagonal, sum) = (own, 0.0)
            for k in rows.row(i) {
                let size = abs(rows.values[k])
                if size < least { diagonal += rows.values[k] } else { sum += size }
            }
            sums.begin(i, most: rows.row(i).count &+ 1)
            if own > 0 {
                let factor = 4 / (3 * max(own, diagonal + sum))
                if groups[i] >= 0 { sums.add(1 - factor * diagonal, to: groups[i]) }
                for k in rows.row(i) where abs(rows.values[k]) >= least {
                    let group = groups[Int(rows.columns[k])]
                    if group >= 0 { sums.add(-factor * rows.values[k], to: group) }
                }
            }
            sums.end()
        }
        result.trim()
        return result
    }
}
