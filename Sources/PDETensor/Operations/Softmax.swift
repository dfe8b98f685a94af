import PDECore

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
        let powers = (self - detached.maximum(along: axis, keepingAxes: true)).exponential
        return powers / powers.sum(along: [axis], keepingAxes: true)
    }
}
