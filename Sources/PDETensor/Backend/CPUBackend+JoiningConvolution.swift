import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func convolve<Scalar: Real>(
        _ form: ConvolutionForm, upsampling coarse: Tensor<Scalar>, joining fine: Tensor<Scalar>, _ w: Tensor<Scalar>,
        into y: Tensor<Scalar>
    ) {
        let (others, inputs, outputs) = (coarse.shape.last!, fine.shape.last!, w.shape.last!)
        guard others >= 16,
            let tiled = TiledConvolution<Scalar>(
                ConvolutionGeometry(form), samples: fine.shape[0], inputs: inputs, outputs: outputs, others: others)
        else {
            let joined = Tensor.concatenated([coarse.detached.upsampled(by: 2), fine.detached], along: fine.rank - 1)
            return convolve(form, joined, w, bias: nil, into: y)
        }
        let coarseTiles = CoarseTiles<Scalar>(
            grid: Array(coarse.shape[1...2]), padding: form.padding, channels: others)
        let matrix = (others + inputs) * outputs
        let u = y.empty([16, matrix])
        forWeights(u) { $0.transform(w.pointer, into: u.pointer) }
        let most = tiled.tilesAtOnce
        let lineRoom = max(tiled.lineRoom, coarseTiles.lineRoom)
        let room = most * (16 * (inputs + outputs) + 9 * others) + lineRoom
        let scratch = y.empty([threads, room])
        forEach(tiled.pieces, cost: tiled.cost) { piece, worker in
            let rows = tiled.tileRows(piece)
            let tiles = rows.count * tiled.columns
            let lines = scratch.pointer + worker * room
            let v = lines + lineRoom
            let (m, few) = (v + 16 * most * inputs, v + 16 * most * (inputs + outputs))
            func multiply(
                _ a: UnsafePointer<Scalar>, _ inner: Int, _ index: Int, _ firstInput: Int, _ beta: Scalar
            ) {
                Scalar.gemm(
                    .plain, .plain, rows: tiles, columns: outputs, inner: inner, alpha: 1, a: a, aStride: inner,
                    b: u.pointer + index * matrix + firstInput * outputs, bStride: outputs, beta: beta,
                    c: m + index * tiles * outputs, cStride: outputs)
            }
            tiled.fillTiles(rows, fine.pointer, into: v, scratch: lines)
            for index in 0..<16 { multiply(v + index * tiles * inputs, inputs, index, others, 0) }
            coarseTiles.fill(rows, coarse.pointer, into: few, scratch: lines)
            for (i, row) in CoarseTiles<Scalar>.places.enumerated() {
                for (j, column) in CoarseTiles<Scalar>.places.enumerated() {
                    multiply(few + (3 * i + j) * tiles * others, others, 4 * row + column, 0, 1)
                }
            }
            tiled.emptyTiles(rows, m, bias: nil, into: y.pointer)
        }
    }
}
