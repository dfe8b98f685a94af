import PDECore

/// Connected fluid cells without a given value on any face: there, u is fixed up to a constant only.
struct FloatingRegion: Sendable {
    /// Offsets and lengths of its runs along rows.
    let runs: [(start: Int, length: Int)]
    let cells: Int

    /// The floating regions of a mask, by their first cells.
    ///
    /// Runs of fluid cells are joined where they touch across rows and planes, with disjoint sets: a pass over the
    /// mask's bytes and a few operations a run.
    static func all<Scalar: Real>(
        _ mask: CellMask, _ openFaces: FaceShares<Scalar>?, sides: [PoissonSide], solidHoldsValue: Bool
    ) -> [FloatingRegion] {
        let layout = mask.layout
        if mask.solidCells == 0, openFaces == nil, sides.contains(.value) { return [] }
        var runs: [(start: Int, length: Int)] = []
        var firstOfRow: [Int] = []
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                firstOfRow.append(runs.count)
                mask.forEachRun(y, z) { start, length in
                    var first = start
                    // A run ends where a face is closed.
                    if let openFaces {
                        for cell in start..<start + length - 1 where !openFaces.joins(cell, along: 0) {
                            runs.append((first, cell + 1 - first))
                            first = cell + 1
                        }
                    }
                    runs.append((first, start + length - first))
                }
            }
        }
        firstOfRow.append(runs.count)
        var sets = DisjointSets(count: runs.count)
        func join(row: Int, with other: Int, distance: Int, axis: Int) {
            var (i, j) = (firstOfRow[row], firstOfRow[other])
            while i < firstOfRow[row + 1], j < firstOfRow[other + 1] {
                let (a, b) = (runs[i].start, runs[j].start + distance)
                let (aEnd, bEnd) = (a + runs[i].length, b + runs[j].length)
                if (max(a, b)..<max(a, b, min(aEnd, bEnd))).contains(where: {
                    openFaces?.joins($0 - distance, along: axis) ?? true
                }) {
                    sets.join(i, j)
                }
                if aEnd < bEnd { i += 1 } else { j += 1 }
            }
        }
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let row = z * layout.rows + y
                if y > 0 { join(row: row, with: row - 1, distance: layout.stride, axis: 1) }
                if z > 0 { join(row: row, with: row - layout.rows, distance: layout.planeStride, axis: 2) }
            }
        }
        var isAnchored = [Bool](repeating: false, count: runs.count)
        for z in 0..<layout.planes {
            for y in 0..<layout.rows {
                let row = z * layout.rows + y
                for run in firstOfRow[row]..<firstOfRow[row + 1] {
                    if anchors(runs[run], y, z, mask, sides, solidHoldsValue) { isAnchored[sets.first(of: run)] = true }
                }
            }
        }
        var numbers: [Int: Int] = [:]
        var found: [(runs: [(start: Int, length: Int)], cells: Int)] = []
        for run in runs.indices {
            let first = sets.first(of: run)
            guard !isAnchored[first] else { continue }
            let number = numbers[first] ?? found.count
            if number == found.count {
                numbers[first] = number
                found.append(([], 0))
            }
            found[number].runs.append(runs[run])
            found[number].cells += runs[run].length
        }
        return found.map { FloatingRegion(runs: $0.runs, cells: $0.cells) }
    }

    private static func anchors(
        _ run: (start: Int, length: Int), _ y: Int, _ z: Int, _ mask: CellMask, _ sides: [PoissonSide],
        _ solidHoldsValue: Bool
    ) -> Bool {
        let layout = mask.layout
        if layout.isPlanar, sides[2...3].contains(.value) { return true }
        func holds(_ cell: Int, _ side: Int) -> Bool {
            switch mask.pointer[cell] {
            case 0: false
            case 1: solidHoldsValue
            default: sides[side] == .value
            }
        }
        if holds(run.start - 1, 0) || holds(run.start + run.length, 1) { return true }
        let steps = [(layout.planeStride, 4)] + (layout.isPlanar ? [] : [(layout.stride, 2)])
        for (step, side) in steps {
            // Without solids that hold a value, only a row beside a side can be anchored across it.
            let (first, last) = side == 4 ? (z == 0, z == layout.planes - 1) : (y == 0, y == layout.rows - 1)
            for cell in run.start..<run.start + run.length {
                if solidHoldsValue || first, holds(cell - step, side) { return true }
                if solidHoldsValue || last, holds(cell + step, side + 1) { return true }
                if !solidHoldsValue, !first, !last { break }
            }
        }
        return false
    }

    /// Takes the region's mean out of a field; returns it.
    func removeMean<Scalar: Real>(_ field: UnsafeMutablePointer<Scalar>) -> Double {
        var total = 0.0
        for run in runs {
            var sum = 0.0
            for at in run.start..<run.start + run.length { sum += Double(field[at]) }
            total += sum
        }
        let mean = total / Double(cells)
        for run in runs {
            for at in run.start..<run.start + run.length { field[at] -= Scalar(mean) }
        }
        return mean
    }
}
