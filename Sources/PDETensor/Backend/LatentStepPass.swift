import Glibc
import PDECore

/// A latent step over blocks of patches that stay in cache, forward and back. Weights over a patch's points lie as [point][token][head],
/// those over its tokens as [token][point of the block][head], so that what is summed is never along a row.
struct LatentStepPass<Scalar: Real> {
    private typealias Pointer = UnsafeMutablePointer<Scalar>
    private let x: LatentStepOperands<Scalar>
    private let layout: PatchLayout
    private let channels, heads, tokens, terms: Int
    /// Patches of a block.
    private let patchesAtOnce: Int
    private let scratch: Tensor<Scalar>
    /// The transposes of M, V and Q, for the way back.
    private let transposed: [Tensor<Scalar>]

    init(_ form: LatentStepForm, _ x: LatentStepOperands<Scalar>, goesBack: Bool, workers: Int) {
        self.x = x
        layout = PatchLayout(fields: x.fields.shape, parts: form.patches)
        (tokens, channels) = (x.tokens.shape[0], x.tokens.shape[1])
        (heads, terms) = (form.heads, x.cosines.shape[0])
        patchesAtOnce = max(1, (1 << 14) / (channels * layout.points))
        let values = layout.points * (3 * channels + 2 * tokens * heads) + 4 * tokens * channels
        scratch = x.fields.empty([workers, (goesBack ? 2 : 1) * patchesAtOnce * values])
        transposed = goesBack ? [x.keys, x.valueWeight, x.queryWeight].map { $0.detached.permuted([1, 0]) } : []
    }

    /// Number of blocks.
    var blocks: Int { (layout.count + patchesAtOnce - 1) / patchesAtOnce }
    /// Operations of a block.
    var cost: Int { patchesAtOnce * layout.points * channels * (2 * channels + tokens * heads) / 8 }
    /// Numbers in all operands but the fields.
    var parameterCount: Int { x.tensors.dropFirst().reduce(0) { $0 + $1.count } }

    /// Radians of the first wave in a unit of a token.
    private var frequency: Scalar { Scalar(Double.pi / Double(terms)) }

    private func patches(_ block: Int) -> Range<Int> {
        block * patchesAtOnce..<min(layout.count, (block + 1) * patchesAtOnce)
    }

    /// What a block of patches needs, or derivatives with respect to it.
    private struct Room {
        /// [points][channels]: features, values, queries.
        let x, values, queries: Pointer
        /// Weights over the points and over the tokens.
        let scores, weights: Pointer
        /// [tokens][channels]: G, Z, and sine and cosine of the first wave.
        let gathered, latent, sine, cosine: Pointer
    }

    private func room(_ worker: Int, isForDerivatives: Bool = false) -> Room {
        var next = scratch.pointer + worker * scratch.shape[1] + (isForDerivatives ? scratch.shape[1] / 2 : 0)
        func take(_ count: Int) -> Pointer {
            defer { next += patchesAtOnce * count }
            return next
        }
        let (points, ofPatch) = (layout.points * channels, tokens * channels)
        let ofWeights = layout.points * tokens * heads
        return Room(
            x: take(points), values: take(points), queries: take(points), scores: take(ofWeights),
            weights: take(ofWeights), gathered: take(ofPatch), latent: take(ofPatch), sine: take(ofPatch),
            cosine: take(ofPatch))
    }

    // MARK: Forward

    /// Writes the result of a block.
    func forward(_ block: Int, worker: Int, into y: UnsafeMutablePointer<Scalar>) {
        let (patches, room) = (patches(block), room(worker))
        attend(patches, room)
        spread(patches.count, .overTokens(room.weights), room.latent, into: room.x, adds: true)
        layout.scatter(patches, of: room.x, into: y)
    }

    /// Everything but the result.
    private func attend(_ patches: Range<Int>, _ room: Room) {
        let count = patches.count
        let rows = count * layout.points
        layout.gather(patches, of: x.fields.pointer, into: room.x)
        multiply(room.x, x.keys, rows, into: room.scores)
        Scalar.softmax(
            room.scores, outer: count, count: layout.points, inner: tokens * heads, into: room.scores)
        for (weight, bias, result) in [
            (x.valueWeight, x.valueBias, room.values), (x.queryWeight, x.queryBias, room.queries),
        ] {
            multiply(room.x, weight, rows, into: result)
            Scalar.combine(
                .add, result, row: bias.pointer, reversed: false, into: result, rows: rows, columns: channels)
        }
        let size = tokens * channels
        for patch in 0..<count {
            memcpy(room.gathered + patch * size, x.tokens.pointer, size * MemoryLayout<Scalar>.stride)
        }
        gather(count, .overPoints(room.scores), room.values, into: room.gathered, adds: true)
        Scalar.affine(frequency, room.gathered, plus: 0, into: room.cosine, count: count * size)
        Scalar.map(.sin, room.cosine, into: room.sine, count: count * size)
        Scalar.map(.cos, room.cosine, into: room.cosine, count: count * size)
        Scalar.series(
            sine: room.sine, cosine: room.cosine, sines: x.sines.pointer, cosines: x.cosines.pointer,
            into: room.latent, rows: count * tokens, channels: channels, terms: terms)
        Scalar.combine(.add, room.latent, room.gathered, into: room.latent, count: count * size)
        match(count, room.queries, room.latent, into: .overTokens(room.weights))
        Scalar.softmax(room.weights, outer: 1, count: tokens, inner: rows * heads, into: room.weights)
    }

    // MARK: Back

    /// Writes the derivative of a block's features, and adds those of the other operands to `sums`, one behind the other.
    func pullBack(
        _ block: Int, worker: Int, _ g: UnsafePointer<Scalar>, into dx: UnsafeMutablePointer<Scalar>,
        adding sums: UnsafeMutablePointer<Scalar>
    ) {
        let patches = patches(block)
        let (room, slope) = (room(worker), room(worker, isForDerivatives: true))
        let (count, rows) = (patches.count, patches.count * layout.points)
        attend(patches, room)
        layout.gather(patches, of: g, into: slope.x)

        gather(count, .overTokens(room.weights), slope.x, into: slope.latent, adds: false)
        match(count, slope.x, room.latent, into: .overTokens(slope.weights))
        Scalar.softmaxSlope(
            room.weights, times: slope.weights, outer: 1, count: tokens, inner: rows * heads, into: slope.weights)
        spread(count, .overTokens(slope.weights), room.latent, into: slope.queries, adds: false)
        gather(count, .overTokens(slope.weights), room.queries, into: slope.latent, adds: true)

        let ofTokens = sums + x.keys.count + 2 * (channels + 1) * channels
        let ofSines = ofTokens + tokens * channels
        Scalar.seriesSlope(
            sine: room.sine, cosine: room.cosine, slope.latent, sines: x.sines.pointer, cosines: x.cosines.pointer,
            frequency: frequency, into: slope.gathered, addingSines: ofSines, cosines: ofSines + x.sines.count,
            rows: count * tokens, channels: channels, terms: terms)
        Scalar.combine(
            .add, slope.gathered, slope.latent, into: slope.gathered, count: count * tokens * channels)
        Scalar.addColumnSums(slope.gathered, rows: count, columns: tokens * channels, into: ofTokens)

        spread(count, .overPoints(room.scores), slope.gathered, into: slope.values, adds: false)
        match(count, room.values, slope.gathered, into: .overPoints(slope.scores))
        Scalar.softmaxSlope(
            room.scores, times: slope.scores, outer: count, count: layout.points, inner: tokens * heads,
            into: slope.scores)

        var sums = sums
        for (map, change) in zip(transposed, [slope.scores, slope.values, slope.queries]) {
            let columns = map.shape[0]
            Scalar.gemm(
                .transposed, .plain, rows: channels, columns: columns, inner: rows, alpha: 1, a: room.x,
                aStride: channels, b: change, bStride: columns, beta: 1, c: sums, cStride: columns)
            sums += channels * columns
            if change != slope.scores {
                Scalar.addColumnSums(change, rows: rows, columns: columns, into: sums)
                sums += columns
            }
            multiply(change, map, rows, into: slope.x, adds: true)
        }
        layout.scatter(patches, of: slope.x, into: dx)
    }

    // MARK: Products

    private func multiply(
        _ x: Pointer, _ map: Tensor<Scalar>, _ rows: Int, into y: Pointer, adds: Bool = false
    ) {
        let (inputs, outputs) = (map.shape[0], map.shape[1])
        Scalar.gemm(
            .plain, .plain, rows: rows, columns: outputs, inner: inputs, alpha: 1, a: x, aStride: inputs,
            b: map.pointer, bStride: outputs, beta: adds ? 1 : 0, c: y, cStride: outputs)
    }

    /// y ← Wᵀ x or y + Wᵀ x in every patch: what tokens get from the points.
    private func gather(_ count: Int, _ weights: Weights, _ x: Pointer, into y: Pointer, adds: Bool) {
        Scalar.gatherHeads(weights.values, shape(count, weights), x, into: y, adds: adds)
    }

    /// y ← W z or y + W z in every patch: what points get from the tokens.
    private func spread(_ count: Int, _ weights: Weights, _ z: Pointer, into y: Pointer, adds: Bool) {
        Scalar.spreadHeads(weights.values, shape(count, weights), z, into: y, adds: adds)
    }

    /// W ← x zᵀ in every patch.
    private func match(_ count: Int, _ x: Pointer, _ z: Pointer, into weights: Weights) {
        Scalar.matchHeads(x, z, into: weights.values, shape(count, weights))
    }

    /// Weights in one of the two orders.
    private enum Weights {
        case overPoints(Pointer)
        case overTokens(Pointer)

        var values: Pointer {
            switch self {
            case .overPoints(let values), .overTokens(let values): values
            }
        }
    }

    private func shape(_ count: Int, _ weights: Weights) -> HeadWeights {
        var strides = (point: tokens * heads, token: heads)
        if case .overTokens = weights { strides = (heads, count * layout.points * heads) }
        return HeadWeights(
            patches: count, points: layout.points, tokens: tokens, heads: heads, width: channels / heads,
            pointStride: strides.point, tokenStride: strides.token)
    }
}
