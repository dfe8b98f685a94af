import PDECore

/// The step up of a U-Net: two fields joined, of which the first, if it is coarser, is repeated onto a grid of twice the points, and convolved.
///
/// Neither what is repeated nor what is joined is stored.
struct JoiningConvolution<Scalar: Real>: FusedOperation {
    /// The convolution on the fine grid, which keeps it.
    let form: ConvolutionForm

    private func joined(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        let isCoarse = operands[0].shape[1] != operands[1].shape[1]
        return .concatenated(
            [isCoarse ? operands[0].upsampled(by: 2) : operands[0], operands[1]], along: operands[1].rank - 1)
    }

    /// coarse [samples][grid / 2…][channels] or on the whole grid, fine [samples][grid…][channels], w [kernel…][both channels][out].
    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> { joined(operands).convolved(operands[2], form) }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[1].empty(x[1].shape.dropLast() + [x[2].shape.last!])
        x[1].backend.convolve(form, upsampling: x[0], joining: x[1], x[2], into: result)
        return (result, [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let (coarse, fine, w) = (call.operand(0), call.operand(1), call.operand(2))
        var parts: [Tensor<Scalar>?] = [nil, nil, nil]
        if call.wants(0) || call.wants(1) {
            let changes = (coarse: coarse.empty(coarse.shape), fine: fine.empty(fine.shape))
            w.backend.convolveTransposed(form, cotangent, w, upsampled: changes.coarse, joined: changes.fine)
            (parts[0], parts[1]) = changes
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
        precondition(
            fine.rank == rank && zip(shape, fine.shape).dropFirst().dropLast().allSatisfy { 2 * $0 == $1 },
            "upsampledConvolved: expected fields on twice the points of \(shape), got \(fine.shape)")
        return joiningConvolved(fine, weight, padding)
    }

    /// The convolution of this tensor's fields [samples][grid…][channels] with `fine` on the same grid joined behind them: see
    /// `upsampledConvolved`.
    public func convolved(joining fine: Tensor, _ weight: Tensor, padding: Padding) -> Tensor {
        precondition(
            fine.rank == rank && shape.dropLast() == fine.shape.dropLast(),
            "convolved: expected fields on the grid of \(shape), got \(fine.shape)")
        return joiningConvolved(fine, weight, padding)
    }

    private func joiningConvolved(_ fine: Tensor, _ weight: Tensor, _ padding: Padding) -> Tensor {
        let axes = rank - 2
        precondition(
            (1...3).contains(axes) && fine.shape[0] == shape[0],
            "joining: expected one to three axes and as many samples, got \(shape) and \(fine.shape)")
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
