import PDECore

/// The tiles of a tiled convolution whose input is a field of half the points, each of them repeated along both axes.
///
/// The rows of a tile's 4 × 4 values are then c₋, c, c, c₊, of which Bᵀ makes c₋ − c, 2c, 0 and c − c₊; likewise its columns. So 9 of
/// the 16 products are left, and their factors are made from the coarse field.
struct CoarseTiles<Scalar: Real> {
    /// The rows, and the columns, of a 4 × 4 transformed tile that are not zero.
    static var places: [Int] { [0, 1, 3] }

    private let geometry: ConvolutionGeometry
    let channels: Int
    private let runs: [ConvolutionGeometry.Run]

    /// - Parameter grid: points of the coarse field.
    init(grid: [Int], padding: Padding, channels: Int) {
        let form = ConvolutionForm(
            grid: grid, kernel: [3, 3], stride: [1, 1], dilation: [1, 1], before: [1, 1], after: [1, 1],
            padding: padding)
        geometry = ConvolutionGeometry(form)
        self.channels = channels
        runs = geometry.runs(stride(from: 0, to: geometry.padded[2], by: 1), step: 1, along: 2)
    }

    /// Values of workspace: three padded lines, and three sums of them.
    var lineRoom: Int { 6 * geometry.padded[2] * channels }

    /// v[i, j][tile][channels] ← what is left of Bᵀ d B, for rows of tiles.
    func fill(
        _ tileRows: [(sample: Int, row: Int)], _ x: UnsafePointer<Scalar>, into v: UnsafeMutablePointer<Scalar>,
        scratch: UnsafeMutablePointer<Scalar>
    ) {
        let line = geometry.padded[2] * channels
        let count = geometry.grid[2] * channels
        let part = tileRows.count * count
        let sums = scratch + 3 * line
        for (index, (sample, row)) in tileRows.enumerated() {
            let x = x + sample * geometry.points * channels
            // A line lies at its number mod 3; two of the three were there for the row of tiles before.
            let isNext = index > 0 && tileRows[index - 1] == (sample, row - 1)
            for i in (isNext ? 2 : 0)..<3 { fillLine(row + i, x, into: scratch + (row + i) % 3 * line) }
            func d(_ i: Int) -> UnsafePointer<Scalar> { UnsafePointer(scratch + (row + i) % 3 * line) }
            Scalar.combine(.subtract, d(0), d(1), into: sums, count: line)
            Scalar.combine(.add, d(1), d(1), into: sums + line, count: line)
            Scalar.combine(.subtract, d(1), d(2), into: sums + 2 * line, count: line)
            for i in 0..<3 {
                let u = sums + i * line
                let v = v + 3 * i * part + index * count
                Scalar.combine(.subtract, u, u + channels, into: v, count: count)
                Scalar.combine(.add, u + channels, u + channels, into: v + part, count: count)
                Scalar.combine(.subtract, u + channels, u + 2 * channels, into: v + 2 * part, count: count)
            }
        }
    }

    private func fillLine(_ line: Int, _ x: UnsafePointer<Scalar>, into room: UnsafeMutablePointer<Scalar>) {
        let source = geometry.sources[1][line]
        if source < 0 { return room.update(repeating: 0, count: geometry.padded[2] * channels) }
        for run in runs {
            let to = room + run.destination * channels
            if run.source < 0 {
                to.update(repeating: 0, count: run.count * channels)
            } else {
                to.update(
                    from: x + (source * geometry.grid[2] + run.source) * channels, count: run.count * channels)
            }
        }
    }
}
