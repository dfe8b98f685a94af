import PDECore

/// eˣ / Σ eˣ along one axis.
struct Softmax<Scalar: Real>: Operation {
    let axis: Int
    var keeps: Keeping { .result }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[0].empty(x[0].shape)
        let (outer, count, inner) = x[0].shape.around(axis)
        x[0].backend.softmax(x[0], outer: outer, count: count, inner: inner, into: result)
        return (result, [])
    }

    // The Jacobian is symmetric, so both rules are the same.
    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [SoftmaxSlope(axis: axis)(call.result, cotangent)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { SoftmaxSlope(axis: axis)(call.result, $0) }
    }
}

/// y (g − Σ y g) along one axis: the derivative of a softmax with the result y, times g.
struct SoftmaxSlope<Scalar: Real>: FusedOperation {
    let axis: Int

    private func mean(_ y: Tensor<Scalar>, _ g: Tensor<Scalar>) -> Tensor<Scalar> {
        (y * g).sum(along: [axis], keepingAxes: true)
    }

    func compose(_ operands: [Tensor<Scalar>]) -> Tensor<Scalar> {
        operands[0] * (operands[1] - mean(operands[0], operands[1]))
    }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let result = x[0].empty(x[0].shape)
        let (outer, count, inner) = x[0].shape.around(axis)
        x[0].backend.softmaxSlope(x[0], times: x[1], outer: outer, count: count, inner: inner, into: result)
        return (result, [])
    }

    func fastPullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        let (y, g) = (call.operand(0), call.operand(1))
        return [
            call.wants(0) ? cotangent * (g - mean(y, g)) - g * mean(y, cotangent) : nil,
            call.wants(1) ? self(y, cotangent) : nil,
        ]
    }
}

extension Tensor {
    /// log(eˣ / Σ eˣ) along one axis, without overflow.
    public func logSoftmax(along axis: Int) -> Tensor {
        precondition(shape.indices.contains(axis), "axis: expected one of \(shape.indices), got \(axis)")
        // What is subtracted first changes nothing but the range of the exponentials, so it is a constant.
        let shifted = self - detached.maximum(along: axis, keepingAxes: true)
        return shifted - shifted.exponential.sum(along: [axis], keepingAxes: true).logarithm
    }

    /// eˣ / Σ eˣ along one axis, without overflow.
    public func softmax(along axis: Int) -> Tensor {
        precondition(shape.indices.contains(axis), "axis: expected one of \(shape.indices), got \(axis)")
        return Softmax(axis: axis)(self)
    }
}
