import Glibc
import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func convolve<Scalar: Real>(
        _ form: ConvolutionForm, _ x: Tensor<Scalar>, _ w: Tensor<Scalar>, bias: Tensor<Scalar>?, into y: Tensor<Scalar>
    ) {
        let geometry = ConvolutionGeometry(form)
        let (inputs, outputs) = (w.shape[w.rank - 2], w.shape[w.rank - 1])
        if let tiled = TiledConvolution(
            geometry, samples: x.shape[0], fields: [(inputs, false)], outputs: outputs,
            lanes: Scalar.tileLanes)
        {
            return convolve(tiled, [x], w, bias: bias, into: y)
        }
        let direct = DirectConvolution<Scalar>(geometry, inputs: inputs, outputs: outputs)
        let samples = x.shape[0]
        let scratch = x.empty([threads, direct.room])
        forEach(samples * direct.blocks, cost: direct.cost) { item, worker in
            let (sample, block) = (item / direct.blocks, item % direct.blocks)
            direct.forward(
                block, x.pointer + sample * geometry.points * inputs, w.pointer, bias: bias?.pointer,
                into: y.pointer + sample * geometry.results * outputs, scratch: scratch.pointer + worker * direct.room)
        }
    }

    /// See `Backend`.
    public func convolveTransposed<Scalar: Real>(
        _ form: ConvolutionForm, _ g: Tensor<Scalar>, _ w: Tensor<Scalar>, into x: Tensor<Scalar>
    ) {
        let inputs = w.shape[w.rank - 2]
        let geometry = ConvolutionGeometry(form)
        guard form.stride.allSatisfy({ $0 == 1 }) else { return convolveTransposedBySum(geometry, g, w, into: x) }
        let reversed = reversed(w)
        if let transposed = form.transposed { return convolve(transposed, g, reversed, bias: nil, into: x) }
        // The derivative of the padded points, which is then added up where they came from.
        let whole = x.empty([x.shape[0]] + form.padded + [inputs])
        let reach = form.reach
        convolve(form.transposed(.zero, before: reach, after: reach), g, reversed, bias: nil, into: whole)
        let slab = ConvolutionSlab<Scalar>(whole: geometry, channels: inputs)
        forEach(x.shape[0], cost: slab.count) { sample, _ in
            let x = x.pointer + sample * geometry.points * inputs
            memset(x, 0, geometry.points * inputs * MemoryLayout<Scalar>.stride)
            slab.fold(whole.pointer + sample * slab.count, into: x, pointStride: inputs)
        }
    }

    /// Weights [kernel…][in][out] as [reversed kernel…][out][in]: those of the transpose.
    func reversed<Scalar: Real>(_ w: Tensor<Scalar>) -> Tensor<Scalar> {
        let (inputs, outputs) = (w.shape[w.rank - 2], w.shape[w.rank - 1])
        let kernel = Array(w.shape.dropLast(2))
        let (reversed, taps) = (w.empty(kernel + [outputs, inputs]), kernel.product)
        forEach(taps, cost: inputs * outputs) { tap, _ in
            copyPlane(
                w.pointer + (taps - 1 - tap) * inputs * outputs, 1, outputs, reversed.pointer + tap * inputs * outputs,
                inputs, 1, rows: outputs, columns: inputs)
        }
        return reversed
    }

    /// The transpose of a convolution with strides: every result's derivative is spread over the points that it sees, for some
    /// channels at a time.
    private func convolveTransposedBySum<Scalar: Real>(
        _ geometry: ConvolutionGeometry, _ g: Tensor<Scalar>, _ w: Tensor<Scalar>, into x: Tensor<Scalar>
    ) {
        let (inputs, outputs) = (w.shape[w.rank - 2], w.shape[w.rank - 1])
        let channelsAtOnce = min(64, inputs)
        let parts = (inputs + channelsAtOnce - 1) / channelsAtOnce
        let (points, results) = (geometry.points, geometry.results)
        let samples = x.shape[0]
        let room = geometry.padded.product * channelsAtOnce
        let scratch = x.empty([threads, room])
        forEach(samples * parts, cost: results * geometry.taps * channelsAtOnce * outputs / 16) { item, worker in
            let (sample, first) = (item / parts, item % parts * channelsAtOnce)
            let channels = min(channelsAtOnce, inputs - first)
            let slab = ConvolutionSlab<Scalar>(whole: geometry, channels: channels)
            let sums = scratch.pointer + worker * room
            memset(sums, 0, slab.count * MemoryLayout<Scalar>.stride)
            DirectConvolution<Scalar>(geometry, inputs: inputs, outputs: outputs).spread(
                g.pointer + sample * results * outputs, w.pointer + first * outputs, into: sums, slab)
            let x = x.pointer + sample * points * inputs + first
            for point in 0..<points { memset(x + point * inputs, 0, channels * MemoryLayout<Scalar>.stride) }
            slab.fold(sums, into: x, pointStride: inputs)
        }
    }

    /// See `Backend`.
    public func correlate<Scalar: Real>(
        _ form: ConvolutionForm, _ x: Tensor<Scalar>, _ g: Tensor<Scalar>, into w: Tensor<Scalar>
    ) {
        let (inputs, outputs) = (w.shape[w.rank - 2], w.shape[w.rank - 1])
        let geometry = ConvolutionGeometry(form)
        if let tiled = TiledConvolution(
            geometry, samples: x.shape[0], fields: [(inputs, false)], outputs: outputs,
            lanes: Scalar.tileLanes)
        {
            return correlate(tiled, [x], g, into: w)
        }
        let direct = DirectConvolution<Scalar>(geometry, inputs: inputs, outputs: outputs)
        // Sums over fixed groups of blocks, and those in order.
        let blocks = x.shape[0] * direct.blocks
        let blocksInGroup = max(1, (blocks + 15) / 16)
        let groups = (blocks + blocksInGroup - 1) / blocksInGroup
        let partial = x.empty([max(1, groups), w.count])
        let scratch = x.empty([threads, direct.room])
        if groups == 0 { partial.pointer.update(repeating: 0, count: w.count) }
        forEach(groups, cost: blocksInGroup * direct.cost) { group, worker in
            let sums = partial.pointer + group * w.count
            memset(sums, 0, w.count * MemoryLayout<Scalar>.stride)
            for item in group * blocksInGroup..<min(blocks, (group + 1) * blocksInGroup) {
                let (sample, block) = (item / direct.blocks, item % direct.blocks)
                direct.correlate(
                    block, x.pointer + sample * geometry.points * inputs,
                    g.pointer + sample * geometry.results * outputs, into: sums,
                    scratch: scratch.pointer + worker * direct.room)
            }
        }
        sum(partial, outer: 1, count: max(1, groups), inner: w.count, into: w)
    }
}
