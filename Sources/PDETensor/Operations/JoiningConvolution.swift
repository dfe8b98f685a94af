import PDECore

/// The step up of a U-Net: coarse fields repeated onto a grid of twice the points, joined with fine ones, and convolved.
///
/// Neither what is repeated nor what is joined is stored.
struct JoiningConvolution<Scalar: Real>: FusedOperation {
    /// The convolution on the fine grid, which keeps it.
    let form: ConvolutionForm

    private func joined(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        .concatenated([operands[0].upsampled(by: 2), operands[1]], along: operands[1].rank - 1)
    }

    /// coarse [samples][grid / 2…][channels], fine [samples][grid…][channels], w [kernel…][both channels][out].
    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> { joined(operands).convolved(operands[2], form) }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[1].empty(x[1].shape.dropLast() + [x[2].shape.last!])
        x[1].backend.convolve(form, upsampling: x[0], joining: x[1], x[2], into: result)
        return (result, [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let (coarse, fine, w) = (call.operand(0), call.operand(1), call.operand(2))
        let axis = fine.rank - 1
        var parts: [Tensor<Scalar>?] = [nil, nil, nil]
        if call.wants(0) || call.wants(1) {
            let change = ConvolutionProduct(role: .input, form: form)(cotangent, w)
            let channels = coarse.shape[axis]
            parts[1] = change.sliced(channels..<w.shape[axis - 1], along: axis)
            // The transpose of repeating: the sum over what was repeated, last axis first.
            let repeated = change.sliced(0..<channels, along: axis)
            parts[0] = (1..<axis).reversed().reduce(repeated) { change, axis in
                let matrix = SparseMatrix.upsampling(of: coarse.shape[axis], by: 2, .nearest, ends: .replicate)
                return change.mapped(matrix.transposed, along: axis)
            }
        }
        if call.wants(2) {
            let slope = w.empty(w.shape)
            w.backend.correlate(form, upsampling: coarse, joining: fine, cotangent, into: slope)
            parts[2] = slope
        }
        return parts
    }
}

extension Tensor {
    /// The convolution of this tensor's fields [samples][grid…][channels], repeated onto a grid of twice the points along every
    /// axis, with `fine` on that grid joined behind them; the result has that grid too.
    ///
    /// - Parameters:
    ///   - fine: [samples][2 × grid…][channels].
    ///   - weight: [kernel…][channels of both][out], with odd kernels.
    ///   - padding: what lies beyond the ends of the finer grid.
    public func upsampledConvolved(joining fine: Tensor, _ weight: Tensor, padding: Padding) -> Tensor {
        let axes = rank - 2
        precondition(
            (1...3).contains(axes) && fine.rank == rank && fine.shape[0] == shape[0]
                && (1...axes).allSatisfy { fine.shape[$0] == 2 * shape[$0] },
            "upsampledConvolved: expected fields on twice the points of \(shape), got \(fine.shape)")
        let kernel = Array(weight.shape.dropLast(2))
        precondition(
            kernel.count == axes && kernel.allSatisfy { $0 % 2 == 1 }
                && weight.shape[axes] == shape[axes + 1] + fine.shape[axes + 1],
            "weight: expected [odd kernel…][\(shape[axes + 1] + fine.shape[axes + 1])][out], got \(weight.shape)")
        let ones = kernel.map { _ in 1 }
        let form = ConvolutionForm(
            grid: Array(fine.shape[1...axes]), kernel: kernel, stride: ones, dilation: ones,
            before: kernel.map { $0 / 2 }, after: kernel.map { $0 / 2 }, padding: padding)
        return JoiningConvolution(form: form)(self, fine, weight)
    }
}
