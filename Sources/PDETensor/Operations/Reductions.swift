import PDECore

/// Sums along neighbouring axes, which keep length 1.
struct Sum<Scalar: Real>: Operation {
    /// The axes that are summed.
    let axes: Range<Int>
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let x = x[0]
        var shape = x.shape
        for axis in axes { shape[axis] = 1 }
        let result = x.empty(shape)
        x.backend.sum(
            x, outer: x.shape[..<axes.lowerBound].reduce(1, *), count: x.shape[axes].reduce(1, *),
            inner: x.shape[axes.upperBound...].reduce(1, *), into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [cotangent.expanded(to: call.shapes[0])]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { self($0) }
    }
}

/// Largest values along one axis, which keeps length 1. Where several are largest each gets an equal part of the derivative.
struct Maximum<Scalar: Real>: Operation {
    let axis: Int
    var keeps: Keeping { [.operands, .result] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let (outer, count, inner) = x[0].shape.around(axis)
        var shape = x[0].shape
        shape[axis] = 1
        let result = x[0].empty(shape)
        x[0].backend.maximum(x[0], outer: outer, count: count, inner: inner, into: result)
        return (result, [])
    }

    /// What is largest is a constant to every derivative.
    private func share(_ call: Call<Scalar>, spreads: Bool) -> MaximumShare<Scalar> {
        MaximumShare(x: call.operand(0).detached, largest: call.result.detached, axis: axis, spreads: spreads)
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [share(call, spreads: true)(cotangent)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { share(call, spreads: false)($0) }
    }
}

/// Values that belong to the largest ones of x along an axis given to these, or the transpose: those of the largest ones picked.
private struct MaximumShare<Scalar: Real>: Operation {
    let x, largest: Tensor<Scalar>
    let axis: Int
    let spreads: Bool
    var keeps: Keeping { [] }

    func evaluate(_ g: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let (outer, count, inner) = x.shape.around(axis)
        let result = x.empty(spreads ? x.shape : largest.shape)
        x.backend.maximumShare(
            x, largest, of: g[0], outer: outer, count: count, inner: inner, spreads: spreads, into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [MaximumShare(x: x, largest: largest, axis: axis, spreads: !spreads)(cotangent)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { self($0) }
    }
}

extension [Int] {
    /// The values in front of an axis of an array of this shape, along it and behind it.
    func around(_ axis: Int) -> (outer: Int, count: Int, inner: Int) {
        (self[..<axis].reduce(1, *), self[axis], self[(axis + 1)...].reduce(1, *))
    }
}

extension Tensor {
    /// The sum along some axes, or along all.
    public func sum(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
        let axes = (axes ?? Array(0..<rank)).sorted()
        precondition(
            axes.allSatisfy { shape.indices.contains($0) } && Set(axes).count == axes.count,
            "axes: expected different ones of \(shape.indices), got \(axes)")
        var result = self
        // Neighbouring axes are summed at once, the last ones first.
        var end = axes.count
        while end > 0 {
            var start = end - 1
            while start > 0, axes[start - 1] == axes[start] - 1 { start -= 1 }
            result = Sum(axes: axes[start]..<axes[end - 1] + 1)(result)
            end = start
        }
        return keepingAxes ? result : result.droppingAxes(axes)
    }

    /// The mean along some axes, or along all.
    public func mean(along axes: [Int]? = nil, keepingAxes: Bool = false) -> Tensor {
        let divisor = (axes ?? Array(0..<rank)).reduce(1) { $0 * shape[$1] }
        return sum(along: axes, keepingAxes: keepingAxes) * (1 / Scalar(divisor))
    }

    /// The largest value along one axis.
    public func maximum(along axis: Int, keepingAxes: Bool = false) -> Tensor {
        precondition(shape.indices.contains(axis), "axis: expected one of \(shape.indices), got \(axis)")
        let result = Maximum(axis: axis)(self)
        return keepingAxes ? result : result.droppingAxes([axis])
    }

    /// The sum over everything that was repeated when a tensor of this shape was expanded to this one's.
    func summed(to shape: [Int]) -> Tensor {
        if shape == self.shape { return self }
        let extra = rank - shape.count
        let axes = self.shape.indices.filter { $0 < extra || (shape[$0 - extra] == 1 && self.shape[$0] != 1) }
        return sum(along: axes, keepingAxes: true).reshaped(shape)
    }

    private func droppingAxes(_ axes: [Int]) -> Tensor {
        reshaped(shape.indices.filter { !axes.contains($0) }.map { shape[$0] })
    }
}
