/// How the results along one axis of a convolution fall into tiles of four, and the input points that each tile sees.
struct TileAxis {
    /// Number of tiles.
    let count: Int
    /// The input points that a tile sees, −1 for a zero or none: six of each tile, or one where the axis has no weights.
    let values: [Int]
    /// The results of a tile, −1 behind the last: four of each tile, or one.
    let results: [Int]

    /// The tiles of an axis with 3 weights; every residue by the dilation has its own.
    init(_ geometry: ConvolutionGeometry, axis: Int) {
        let (sources, outputs) = (geometry.sources[axis], geometry.outputs[axis])
        let dilation = geometry.dilation[axis]
        var (values, results): ([Int], [Int]) = ([], [])
        for residue in 0..<min(dilation, outputs) {
            for first in stride(from: residue, to: outputs, by: 4 * dilation) {
                let points = (0..<6).map { first + dilation * $0 }
                values += points.map { $0 < sources.count ? sources[$0] : -1 }
                results += points[..<4].map { $0 < outputs ? $0 : -1 }
            }
        }
        (self.values, self.results, count) = (values, results, results.count / 4)
    }

    /// An axis of one point without weights.
    init() { (values, results, count) = ([0], [0], 1) }

    /// How many results there are room for, for each one that there is.
    var waste: Double { Double(results.count) / Double(results.count { $0 >= 0 }) }
}
