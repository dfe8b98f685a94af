import PDECore

/// A field as the tiles of a convolution see it: with its padding, and where it has half the points, with each of them twice.
struct TiledField {
    let channels: Int
    /// Panels that hold them: see `TileScalar`.
    let panels: Int
    /// Points along the three axes.
    private let grid: [Int]
    /// The planes that padded planes show, −1 for zeros, and the points that tiles see.
    private let planes: [Int]
    private let rows, columns: [Int]

    init(_ geometry: ConvolutionGeometry, channels: Int, isCoarse: Bool, lanes: Int) {
        self.channels = channels
        panels = (channels + lanes - 1) / lanes
        func seen(_ points: [Int]) -> [Int] { isCoarse ? points.map { $0 < 0 ? -1 : $0 / 2 } : points }
        grid = geometry.grid.map { isCoarse ? max(1, $0 / 2) : $0 }
        planes = seen(geometry.sources[0])
        rows = geometry.firstAxis < 2 ? seen(TileAxis(geometry, axis: 1).values) : [0]
        columns = seen(TileAxis(geometry, axis: 2).values)
    }

    /// v ← Bᵀ d B for the tiles `columns` of a row of tiles.
    func fill<Scalar: Real>(
        _ x: UnsafePointer<Scalar>, sample: Int, depth: Int, row: Int, columns range: Range<Int>, isPlane: Bool,
        into v: UnsafeMutablePointer<Scalar>, part: Int, panel: Int
    ) {
        let plane = planes[depth]
        let line = grid[2] * channels
        rows.withUnsafeBufferPointer { rows in
            columns.withUnsafeBufferPointer { columns in
                Scalar.tileValues(
                    plane < 0 ? nil : x + (sample * grid[0] + plane) * grid[1] * line, line: line,
                    rows: rows.baseAddress! + row * (isPlane ? 6 : 1),
                    columns: columns.baseAddress! + 6 * range.lowerBound, tiles: range.count, channels: channels,
                    isPlane: isPlane, into: v, part: part, panel: panel)
            }
        }
    }
}
