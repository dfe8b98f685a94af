import PDECore

/// The cells of one fluid region as runs along rows of a padded layout.
struct FluidRegion<Scalar: Real> {
    private let starts: [Int]
    private let counts: [Int]
    private let total: Int

    /// Region `number` of `boundary`.
    init(_ number: Int, of boundary: SolidBoundary, in layout: PaddedLayout) {
        var (starts, counts): ([Int], [Int]) = ([], [])
        for y in 0..<layout.rows {
            var isInside = false
            for x in 0..<layout.columns {
                let belongs = boundary.regionOfCell[y * layout.columns + x] == number
                if belongs, isInside {
                    counts[counts.count - 1] += 1
                } else if belongs {
                    starts.append(layout.offset(x, y))
                    counts.append(1)
                }
                isInside = belongs
            }
        }
        self.starts = starts
        self.counts = counts
        total = boundary.regions[number].count
    }

    /// Subtracts the mean over the region and returns it.
    func removeMean(_ padded: UnsafeMutablePointer<Scalar>) -> Scalar {
        var sum = 0.0
        for run in 0..<starts.count {
            let (values, count) = (padded + starts[run], counts[run])
            var lanes = SIMD8<Scalar>(repeating: 0)
            for i in 0..<count / 8 { lanes += eight(values, 8 &* i) }
            for x in count / 8 &* 8..<count { lanes[0] += values[x] }
            sum += Double(lanes.sum())
        }
        let mean = Scalar(sum / Double(total))
        for run in 0..<starts.count {
            let (values, count) = (padded + starts[run], counts[run])
            for x in 0..<count { values[x] = values[x] - mean }
        }
        return mean
    }
}
