import PDECore

extension PoissonSystem {
    /// Whether cells twice as wide resolve the system, so that multigrid on them takes few iterations.
    ///
    /// They do not where cells are more than 5 times as long as wide, where solids are a few cells wide, or where the coefficient
    /// jumps, but for regions that float without a shift: there the groups' cycle stagnates on large jumps. Measured are, in this order, the cells' sides, the changes between solid and fluid along rows, and the faces through
    /// which the coefficient changes by a factor of more than 100.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package func suitsWideCells() -> Bool { isResolved() }

    @inline(never)
    private func isResolved() -> Bool {
        let lengths = [(layout.columns, 0), (layout.rows, 1), (layout.planes, 2)].filter { $0.0 > 1 }
        let squares = lengths.map { inverseSquares[$0.1] }
        if let least = squares.min(), squares.max()! > 25 * least { return false }
        if hasSolid, 25 * surfaceFaces() > layout.cells { return false }
        return !isVariable || !regions.isEmpty || 500 * jumps() <= layout.cells
    }

    /// Faces between solid and fluid cells along rows.
    private func surfaceFaces() -> Int {
        var count = 0
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let row = mask.pointer + layout.offset(0, y, z)
                var found: Int32 = 0
                for x in 1..<max(1, layout.columns) { found &+= row[x] == row[x &- 1] ? 0 : 1 }
                count += Int(found)
            }
        }
        return count
    }

    /// Faces between fluid cells, along rows and from plane to plane, whose coefficients differ by a factor of more than 100.
    private func jumps() -> Int {
        var count = 0
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let start = layout.offset(0, y, z)
                for at in start..<start + layout.columns where mask.pointer[at] == 0 {
                    let here = coefficient(at: at)
                    for beyond in [at &+ 1, at &+ layout.planeStride] where mask.pointer[beyond] == 0 {
                        let there = coefficient(at: beyond)
                        if max(here, there) > 100 * min(here, there) { count += 1 }
                    }
                }
            }
        }
        return count
    }
}
