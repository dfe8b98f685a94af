import PDECore

extension CPUBackend {
    func convolve<Scalar: Real>(
        _ tiled: TiledConvolution<Scalar>, _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, bias: Tensor<Scalar>?,
        into y: Tensor<Scalar>
    ) {
        let (inputs, outputs, matrix) = (tiled.inputs, tiled.outputs, tiled.inputs * tiled.outputs)
        let u = x.empty([16, matrix])
        forWeights(u) { $0.transform(w.pointer, into: u.pointer) }
        let most = tiled.tilesAtOnce
        let room = 16 * most * (inputs + outputs) + tiled.lineRoom
        let scratch = x.empty([threads, room])
        forEach(tiled.pieces, cost: tiled.cost) { piece, worker in
            let rows = tiled.tileRows(piece)
            let tiles = rows.count * tiled.columns
            let v = scratch.pointer + worker * room
            let (m, lines) = (v + 16 * most * inputs, v + 16 * most * (inputs + outputs))
            tiled.fillTiles(rows, x.pointer, into: v, scratch: lines)
            for index in 0..<16 {
                Scalar.gemm(
                    .plain, .plain, rows: tiles, columns: outputs, inner: inputs, alpha: 1,
                    a: v + index * tiles * inputs, aStride: inputs, b: u.pointer + index * matrix, bStride: outputs,
                    beta: 0, c: m + index * tiles * outputs, cStride: outputs)
            }
            tiled.emptyTiles(rows, m, bias: bias?.pointer, into: y.pointer)
        }
    }

    func correlate<Scalar: Real>(
        _ tiled: TiledConvolution<Scalar>, _ x: Tensor<Scalar>, _ g: Tensor<Scalar>, into w: Tensor<Scalar>
    ) {
        let (inputs, outputs, matrix) = (tiled.inputs, tiled.outputs, tiled.inputs * tiled.outputs)
        // Sums over fixed groups of pieces, and those in order; few groups where the sums are large.
        let pieces = tiled.pieces
        let most = matrix > 1 << 15 ? 4 : 16
        let piecesInGroup = max(1, (pieces + most - 1) / most)
        let groups = max(1, (pieces + piecesInGroup - 1) / piecesInGroup)
        let partial = x.empty([groups, 16, matrix])
        if pieces == 0 { partial.pointer.update(repeating: 0, count: partial.count) }
        let room = 16 * tiled.tilesAtOnce * (inputs + outputs) + tiled.lineRoom
        let scratch = x.empty([threads, room])
        forEach(groups, cost: piecesInGroup * tiled.cost) { group, worker in
            let v = scratch.pointer + worker * room
            let z = v + 16 * tiled.tilesAtOnce * inputs
            let lines = z + 16 * tiled.tilesAtOnce * outputs
            let sums = partial.pointer + group * 16 * matrix
            let first = group * piecesInGroup
            for piece in first..<min(pieces, first + piecesInGroup) {
                let rows = tiled.tileRows(piece)
                let tiles = rows.count * tiled.columns
                tiled.fillTiles(rows, x.pointer, into: v, scratch: lines)
                tiled.fillDerivativeTiles(rows, g.pointer, into: z, scratch: lines)
                for index in 0..<16 {
                    Scalar.gemm(
                        .transposed, .plain, rows: inputs, columns: outputs, inner: tiles, alpha: 1,
                        a: v + index * tiles * inputs, aStride: inputs, b: z + index * tiles * outputs,
                        bStride: outputs, beta: piece == first ? 0 : 1, c: sums + index * matrix, cStride: outputs)
                }
            }
        }
        var u = partial
        if groups > 1 {
            u = x.empty([16, matrix])
            sum(partial, outer: 1, count: groups, inner: 16 * matrix, into: u)
        }
        forWeights(u) { $0.transformBack(u.pointer, into: w.pointer) }
    }

    /// Calls `body` for pieces of the matrices that u [4 × 4][in × out] holds.
    func forWeights<Scalar: Real>(_ u: Tensor<Scalar>, _ body: (TiledWeights<Scalar>) -> Void) {
        let (count, atOnce) = (u.count / 16, 2048)
        let pieces = (count + atOnce - 1) / atOnce
        let scratch = u.empty([threads, 12 * atOnce])
        forEach(pieces, cost: 40 * atOnce) { piece, worker in
            body(
                TiledWeights(
                    count: count, range: piece * atOnce..<min(count, (piece + 1) * atOnce),
                    scratch: scratch.pointer + worker * 12 * atOnce))
        }
    }
}
