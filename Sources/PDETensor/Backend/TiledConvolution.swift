import PDECore

/// Convolutions of two axes with 3 × 3 weights by minimal filtering: 16 multiplications instead of 36 for a tile of 2 × 2 results.
///
/// With d the 4 × 4 padded values that a tile y sees, y = Aᵀ[(G w Gᵀ) ⊙ (Bᵀ d B)]A, where Bᵀ, G and Aᵀ hold only 0, ±1 and ±½:
/// summed over channels, ⊙ is 16 matrix products [tiles][in] × [in][out]. What stands around the products are sums of long
/// vectors, because even and odd columns are kept apart. Round-off is that of the direct sum within a small factor.
///
/// Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks" (2016), F(2×2, 3×3), after S. Winograd (1980).
struct TiledConvolution<Scalar: Real> {
    let geometry: ConvolutionGeometry
    let inputs, outputs: Int
    /// Tiles along the last axis, and along the other.
    let columns, rows: Int
    /// Rows of tiles, and samples, in one piece of work; more than one sample only if all rows are.
    private let rowsAtOnce, samplesAtOnce: Int
    private let samples: Int
    private let evenRuns, oddRuns: [ConvolutionGeometry.Run]

    /// Nil where the products would be too thin, or the shape is another.
    ///
    /// - Parameter others: channels of other fields whose tiles lie beside these.
    init?(_ geometry: ConvolutionGeometry, samples: Int, inputs: Int, outputs: Int, others: Int = 0) {
        guard geometry.firstAxis == 1, geometry.kernel == [1, 3, 3], geometry.stride == [1, 1, 1],
            geometry.dilation == [1, 1, 1], inputs >= 16, outputs >= 16, geometry.outputs[1] % 2 == 0,
            geometry.outputs[2] % 2 == 0
        else { return nil }
        self.geometry = geometry
        self.inputs = inputs
        self.outputs = outputs
        self.samples = samples
        columns = geometry.outputs[2] / 2
        rows = geometry.outputs[1] / 2
        // The products' factors and results take half a second-level cache; more where the weights do not fit beside them, which
        // are then read again for every piece.
        let values = (inputs + others) * outputs >= 1 << 16 ? 1 << 15 : 1 << 13
        let tiles = max(16, values / (inputs + others + outputs))
        rowsAtOnce = max(1, min(rows, tiles / columns))
        samplesAtOnce = rowsAtOnce == rows ? max(1, min(samples, tiles / (columns * rows))) : 1
        let padded = geometry.padded[2]
        evenRuns = geometry.runs(stride(from: 0, to: padded, by: 2), step: 2, along: 2)
        oddRuns = geometry.runs(stride(from: 1, to: padded, by: 2), step: 2, along: 2)
    }

    // MARK: Pieces of work

    private var blocks: Int { (rows + rowsAtOnce - 1) / rowsAtOnce }
    /// Number of pieces.
    var pieces: Int { samplesAtOnce > 1 ? (samples + samplesAtOnce - 1) / samplesAtOnce : samples * blocks }
    /// The most tiles of a piece.
    var tilesAtOnce: Int { samplesAtOnce * rowsAtOnce * columns }
    /// Operations of a piece, in the units of `CPUBackend.forEach`.
    var cost: Int { tilesAtOnce * inputs * outputs }

    /// The rows of tiles of a piece, in order: sample and row.
    func tileRows(_ piece: Int) -> [(sample: Int, row: Int)] {
        if samplesAtOnce > 1 {
            let range = piece * samplesAtOnce..<min(samples, (piece + 1) * samplesAtOnce)
            return range.flatMap { sample in (0..<rows).map { (sample, $0) } }
        }
        let (sample, first) = (piece / blocks, piece % blocks * rowsAtOnce)
        return (first..<min(rows, first + rowsAtOnce)).map { (sample, $0) }
    }

    /// Values of workspace for `fillTiles`: four padded lines, and four sums of them.
    var lineRoom: Int { 8 * max(geometry.padded[2] * inputs, geometry.outputs[2] * outputs) }

    // MARK: From fields to tiles and back

    /// v[i, j][tile][in] ← Bᵀ d B for the tiles of a piece.
    func fillTiles(
        _ tileRows: [(sample: Int, row: Int)], _ x: UnsafePointer<Scalar>, into v: UnsafeMutablePointer<Scalar>,
        scratch: UnsafeMutablePointer<Scalar>
    ) {
        let line = geometry.padded[2] * inputs
        let part = tileRows.count * columns * inputs
        let (half, count) = (line / 2, columns * inputs)
        let sums = scratch + 4 * line
        for (index, (sample, row)) in tileRows.enumerated() {
            let x = x + sample * geometry.points * inputs
            // A line lies at its number mod 4; two of the four were there for the row of tiles before.
            let isNext = index > 0 && tileRows[index - 1] == (sample, row - 1)
            for i in (isNext ? 2 : 0)..<4 { fillLine(2 * row + i, x, into: scratch + (2 * row + i) % 4 * line) }
            func d(_ i: Int) -> UnsafePointer<Scalar> { UnsafePointer(scratch + (2 * row + i) % 4 * line) }
            Scalar.combine(.subtract, d(0), d(2), into: sums, count: line)
            Scalar.combine(.add, d(1), d(2), into: sums + line, count: line)
            Scalar.combine(.subtract, d(2), d(1), into: sums + 2 * line, count: line)
            Scalar.combine(.subtract, d(1), d(3), into: sums + 3 * line, count: line)
            for i in 0..<4 {
                let (even, odd) = (sums + i * line, sums + i * line + half)
                let v = v + 4 * i * part + index * count
                Scalar.combine(.subtract, even, even + inputs, into: v, count: count)
                Scalar.combine(.add, odd, even + inputs, into: v + part, count: count)
                Scalar.combine(.subtract, even + inputs, odd, into: v + 2 * part, count: count)
                Scalar.combine(.subtract, odd, odd + inputs, into: v + 3 * part, count: count)
            }
        }
    }

    /// A padded line with its even points first: [parity][points / 2][in].
    private func fillLine(_ line: Int, _ x: UnsafePointer<Scalar>, into room: UnsafeMutablePointer<Scalar>) {
        let source = geometry.sources[1][line]
        let half = geometry.padded[2] / 2 * inputs
        if source < 0 { return room.update(repeating: 0, count: 2 * half) }
        let x = x + source * geometry.grid[2] * inputs
        for (runs, room) in [(evenRuns, room), (oddRuns, room + half)] {
            for run in runs {
                let to = room + run.destination * inputs
                if run.source < 0 {
                    to.update(repeating: 0, count: run.count * inputs)
                } else {
                    copyPlane(
                        x + run.source * inputs, 2 * inputs, 1, to, inputs, 1, rows: run.count, columns: inputs)
                }
            }
        }
    }

    /// y ← Aᵀ m A, plus a bias, for the tiles of a piece. Uses up m[i, j][tile][out].
    func emptyTiles(
        _ tileRows: [(sample: Int, row: Int)], _ m: UnsafeMutablePointer<Scalar>, bias: UnsafePointer<Scalar>?,
        into y: UnsafeMutablePointer<Scalar>
    ) {
        let tiles = tileRows.count * columns
        let part = tiles * outputs
        func reduce(_ m: UnsafeMutablePointer<Scalar>, _ count: Int) {
            Scalar.combine(.add, m, m + count, into: m, count: count)
            Scalar.combine(.add, m, m + 2 * count, into: m, count: count)
            Scalar.combine(.subtract, m + count, m + 2 * count, into: m + count, count: count)
            Scalar.combine(.subtract, m + count, m + 3 * count, into: m + count, count: count)
        }
        reduce(m, 4 * part)
        reduce(m, part)
        reduce(m + 4 * part, part)
        for i in 0..<2 {
            for j in 0..<2 {
                let m = m + (4 * i + j) * part
                if let bias {
                    Scalar.combine(.add, m, row: bias, reversed: false, into: m, rows: tiles, columns: outputs)
                }
                for (index, (sample, row)) in tileRows.enumerated() {
                    let line = sample * geometry.outputs[1] + 2 * row + i
                    copyPlane(
                        m + index * columns * outputs, outputs, 1,
                        y + (line * geometry.outputs[2] + j) * outputs, 2 * outputs, 1, rows: columns, columns: outputs)
                }
            }
        }
    }

    /// z[i, j][tile][out] ← A g Aᵀ for the tiles of a piece, but with +1 for the −1 in the last row of A.
    func fillDerivativeTiles(
        _ tileRows: [(sample: Int, row: Int)], _ g: UnsafePointer<Scalar>, into z: UnsafeMutablePointer<Scalar>,
        scratch: UnsafeMutablePointer<Scalar>
    ) {
        let line = geometry.outputs[2] * outputs
        let part = tileRows.count * columns * outputs
        let half = columns * outputs
        for (index, (sample, row)) in tileRows.enumerated() {
            let g = g + (sample * geometry.outputs[1] + 2 * row) * line
            // In the order of i: the first line, the sum of both, their difference, the second.
            for (i, place) in [(0, 0), (1, 3)] {
                for parity in 0..<2 {
                    copyPlane(
                        g + i * line + parity * outputs, 2 * outputs, 1, scratch + place * line + parity * half,
                        outputs,
                        1, rows: columns, columns: outputs)
                }
            }
            Scalar.combine(.add, scratch, scratch + 3 * line, into: scratch + line, count: line)
            Scalar.combine(.subtract, scratch, scratch + 3 * line, into: scratch + 2 * line, count: line)
            for i in 0..<4 {
                let (even, odd) = (scratch + i * line, scratch + i * line + half)
                let z = z + 4 * i * part + index * half
                z.update(from: even, count: half)
                Scalar.combine(.add, even, odd, into: z + part, count: half)
                Scalar.combine(.subtract, even, odd, into: z + 2 * part, count: half)
                (z + 3 * part).update(from: odd, count: half)
            }
        }
    }
}
