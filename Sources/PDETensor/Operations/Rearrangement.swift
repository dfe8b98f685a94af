import PDECore

/// Values seen under another shape, in the same order and the same memory.
struct Reshape<Scalar: Real>: Operation {
    let shape: [Int]
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        (Tensor(x[0].storage, shape: shape), [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [cotangent.reshaped(call.shapes[0])]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0]?.reshaped(shape)
    }
}

/// Axes in another order.
struct Permute<Scalar: Real>: Operation {
    let order: [Int]
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let x = x[0]
        let result = x.empty(order.map { x.shape[$0] })
        let strides = x.shape.rowMajorStrides
        x.backend.copy(
            x, StridedCopy(result.shape, from: order.map { strides[$0] }, to: result.shape.rowMajorStrides),
            into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        var inverse = order
        for (to, from) in order.enumerated() { inverse[from] = to }
        return [cotangent.permuted(inverse)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0]?.permuted(order)
    }
}

/// Values repeated along axes of length 1.
struct Expand<Scalar: Real>: Operation {
    let shape: [Int]
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let x = x[0]
        let result = x.empty(shape)
        let padded = Array(repeating: 1, count: shape.count - x.rank) + x.shape
        let strides = zip(padded, padded.rowMajorStrides).map { $0 == 1 ? 0 : $1 }
        x.backend.copy(x, StridedCopy(shape, from: strides, to: shape.rowMajorStrides), into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [cotangent.summed(to: call.shapes[0])]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0]?.expanded(to: shape)
    }
}

/// Every `steps`-th value from `starts` on, `extents` of them along each axis.
struct Slice<Scalar: Real>: Operation {
    let starts, extents, steps: [Int]
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let x = x[0]
        let result = x.empty(extents)
        let walk = place(in: x.shape)
        x.backend.copy(
            x,
            StridedCopy(extents, from: walk.strides, to: extents.rowMajorStrides, sourceOffset: walk.offset),
            into: result)
        return (result, [])
    }

    /// Where the slice lies in an array of this shape.
    func place(in shape: [Int]) -> (strides: [Int], offset: Int) {
        let strides = shape.rowMajorStrides
        return (zip(strides, steps).map(*), zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 })
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [Embed(slice: self, shape: call.shapes[0])(cotangent)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { self($0) }
    }
}

/// Values put into zeros where a slice would take them from: the transpose of `Slice`.
struct Embed<Scalar: Real>: Operation {
    let slice: Slice<Scalar>
    let shape: [Int]
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let x = x[0]
        let result = Tensor<Scalar>(repeating: 0, shape: shape, on: x.backend)
        let walk = slice.place(in: shape)
        x.backend.copy(
            x,
            StridedCopy(x.shape, from: x.shape.rowMajorStrides, to: walk.strides, destinationOffset: walk.offset),
            into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [slice(cotangent)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { self($0) }
    }
}

/// Tensors joined along an axis.
struct Concatenate<Scalar: Real>: Operation {
    let axis: Int
    var keeps: Keeping { [] }

    func evaluate(_ parts: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        var shape = parts[0].shape
        shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
        let result = parts[0].empty(shape)
        let strides = shape.rowMajorStrides
        var start = 0
        for part in parts {
            let walk = StridedCopy(
                part.shape, from: part.shape.rowMajorStrides, to: strides, destinationOffset: start * strides[axis])
            part.backend.copy(part, walk, into: result)
            start += part.shape[axis]
        }
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        var start = 0
        return call.shapes.enumerated().map { index, shape in
            defer { start += shape[axis] }
            return call.wants(index) ? cotangent.sliced(start..<start + shape[axis], along: axis) : nil
        }
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        apply(
            zip(tangents, call.shapes).map { tangent, shape in
                tangent ?? Tensor(repeating: 0, shape: shape, on: call.backend)
            })
    }
}
