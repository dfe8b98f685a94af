import PDECore

/// A Fourier layer: the lowest modes of the activated input times complex weights, plus its values times a matrix, plus a bias.
///
/// With h = σ(x), y = F⁻¹(R · F h) + h W + b (Li et al. 2021, eq. 2 and 4). The activation stands in front, so that the
/// layer before stores its result once.
public struct FourierLayerForm: Equatable, Sendable {
    /// The transform F.
    public let transform: TruncatedTransform
    /// The activation σ in front.
    public let activation: Activation
}

struct FourierLayerOperation<Scalar: Real>: FusedOperation {
    let form: FourierLayerForm

    /// x [samples][grid…][in], spectral [modes…][2][in][out], local [in][out], bias [out].
    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        let (spectral, local, bias) = (operands[1], operands[2], operands[3])
        let h = operands[0].activated(form.activation)
        let (grid, modes) = (form.transform.grid, form.transform.modes)
        let global = h.analyzed(modes: modes).complexProduct(spectral).synthesized(on: grid, modes: modes)
        return global + h.product(local) + bias
    }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let (x, spectral, local, bias) = (x[0], x[1], x[2], x[3])
        let (inputs, outputs) = (local.shape[0], local.shape[1])
        let result = x.empty(x.shape.dropLast() + [outputs])
        let coefficients = x.empty([x.shape[0], 2, form.transform.count, inputs])
        x.backend.fourierLayer(
            form, x, spectral: spectral, local: local, bias: bias, coefficients: coefficients, into: result)
        return (result, isRecorded ? [coefficients] : [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let parts = call.backend.fourierLayerPullback(
            form, cotangent, call.operand(0), spectral: call.operand(1), local: call.operand(2),
            coefficients: call.saved[0], wantsInput: call.wants(0))
        return [parts.x, parts.spectral, parts.local, parts.bias]
    }
}

extension Tensor {
    /// A Fourier layer with the activation in front: see `FourierLayerForm`.
    ///
    /// - Parameters:
    ///   - spectral: complex weights [modes…][2][in][out]; all modes but the last axis's count twice, for both signs.
    ///   - local: the pointwise matrix [in][out].
    ///   - bias: [out].
    ///   - modes: modes along each axis.
    ///   - activation: what this tensor, [samples][grid…][in], goes through first.
    public func fourierLayer(
        spectral: Tensor, local: Tensor, bias: Tensor, modes: [Int], activation: Activation
    ) -> Tensor {
        precondition(rank == modes.count + 2, "fourierLayer: expected [samples][grid…][channels], got shape \(shape)")
        let transform = TruncatedTransform(grid: Array(shape[1..<rank - 1]), modes: modes)
        let (inputs, outputs) = (shape[rank - 1], local.shape.last!)
        precondition(
            local.shape == [inputs, outputs] && bias.shape == [outputs]
                && spectral.shape == transform.extents + [2, inputs, outputs],
            "fourierLayer: expected weights \(transform.extents + [2, inputs, outputs]), \([inputs, outputs]), "
                + "\([outputs]), got \(spectral.shape), \(local.shape), \(bias.shape)")
        let form = FourierLayerForm(transform: transform, activation: activation)
        return FourierLayerOperation(form: form)(self, spectral, local, bias)
    }
}
