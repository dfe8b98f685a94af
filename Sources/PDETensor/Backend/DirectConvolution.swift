import PDECore

/// A convolution line by line: one matrix product for every weight position of the kernel.
///
/// A line of results, [points][out], is the sum over the positions of [points][in] × [in][out], whose first factor is a line of the
/// padded input seen from there on. Where there are few channels the products would be too thin: what a line of results sees is
/// gathered first, and there is one product.
struct DirectConvolution<Scalar: Real> {
    let geometry: ConvolutionGeometry
    let inputs, outputs: Int
    /// Results along the first axis in one piece of work, and the number of pieces.
    private let length: Int
    let blocks: Int
    private let gathers: Bool

    init(_ geometry: ConvolutionGeometry, inputs: Int, outputs: Int) {
        self.geometry = geometry
        self.inputs = inputs
        self.outputs = outputs
        gathers = inputs < 16 && geometry.taps > 1
        let axis = geometry.firstAxis
        let count = geometry.outputs[axis]
        // About half a second-level cache of padded values, but so many that the overlap of neighbours does not count.
        let across = geometry.padded[(axis + 1)...].reduce(inputs * geometry.stride[axis], *)
        let reach = geometry.dilation[axis] * (geometry.kernel[axis] - 1)
        length = max(1, min(count, max((1 << 16) / max(1, across), 4 * reach, axis == 2 ? 256 : 1)))
        blocks = (count + length - 1) / length
    }

    /// Operations of a piece, in the units of `CPUBackend.forEach`.
    var cost: Int { geometry.results / blocks * geometry.taps * inputs * outputs / 16 }

    /// Values of workspace that a piece needs.
    var room: Int { (geometry.isBare ? 0 : slab(0).count) + (gathers ? lineLength * geometry.taps * inputs : 0) + 16 }

    private func results(_ block: Int) -> Range<Int> {
        block * length..<min(geometry.outputs[geometry.firstAxis], (block + 1) * length)
    }

    private func slab(_ block: Int) -> ConvolutionSlab<Scalar> {
        geometry.isBare
            ? ConvolutionSlab(whole: geometry, channels: inputs)
            : ConvolutionSlab(geometry, channels: inputs, results: results(block))
    }

    /// Results of a line in one piece.
    private var lineLength: Int { geometry.firstAxis == 2 ? length : geometry.outputs[2] }

    /// Calls `body` for every line of results of a piece: the first padded point that it sees, its place among the results, and how
    /// many there are.
    private func forLines(_ block: Int?, _ body: (_ point: (Int, Int, Int), _ place: Int, _ count: Int) -> Void) {
        var ranges = geometry.outputs.map { 0..<$0 }
        if let block { ranges[geometry.firstAxis] = results(block) }
        for first in ranges[0] {
            for second in ranges[1] {
                let start = ranges[2].lowerBound
                body(
                    (first * geometry.stride[0], second * geometry.stride[1], start * geometry.stride[2]),
                    (first * geometry.outputs[1] + second) * geometry.outputs[2] + start, ranges[2].count)
            }
        }
    }

    /// Calls `body` for every position of the kernel with where it is seen from the first one.
    private func forTaps(_ slab: ConvolutionSlab<Scalar>, _ body: (_ tap: Int, _ shift: Int) -> Void) {
        let corner = slab.offset((0, 0, 0))
        var tap = 0
        for first in 0..<geometry.kernel[0] {
            for second in 0..<geometry.kernel[1] {
                for third in 0..<geometry.kernel[2] {
                    let d = geometry.dilation
                    body(tap, slab.offset((first * d[0], second * d[1], third * d[2])) - corner)
                    tap += 1
                }
            }
        }
    }

    /// The padded values of a piece: in the workspace, or in place if there is no padding.
    private func padded(
        _ slab: ConvolutionSlab<Scalar>, _ x: UnsafePointer<Scalar>, _ scratch: UnsafeMutablePointer<Scalar>
    ) -> (values: UnsafePointer<Scalar>, rest: UnsafeMutablePointer<Scalar>) {
        if geometry.isBare { return (x, scratch) }
        slab.fill(scratch, from: x)
        return (UnsafePointer(scratch), scratch + slab.count)
    }

    /// What a line of results sees, side by side: [points][taps][in].
    private func gather(
        _ slab: ConvolutionSlab<Scalar>, _ line: UnsafePointer<Scalar>, _ count: Int,
        into room: UnsafeMutablePointer<Scalar>
    ) {
        let together = geometry.dilation[2] == 1 ? geometry.kernel[2] : 1
        forTaps(slab) { tap, shift in
            guard tap % together == 0 else { return }
            copyPlane(
                line + shift, geometry.stride[2] * inputs, 1, room + tap * inputs, geometry.taps * inputs, 1,
                rows: count, columns: together * inputs)
        }
    }

    /// Writes the results of a piece.
    func forward(
        _ block: Int, _ x: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>, bias: UnsafePointer<Scalar>?,
        into y: UnsafeMutablePointer<Scalar>, scratch: UnsafeMutablePointer<Scalar>
    ) {
        let slab = slab(block)
        let (padded, room) = padded(slab, x, scratch)
        let inner = gathers ? geometry.taps * inputs : inputs
        forLines(block) { point, place, count in
            let line = padded + slab.offset(point)
            let y = y + place * outputs
            if gathers { gather(slab, line, count, into: room) }
            if let bias {
                for point in 0..<count { (y + point * outputs).update(from: bias, count: outputs) }
            }
            func multiply(_ a: UnsafePointer<Scalar>, _ stride: Int, _ tap: Int) {
                Scalar.gemm(
                    .plain, .plain, rows: count, columns: outputs, inner: inner, alpha: 1, a: a, aStride: stride,
                    b: w + tap * inputs * outputs, bStride: outputs, beta: tap == 0 && bias == nil ? 0 : 1, c: y,
                    cStride: outputs)
            }
            if gathers { return multiply(room, inner, 0) }
            forTaps(slab) { tap, shift in multiply(line + shift, geometry.stride[2] * inputs, tap) }
        }
    }

    /// Adds what the results of a piece say about the weights.
    func correlate(
        _ block: Int, _ x: UnsafePointer<Scalar>, _ g: UnsafePointer<Scalar>, into w: UnsafeMutablePointer<Scalar>,
        scratch: UnsafeMutablePointer<Scalar>
    ) {
        let slab = slab(block)
        let (padded, room) = padded(slab, x, scratch)
        let rows = gathers ? geometry.taps * inputs : inputs
        forLines(block) { point, place, count in
            let line = padded + slab.offset(point)
            let g = g + place * outputs
            func multiply(_ a: UnsafePointer<Scalar>, _ stride: Int, _ tap: Int) {
                Scalar.gemm(
                    .transposed, .plain, rows: rows, columns: outputs, inner: count, alpha: 1, a: a, aStride: stride,
                    b: g, bStride: outputs, beta: 1, c: w + tap * inputs * outputs, cStride: outputs)
            }
            if gathers {
                gather(slab, line, count, into: room)
                return multiply(room, rows, 0)
            }
            forTaps(slab) { tap, shift in multiply(line + shift, geometry.stride[2] * inputs, tap) }
        }
    }

    /// Adds to all padded points what the derivatives g of the results say, for the channels of a slab.
    ///
    /// - Parameter w: the weights from the slab's first channel on.
    func spread(
        _ g: UnsafePointer<Scalar>, _ w: UnsafePointer<Scalar>, into sums: UnsafeMutablePointer<Scalar>,
        _ slab: ConvolutionSlab<Scalar>
    ) {
        let channels = slab.channels
        forLines(nil) { point, place, count in
            let line = sums + slab.offset(point)
            forTaps(slab) { tap, shift in
                Scalar.gemm(
                    .plain, .transposed, rows: count, columns: channels, inner: outputs, alpha: 1,
                    a: g + place * outputs, aStride: outputs, b: w + tap * inputs * outputs, bStride: outputs, beta: 1,
                    c: line + shift, cStride: geometry.stride[2] * channels)
            }
        }
    }
}
