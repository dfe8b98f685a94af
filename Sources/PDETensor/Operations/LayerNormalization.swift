import PDECore

/// The channels of every point brought to mean 0 and variance 1, then scaled and shifted: (x − μ) / √(s² + ε) · γ + β, with μ and s²
/// of the point's channels (Ba, Kiros & Hinton 2016).
struct LayerNormalizationOperation<Scalar: Real>: FusedOperation {
    let epsilon: Double

    /// x [points][channels], scale γ [channels], shift β [channels].
    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        let centred = operands[0] - operands[0].mean(along: [1], keepingAxes: true)
        let variance = centred.squared.mean(along: [1], keepingAxes: true)
        return centred / (variance + Scalar(epsilon)).squareRoot * operands[1] + operands[2]
    }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let (result, statistics) = (x[0].empty(x[0].shape), x[0].empty([x[0].shape[0], 2]))
        x[0].backend.normalizeRows(
            x[0], scale: x[1], shift: x[2], epsilon: epsilon, statistics: statistics, into: result)
        return (result, isRecorded ? [statistics] : [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let parts = call.backend.normalizeRowsPullback(
            cotangent, call.operand(0), scale: call.operand(1), statistics: call.saved[0])
        return [parts.x, parts.scale, parts.shift]
    }
}

extension Tensor {
    /// Every point's channels normalised among themselves (Ba, Kiros & Hinton 2016).
    public func layerNormalized(scale: Tensor, shift: Tensor, epsilon: Double = 1e-5) -> Tensor {
        let channels = shape.last ?? 0
        precondition(
            rank >= 1 && scale.shape == [channels] && shift.shape == scale.shape,
            "scale, shift: expected [channels] of \(shape), got \(scale.shape) and \(shift.shape)")
        let rows = reshaped([count / channels, channels])
        return LayerNormalizationOperation(epsilon: epsilon)(rows, scale, shift).reshaped(shape)
    }
}
