import PDECore

/// The part of one sample that a piece of work sees, with its padding: [axis 0][axis 1][axis 2][channels].
struct ConvolutionSlab<Scalar: Real> {
    let geometry: ConvolutionGeometry
    let channels: Int
    /// Padded points along each axis.
    let ranges: [Range<Int>]
    private let runs: [ConvolutionGeometry.Run]

    /// The slab that results `range` along the first axis see.
    init(_ geometry: ConvolutionGeometry, channels: Int, results range: Range<Int>) {
        var ranges = geometry.padded.map { 0..<$0 }
        ranges[geometry.firstAxis] = geometry.seen(by: range, along: geometry.firstAxis)
        self.init(geometry, channels: channels, ranges: ranges)
    }

    /// The slab of all padded points.
    init(whole geometry: ConvolutionGeometry, channels: Int) {
        self.init(geometry, channels: channels, ranges: geometry.padded.map { 0..<$0 })
    }

    private init(_ geometry: ConvolutionGeometry, channels: Int, ranges: [Range<Int>]) {
        self.geometry = geometry
        self.channels = channels
        self.ranges = ranges
        runs = geometry.runs(stride(from: ranges[2].lowerBound, to: ranges[2].upperBound, by: 1), step: 1, along: 2)
    }

    /// Values of the slab.
    var count: Int { ranges.reduce(channels) { $0 * $1.count } }
    /// Values of a line along the last axis.
    private var line: Int { ranges[2].count * channels }

    /// Where a padded point lies in the slab.
    func offset(_ point: (Int, Int, Int)) -> Int {
        let plane = (point.0 - ranges[0].lowerBound) * ranges[1].count + point.1 - ranges[1].lowerBound
        return plane * line + (point.2 - ranges[2].lowerBound) * channels
    }

    /// Calls `body` for every line with its place in the slab and in the sample, the latter nil for zeros.
    private func forLines(_ body: (_ place: Int, _ source: Int?) -> Void) {
        var place = 0
        for first in ranges[0] {
            for second in ranges[1] {
                let (i, j) = (geometry.sources[0][first], geometry.sources[1][second])
                body(place, i < 0 || j < 0 ? nil : (i * geometry.grid[1] + j) * geometry.grid[2])
                place += line
            }
        }
    }

    /// Copies a sample's values into the slab.
    func fill(_ slab: UnsafeMutablePointer<Scalar>, from x: UnsafePointer<Scalar>) {
        forLines { place, source in
            guard let source else { return (slab + place).update(repeating: 0, count: line) }
            for run in runs {
                let to = slab + place + run.destination * channels
                if run.source < 0 {
                    to.update(repeating: 0, count: run.count * channels)
                } else {
                    to.update(from: x + (source + run.source) * channels, count: run.count * channels)
                }
            }
        }
    }

    /// The transpose of `fill`: adds the slab's values to those of a sample, whose points are `pointStride` values apart.
    func fold(_ slab: UnsafePointer<Scalar>, into x: UnsafeMutablePointer<Scalar>, pointStride: Int) {
        forLines { place, source in
            guard let source else { return }
            for run in runs where run.source >= 0 {
                let from = slab + place + run.destination * channels
                let to = x + (source + run.source) * pointStride
                if pointStride == channels {
                    Scalar.combine(.add, to, from, into: to, count: run.count * channels)
                } else {
                    for point in 0..<run.count {
                        let to = to + point * pointStride
                        Scalar.combine(.add, to, from + point * channels, into: to, count: channels)
                    }
                }
            }
        }
    }
}
