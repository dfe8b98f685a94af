import PDECore

extension CPUBackend {
    /// y ← the convolution of the fields x with w, plus a bias if there is one.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func convolve<Scalar: Real>(
        _ tiled: TiledConvolution, _ x: [Tensor<Scalar>], _ w: Tensor<Scalar>, bias: Tensor<Scalar>?,
        into y: Tensor<Scalar>
    ) {
        convolve(tiled, x, w) { piece, m, tiles in
            tiled.empty(piece, m, of: tiles, bias: bias?.pointer, into: y.pointer)
        }
    }

    /// The same with two results: the first channels, or if it `sumsPairs` the sums over pairs of points along every axis, and the others.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func convolve<Scalar: Real>(
        _ tiled: TiledConvolution, _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, sumsPairs: Bool,
        into first: Tensor<Scalar>, _ second: Tensor<Scalar>
    ) {
        let channels = first.shape.last!
        convolve(tiled, [x], w) { piece, m, tiles in
            tiled.empty(
                piece, m, of: tiles, bias: nil, into: first.pointer, channels: 0..<channels, sumsPairs: sumsPairs)
            tiled.empty(
                piece, m, of: tiles, bias: nil, into: second.pointer, channels: channels..<tiled.outputs,
                sumsPairs: false)
        }
    }

    private func convolve<Scalar: Real>(
        _ tiled: TiledConvolution, _ x: [Tensor<Scalar>], _ w: Tensor<Scalar>,
        _ write: (_ piece: TiledConvolution.Piece, _ results: UnsafePointer<Scalar>, _ tiles: Int) -> Void
    ) {
        let u = w.empty([tiled.parts, tiled.weightPart])
        forEach(tiled.inputPanels, cost: 20 * tiled.weightPart / tiled.inputPanels) { panel, _ in
            tiled.transformWeights(panel, w.pointer, into: u.pointer)
        }
        let x = x.map { UnsafePointer($0.pointer) }
        let most = tiled.tilesAtOnce
        let valueRoom = tiled.parts * tiled.part(tiled.inputPanels, most)
        let room = valueRoom + tiled.parts * tiled.part(tiled.outputPanels, most)
        let scratch = w.empty([threads, room])
        forEach(tiled.pieces, cost: tiled.cost) { index, worker in
            let piece = tiled.piece(index)
            let v = scratch.pointer + worker * room
            tiled.fill(piece, x, into: v, of: piece.tiles)
            tiled.multiply(v, u.pointer, into: v + valueRoom, tiles: piece.tiles)
            write(piece, v + valueRoom, piece.tiles)
        }
    }

    /// w ← the transpose in w of `convolve`, applied to g.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func correlate<Scalar: Real>(
        _ tiled: TiledConvolution, _ x: [Tensor<Scalar>], _ g: Tensor<Scalar>, into w: Tensor<Scalar>
    ) {
        let pointers = x.map { UnsafePointer($0.pointer) }
        let size = tiled.parts * tiled.weightPart
        let u =
            size <= 1 << 18
            ? correlationInGroups(tiled, pointers, g, size: size) : correlationInParts(tiled, pointers, g, size: size)
        forEach(tiled.inputPanels, cost: 20 * tiled.weightPart / tiled.inputPanels) { panel, _ in
            tiled.transformWeightsBack(panel, u.pointer, into: w.pointer)
        }
    }

    /// Few weights: sums over fixed groups of pieces, which stay in cache, and those in order.
    private func correlationInGroups<Scalar: Real>(
        _ tiled: TiledConvolution, _ x: [UnsafePointer<Scalar>], _ g: Tensor<Scalar>, size: Int
    ) -> Tensor<Scalar> {
        let pieces = tiled.pieces
        let piecesInGroup = max(1, (pieces + 15) / 16)
        let groups = max(1, (pieces + piecesInGroup - 1) / piecesInGroup)
        let partial = g.empty([groups, size])
        if pieces == 0 { partial.pointer.update(repeating: 0, count: size) }
        let most = tiled.tilesAtOnce
        let valueRoom = tiled.parts * tiled.part(tiled.inputPanels, most)
        let room = valueRoom + tiled.parts * tiled.part(tiled.outputPanels, most)
        let scratch = g.empty([threads, room])
        forEach(groups, cost: piecesInGroup * tiled.cost) { group, worker in
            let v = scratch.pointer + worker * room
            let first = group * piecesInGroup
            for index in first..<min(pieces, first + piecesInGroup) {
                let piece = tiled.piece(index)
                tiled.fill(piece, x, into: v, of: piece.tiles)
                tiled.fillSlopes(piece, g.pointer, into: v + valueRoom, of: piece.tiles)
                for part in 0..<tiled.parts {
                    tiled.correlate(
                        part, v, v + valueRoom, into: partial.pointer + group * size, tiles: piece.tiles,
                        of: piece.tiles, adds: index > first)
                }
            }
        }
        guard groups > 1 else { return partial }
        let u = g.empty([size])
        sum(partial, outer: 1, count: groups, inner: size, into: u)
        return u
    }

    /// Many weights: the matrices of many tiles are made first, and multiplied then, each by one thread.
    private func correlationInParts<Scalar: Real>(
        _ tiled: TiledConvolution, _ x: [UnsafePointer<Scalar>], _ g: Tensor<Scalar>, size: Int
    ) -> Tensor<Scalar> {
        let u = g.empty([size])
        let pieces = tiled.pieces
        let piecesAtOnce = max(1, min(pieces, 512 / tiled.tilesAtOnce))
        let room = piecesAtOnce * tiled.tilesAtOnce
        let v = g.empty([tiled.parts, tiled.part(tiled.inputPanels, room)])
        let z = g.empty([tiled.parts, tiled.part(tiled.outputPanels, room)])
        if pieces == 0 { u.pointer.update(repeating: 0, count: size) }
        for first in stride(from: 0, to: pieces, by: piecesAtOnce) {
            let chunk = (first..<min(pieces, first + piecesAtOnce)).map { tiled.piece($0) }
            let starts = chunk.reduce(into: [0]) { $0.append($0.last! + $1.tiles) }
            forEach(chunk.count, cost: tiled.cost) { index, _ in
                let place = starts[index] * Scalar.tileLanes
                tiled.fill(chunk[index], x, into: v.pointer + place, of: room)
                tiled.fillSlopes(chunk[index], g.pointer, into: z.pointer + place, of: room)
            }
            forEach(tiled.parts, cost: starts.last! * tiled.weightPart) { part, _ in
                tiled.correlate(
                    part, v.pointer, z.pointer, into: u.pointer, tiles: starts.last!, of: room, adds: first > 0)
            }
        }
        return u
    }
}
