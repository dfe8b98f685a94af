import PDECore

/// Groups of channels brought to mean 0 and variance 1 over all points of a sample, then scaled, shifted and activated.
///
/// y = σ((x − μ) / √(s² + ε) · γ + β), with μ and s² of each sample's group (Wu & He 2018). One group a channel is instance
/// normalisation (Ulyanov et al. 2016).
public struct GroupNormalizationForm: Equatable, Sendable {
    /// Number of groups, of neighbouring channels.
    public let groups: Int
    /// What is added to the variance.
    public let epsilon: Double
    /// What the result goes through.
    public let activation: Activation
}

struct FusedGroupNormalization<Scalar: Real>: FusedOperation {
    let form: GroupNormalizationForm

    /// x [samples][points][channels], scale γ [channels], shift β [channels].
    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        let x = operands[0]
        let channels = x.shape[2]
        let grouped = x.reshaped([x.shape[0], x.shape[1], form.groups, channels / form.groups])
        let centred = grouped - grouped.mean(along: [1, 3], keepingAxes: true)
        let variance = centred.squared.mean(along: [1, 3], keepingAxes: true)
        let normal = (centred / (variance + Scalar(form.epsilon)).squareRoot).reshaped(x.shape)
        return (normal * operands[1] + operands[2]).activated(form.activation)
    }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[0].empty(x[0].shape)
        let statistics = x[0].empty([x[0].shape[0], 2, x[0].shape[2]])
        x[0].backend.normalize(form, x[0], scale: x[1], shift: x[2], statistics: statistics, into: result)
        return (result, isRecorded ? [statistics] : [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let parts = call.backend.normalizePullback(
            form, cotangent, call.operand(0), scale: call.operand(1), shift: call.operand(2),
            statistics: call.saved[0])
        return [parts.x, parts.scale, parts.shift]
    }
}

extension Tensor {
    /// Fields [samples][grid…][channels] normalised in groups of channels, sample by sample: see `GroupNormalizationForm`.
    public func groupNormalized(
        groups: Int, scale: Tensor, shift: Tensor, epsilon: Double = 1e-5, activation: Activation = .identity
    ) -> Tensor {
        precondition(rank >= 2, "groupNormalized: expected [samples][grid…][channels], got shape \(shape)")
        let channels = shape[rank - 1]
        precondition(
            groups >= 1 && channels % groups == 0, "groups: expected a divisor of \(channels) channels, got \(groups)")
        precondition(
            scale.shape == [channels] && shift.shape == [channels],
            "scale, shift: expected [\(channels)], got \(scale.shape) and \(shift.shape)")
        let form = GroupNormalizationForm(groups: groups, epsilon: epsilon, activation: activation)
        let flat = reshaped([shape[0], shape[1..<rank - 1].reduce(1, *), channels])
        return FusedGroupNormalization(form: form)(flat, scale, shift).reshaped(shape)
    }

    /// Every channel normalised over all samples and points together: batch normalisation with the batch's own statistics (Ioffe &
    /// Szegedy 2015).
    public func batchNormalized(
        scale: Tensor, shift: Tensor, epsilon: Double = 1e-5, activation: Activation = .identity
    ) -> Tensor {
        let channels = shape[rank - 1]
        return reshaped([1, count / channels, channels])
            .groupNormalized(groups: channels, scale: scale, shift: shift, epsilon: epsilon, activation: activation)
            .reshaped(shape)
    }
}
