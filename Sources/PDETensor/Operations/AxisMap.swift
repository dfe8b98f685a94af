import PDECore

/// A sparse matrix applied along one axis.
struct AxisMap<Scalar: Real>: Operation {
    let matrix: SparseMatrix
    let axis: Int
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let x = x[0]
        var shape = x.shape
        shape[axis] = matrix.rows.count
        let result = x.empty(shape)
        x.backend.apply(
            matrix, x, outer: shape[..<axis].reduce(1, *), inner: shape[(axis + 1)...].reduce(1, *), into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [AxisMap(matrix: matrix.transposed, axis: axis)(cotangent)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { self($0) }
    }
}

/// Parts along one axis, picked by their indices.
struct Gather<Scalar: Real>: Operation {
    let indices: [Int]
    let axis: Int
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let x = x[0]
        var shape = x.shape
        shape[axis] = indices.count
        let result = x.empty(shape)
        x.backend.gather(
            x, indices, outer: shape[..<axis].reduce(1, *), count: x.shape[axis],
            inner: shape[(axis + 1)...].reduce(1, *), into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [Scatter(indices: indices, axis: axis, count: call.shapes[0][axis])(cotangent)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { self($0) }
    }
}

/// Parts along one axis added up at indices: the transpose of `Gather`.
struct Scatter<Scalar: Real>: Operation {
    let indices: [Int]
    let axis, count: Int
    var keeps: Keeping { [] }

    func evaluate(_ x: [Tensor<Scalar>], isRecorded: Bool) -> (result: Tensor<Scalar>, saved: [Tensor<Scalar>]) {
        let x = x[0]
        var shape = x.shape
        shape[axis] = count
        let result = x.empty(shape)
        x.backend.scatter(
            x, indices, outer: shape[..<axis].reduce(1, *), count: count, inner: shape[(axis + 1)...].reduce(1, *),
            into: result)
        return (result, [])
    }

    func pullback(_ cotangent: Tensor<Scalar>, _ call: Call<Scalar>) -> [Tensor<Scalar>?] {
        [Gather(indices: indices, axis: axis)(cotangent)]
    }

    func tangent(_ tangents: [Tensor<Scalar>?], _ call: Call<Scalar>) -> Tensor<Scalar>? {
        tangents[0].map { self($0) }
    }
}

extension Tensor {
    /// A sparse matrix applied along one axis, whose length becomes the matrix's number of rows.
    public func mapped(_ matrix: SparseMatrix, along axis: Int) -> Tensor {
        precondition(
            shape.indices.contains(axis) && shape[axis] == matrix.columns,
            "mapped: a matrix with \(matrix.columns) columns does not fit axis \(axis) of shape \(shape)")
        return AxisMap(matrix: matrix, axis: axis)(self)
    }

    /// The parts with the given indices along one axis, in that order; an index may come more than once.
    public func gathered(_ indices: [Int], along axis: Int) -> Tensor {
        precondition(shape.indices.contains(axis), "axis: expected one of \(shape.indices), got \(axis)")
        precondition(
            indices.allSatisfy { (0..<shape[axis]).contains($0) }, "indices: expected each within 0..<\(shape[axis])")
        return Gather(indices: indices, axis: axis)(self)
    }

    /// Zeros of length `count` along one axis, to which part k of this tensor is added at `indices[k]`.
    public func scattered(_ indices: [Int], count: Int, along axis: Int) -> Tensor {
        precondition(
            shape.indices.contains(axis) && indices.count == shape[axis],
            "indices: expected one for each part along axis \(axis) of shape \(shape), got \(indices.count)")
        precondition(indices.allSatisfy { (0..<count).contains($0) }, "indices: expected each within 0..<\(count)")
        return Scatter(indices: indices, axis: axis, count: count)(self)
    }
}
