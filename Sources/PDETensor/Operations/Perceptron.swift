import PDECore

/// Layers of a perceptron applied to every point: y = σ₂(σ₁(σ₀(x) W₁ + b₁) W₂ + b₂) …, or one layer of it.
///
/// What lies between the layers is computed again on the way back, block by block in cache, instead of being stored: hidden
/// layers are wider than what goes in and out.
public struct PerceptronForm: Equatable, Sendable {
    /// Activation of the input.
    public let input: Activation
    /// Activation between the two layers; without meaning for a single one.
    public let hidden: Activation
}

/// W₁ [in][hidden], b₁ [hidden] and, unless the perceptron has just one layer, W₂ [hidden][out], b₂ [out].
public struct PerceptronWeights<Scalar: Real>: Sendable {
    /// The first matrix.
    public let first: Tensor<Scalar>
    /// The first bias.
    public let firstBias: Tensor<Scalar>
    /// The second matrix.
    public let second: Tensor<Scalar>?
    /// The second bias.
    public let secondBias: Tensor<Scalar>?

    init(_ tensors: some Collection<Tensor<Scalar>>) {
        let tensors = Array(tensors)
        first = tensors[0]
        firstBias = tensors[1]
        second = tensors.count > 2 ? tensors[2] : nil
        secondBias = tensors.count > 2 ? tensors[3] : nil
    }

    var tensors: [Tensor<Scalar>] { [first, firstBias, second, secondBias].compactMap { $0 } }
}

struct PerceptronOperation<Scalar: Real>: FusedOperation {
    let form: PerceptronForm

    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        let z = operands[0].activated(form.input).product(operands[1]) + operands[2]
        return operands.count == 3 ? z : z.activated(form.hidden).product(operands[3]) + operands[4]
    }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let weights = PerceptronWeights(x.dropFirst())
        let result = x[0].empty(x[0].shape.dropLast() + [x.last!.count])
        x[0].backend.perceptron(form, x[0], weights, into: result)
        return (result, [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let operands = call.operands
        let parts = call.backend.perceptronPullback(
            form, cotangent, operands[0], PerceptronWeights(operands.dropFirst()), wantsInput: call.wants(0))
        return [parts.x] + parts.weights.tensors
    }
}

extension Tensor {
    /// One layer at every point: σ(self) W + b, with this tensor [...][in].
    public func linear(_ weight: Tensor, _ bias: Tensor, activation: Activation = .identity) -> Tensor {
        precondition(
            rank >= 2 && weight.shape == [shape[rank - 1], bias.count] && bias.rank == 1,
            "linear: shapes \(shape), \(weight.shape) and \(bias.shape) do not fit")
        return PerceptronOperation(form: PerceptronForm(input: activation, hidden: .identity))(self, weight, bias)
    }

    /// Two layers at every point: see `PerceptronForm`.
    public func perceptron(
        _ first: Tensor, _ firstBias: Tensor, _ second: Tensor, _ secondBias: Tensor, input: Activation = .identity,
        hidden: Activation
    ) -> Tensor {
        precondition(
            rank >= 2 && first.shape == [shape[rank - 1], firstBias.count]
                && second.shape == [firstBias.count, secondBias.count],
            "perceptron: shapes \(shape), \(first.shape), \(firstBias.shape), \(second.shape) and \(secondBias.shape) "
                + "do not fit")
        let form = PerceptronForm(input: input, hidden: hidden)
        return PerceptronOperation(form: form)(self, first, firstBias, second, secondBias)
    }
}
