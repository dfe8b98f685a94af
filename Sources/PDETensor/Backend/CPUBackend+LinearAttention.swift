import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func attendLinearly<Scalar: Real>(
        _ x: LinearAttentionOperands<Scalar>, held: Tensor<Scalar>, sums: Tensor<Scalar>, into y: Tensor<Scalar>
    ) {
        let pass = LinearAttentionPass(x, held, sums, workers: threads)
        forEach(x.samples * x.heads, cost: pass.cost) { item, worker in
            pass.gather(item, worker)
            pass.spread(item, worker, into: y.pointer)
        }
    }

    /// See `Backend`.
    public func attendLinearlyPullback<Scalar: Real>(
        _ g: Tensor<Scalar>, _ x: LinearAttentionOperands<Scalar>, held: Tensor<Scalar>, sums: Tensor<Scalar>
    ) -> LinearAttentionOperands<Scalar> {
        let pass = LinearAttentionPass(x, held, sums, workers: threads)
        let (features, values) = (x.features.empty(x.features.shape), x.values.empty(x.values.shape))
        // The matrices' derivatives are summed over the samples in order.
        let maps = Tensor<Scalar>(repeating: 0, shape: [x.samples, x.heads, 2, x.width * x.slices], on: self)
        forEach(x.samples * x.heads, cost: 3 * pass.cost) { item, worker in
            let sums = maps.pointer + 2 * item * x.width * x.slices
            pass.pullBackSpreading(item, worker, g.pointer, features: features.pointer, queries: sums)
            pass.pullBackGathering(
                item, worker, features: features.pointer, values: values.pointer, keys: sums + x.width * x.slices)
        }
        let total = x.queries.empty([x.heads, 2, x.width, x.slices])
        sum(maps, outer: 1, count: x.samples, inner: total.count, into: total)
        return LinearAttentionOperands([features, values, total.part(0, along: 1), total.part(1, along: 1)])
    }
}

/// One head of one sample after the other, over blocks of points that stay in cache. Weights over slices lie as [slice][point], those over
/// points as [point][slice], so that what is summed is never along a row.
private struct LinearAttentionPass<Scalar: Real> {
    private typealias Pointer = UnsafeMutablePointer<Scalar>
    private let x: LinearAttentionOperands<Scalar>
    private let held, sums, room: Tensor<Scalar>
    private let channels, width, slices, block: Int

    init(_ x: LinearAttentionOperands<Scalar>, _ held: Tensor<Scalar>, _ sums: Tensor<Scalar>, workers: Int) {
        (self.x, self.held, self.sums) = (x, held, sums)
        (channels, width, slices) = (x.heads * x.width, x.width, x.slices)
        block = max(16, min(x.points, (1 << 13) / slices))
        room = x.features.empty([workers, 2 * block * slices + slices * (width + 2)])
    }

    /// Operations of an item.
    var cost: Int { 4 * x.points * width * slices }

    /// Two arrays of weights, what a derivative with respect to the slices' contents is summed in, and two numbers a slice.
    private func rooms(_ worker: Int) -> (
        weights: Pointer, slopes: Pointer, held: Pointer, row: Pointer, other: Pointer
    ) {
        let first = room.pointer + worker * room.shape[1]
        let held = first + 2 * block * slices
        return (first, first + block * slices, held, held + slices * width, held + slices * (width + 1))
    }

    private func map(_ maps: Tensor<Scalar>, _ item: Int) -> Pointer {
        maps.pointer + item % x.heads * width * slices
    }

    /// Calls `body` with the place of a block's first value and its number of points.
    private func forBlocks(_ item: Int, _ body: (_ place: Int, _ count: Int) -> Void) {
        let first = item / x.heads * x.points * channels + item % x.heads * width
        for point in stride(from: 0, to: x.points, by: block) {
            body(first + point * channels, min(block, x.points - point))
        }
    }

    /// Z ← softmax(s K)ᵀ v: sums are kept relative to the largest weight so far, and scaled down where a larger one comes.
    func gather(_ item: Int, _ worker: Int) {
        let (keys, room) = (map(x.keys, item), rooms(worker))
        let (held, sums) = (held.pointer + item * slices * width, sums.pointer + item * slices)
        let (largest, factor) = (room.row, room.other)
        held.update(repeating: 0, count: slices * width)
        sums.update(repeating: 0, count: slices)
        forBlocks(item) { place, count in
            let isFirst = place < item / x.heads * x.points * channels + channels
            keyLogits(place, count, keys, room.weights)
            factor.update(from: isFirst ? room.weights : largest, count: slices)
            if isFirst { largest.update(from: factor, count: slices) }
            for point in 0..<count {
                Scalar.combine(.maximum, largest, room.weights + point * slices, into: largest, count: slices)
            }
            Scalar.combine(.subtract, factor, largest, into: factor, count: slices)
            Scalar.map(.exp, factor, into: factor, count: slices)
            Scalar.combine(.multiply, sums, factor, into: sums, count: slices)
            for slice in 0..<slices {
                let row = held + slice * width
                Scalar.affine(factor[slice], row, plus: 0, into: row, count: width)
            }
            weigh(room.weights, largest, count)
            Scalar.addColumnSums(room.weights, rows: count, columns: slices, into: sums)
            Scalar.gemm(
                .transposed, .plain, rows: slices, columns: width, inner: count, alpha: 1, a: room.weights,
                aStride: slices, b: x.values.pointer + place, bStride: channels, beta: 1, c: held, cStride: width)
        }
        for slice in 0..<slices {
            let row = held + slice * width
            Scalar.affine(1 / sums[slice], row, plus: 0, into: row, count: width)
        }
        Scalar.map(.log, sums, into: sums, count: slices)
        Scalar.combine(.add, sums, largest, into: sums, count: slices)
    }

    /// y ← softmax(s Q) Z.
    func spread(_ item: Int, _ worker: Int, into y: UnsafeMutablePointer<Scalar>) {
        let (weights, held) = (rooms(worker).weights, held.pointer + item * slices * width)
        forBlocks(item) { place, count in
            queryWeights(place, count, item, weights)
            Scalar.gemm(
                .transposed, .plain, rows: count, columns: width, inner: slices, alpha: 1, a: weights, aStride: count,
                b: held, bStride: width, beta: 0, c: y + place, cStride: channels)
        }
    }

    /// What y says of s and Q, and of Z into the workspace.
    func pullBackSpreading(
        _ item: Int, _ worker: Int, _ g: UnsafePointer<Scalar>, features: UnsafeMutablePointer<Scalar>,
        queries: UnsafeMutablePointer<Scalar>
    ) {
        let (room, held, map) = (rooms(worker), held.pointer + item * slices * width, map(x.queries, item))
        room.held.update(repeating: 0, count: slices * width)
        forBlocks(item) { place, count in
            queryWeights(place, count, item, room.weights)
            Scalar.gemm(
                .plain, .plain, rows: slices, columns: width, inner: count, alpha: 1, a: room.weights, aStride: count,
                b: g + place, bStride: channels, beta: 1, c: room.held, cStride: width)
            Scalar.gemm(
                .plain, .transposed, rows: slices, columns: count, inner: width, alpha: 1, a: held, aStride: width,
                b: g + place, bStride: channels, beta: 0, c: room.slopes, cStride: count)
            Scalar.softmaxSlope(
                room.weights, times: room.slopes, outer: 1, count: slices, inner: count, into: room.slopes)
            Scalar.gemm(
                .transposed, .transposed, rows: count, columns: width, inner: slices, alpha: 1, a: room.slopes,
                aStride: count, b: map, bStride: slices, beta: 0, c: features + place, cStride: channels)
            Scalar.gemm(
                .transposed, .transposed, rows: width, columns: slices, inner: count, alpha: 1,
                a: x.features.pointer + place, aStride: channels, b: room.slopes, bStride: count, beta: 1, c: queries,
                cStride: slices)
        }
    }

    /// What Z says of s, v and K. The mean slope of a slice's weights, which their softmax takes off, is Σ Z ∂Z.
    func pullBackGathering(
        _ item: Int, _ worker: Int, features: UnsafeMutablePointer<Scalar>, values: UnsafeMutablePointer<Scalar>,
        keys: UnsafeMutablePointer<Scalar>
    ) {
        let (room, held, map) = (rooms(worker), held.pointer + item * slices * width, map(x.keys, item))
        for slice in 0..<slices {
            room.row[slice] = 0
            for channel in slice * width..<(slice + 1) * width { room.row[slice] += held[channel] * room.held[channel] }
        }
        forBlocks(item) { place, count in
            keyLogits(place, count, map, room.weights)
            weigh(room.weights, sums.pointer + item * slices, count)
            Scalar.gemm(
                .plain, .plain, rows: count, columns: width, inner: slices, alpha: 1, a: room.weights, aStride: slices,
                b: room.held, bStride: width, beta: 0, c: values + place, cStride: channels)
            Scalar.gemm(
                .plain, .transposed, rows: count, columns: slices, inner: width, alpha: 1,
                a: x.values.pointer + place, aStride: channels, b: room.held, bStride: width, beta: 0, c: room.slopes,
                cStride: slices)
            Scalar.combine(
                .subtract, room.slopes, row: room.row, reversed: false, into: room.slopes, rows: count, columns: slices)
            Scalar.combine(.multiply, room.slopes, room.weights, into: room.slopes, count: count * slices)
            Scalar.gemm(
                .plain, .transposed, rows: count, columns: width, inner: slices, alpha: 1, a: room.slopes,
                aStride: slices, b: map, bStride: slices, beta: 1, c: features + place, cStride: channels)
            Scalar.gemm(
                .transposed, .plain, rows: width, columns: slices, inner: count, alpha: 1,
                a: x.features.pointer + place, aStride: channels, b: room.slopes, bStride: slices, beta: 1, c: keys,
                cStride: slices)
        }
    }

    /// s K, [point][slice].
    private func keyLogits(_ place: Int, _ count: Int, _ keys: Pointer, _ logits: Pointer) {
        Scalar.gemm(
            .plain, .plain, rows: count, columns: slices, inner: width, alpha: 1, a: x.features.pointer + place,
            aStride: channels, b: keys, bStride: slices, beta: 0, c: logits, cStride: slices)
    }

    /// Logits into weights, relative to a number for each slice.
    private func weigh(_ logits: Pointer, _ reference: Pointer, _ count: Int) {
        Scalar.combine(
            .subtract, logits, row: reference, reversed: false, into: logits, rows: count, columns: slices)
        Scalar.map(.exp, logits, into: logits, count: count * slices)
    }

    /// softmax(s Q), [slice][point].
    private func queryWeights(_ place: Int, _ count: Int, _ item: Int, _ weights: Pointer) {
        Scalar.gemm(
            .transposed, .transposed, rows: slices, columns: count, inner: width, alpha: 1, a: map(x.queries, item),
            aStride: slices, b: x.features.pointer + place, bStride: channels, beta: 0, c: weights, cStride: count)
        Scalar.softmax(weights, outer: 1, count: slices, inner: count, into: weights)
    }
}
