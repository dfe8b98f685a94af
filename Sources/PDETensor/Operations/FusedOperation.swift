import PDECore

/// A composition of operations that is evaluated and pulled back faster than part by part.
///
/// What it means is what `compose` says: that is how it is differentiated when the derivative will be differentiated
/// again, and forwards. The tests hold the fast way against it.
protocol FusedOperation<Scalar>: Operation {
    /// The same result, made of other operations.
    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar>

    /// The fast reverse rule.
    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?]
}

extension FusedOperation {
    var keeps: Keeping { .operands }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        guard call.isRecorded else { return fastPullback(cotangent, call) }
        let operands = variables(call)
        let wanted = operands.indices.filter(call.wants)
        let parts = compose(operands).gradient(
            withRespectTo: wanted.map { operands[$0] }, cotangent: cotangent, recording: true, cutting: true)
        var result = [Tensor<Scalar>?](repeating: nil, count: operands.count)
        for (index, part) in zip(wanted, parts) { result[index] = part }
        return result
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        let operands = variables(call)
        let directions = operands.indices.compactMap { index in
            tangents[index].map { (variable: operands[index], direction: $0) }
        }
        return compose(operands).tangent(along: directions, recording: call.isRecorded, cutting: true)
    }

    /// The operands that a derivative is asked for as variables of this composition alone. In a sweep that is recorded they stay
    /// tied to where they came from; derivatives with respect to one of them do not go by way of another.
    private func variables(_ call: Call<Scalar>) -> [Tensor<Scalar>] {
        call.operands.enumerated().map { index, operand in
            if !call.wants(index) { return operand }
            return operand.isRecorded ? Alias()(operand) : operand.variable
        }
    }
}

/// The same values at another place of the record.
private struct Alias<Scalar: Real>: Operation {
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        (x[0].detached, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] { [cotangent] }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? { tangents[0] }
}
