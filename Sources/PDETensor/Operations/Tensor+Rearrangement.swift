import PDECore

extension Tensor {
    /// The same values under another shape.
    public func reshaped(_ shape: [Int]) -> Tensor {
        if shape == self.shape { return self }
        precondition(shape.product == count, "shape: \(shape) has \(shape.product) values, expected \(count)")
        return Reshape(shape: shape)(self)
    }

    /// The axes in another order: axis k of the result is axis `order[k]` of this tensor.
    public func permuted(_ order: [Int]) -> Tensor {
        precondition(order.sorted() == Array(0..<rank), "order: expected each of 0..<\(rank) once, got \(order)")
        return order == Array(0..<rank) ? self : Permute(order: order)(self)
    }

    /// Rows and columns exchanged: the last two axes.
    public var transposed: Tensor {
        precondition(rank >= 2, "transposed: expected 2 axes or more, got shape \(shape)")
        return permuted(Array(0..<rank - 2) + [rank - 1, rank - 2])
    }

    /// Values repeated along axes of length 1, and along new axes in front, until the shape is `shape`.
    public func expanded(to shape: [Int]) -> Tensor {
        if shape == self.shape { return self }
        precondition(
            self.shape.expands(to: shape), "shape: a tensor of shape \(self.shape) cannot be expanded to \(shape)")
        return Expand(shape: shape)(self)
    }

    /// Every `step`-th part along one axis.
    public func sliced(_ range: Range<Int>, step: Int = 1, along axis: Int) -> Tensor {
        precondition(shape.indices.contains(axis), "axis: expected one of \(shape.indices), got \(axis)")
        precondition(
            range.lowerBound >= 0 && range.upperBound <= shape[axis] && step >= 1,
            "range: expected one within 0..<\(shape[axis]), got \(range) with step \(step)")
        var (starts, extents, steps) = (shape.map { _ in 0 }, shape, shape.map { _ in 1 })
        starts[axis] = range.lowerBound
        extents[axis] = (range.count + step - 1) / step
        steps[axis] = step
        if extents == shape { return self }
        return Slice(starts: starts, extents: extents, steps: steps)(self)
    }

    /// The part at one position of an axis, without that axis.
    public func part(_ index: Int, along axis: Int) -> Tensor {
        var shape = shape
        shape.remove(at: axis)
        return sliced(index..<index + 1, along: axis).reshaped(shape)
    }

    /// The tensor with `before` and `after` more values along one axis.
    public func padded(_ before: Int, _ after: Int, along axis: Int, with padding: Padding = .zero) -> Tensor {
        precondition(shape.indices.contains(axis), "axis: expected one of \(shape.indices), got \(axis)")
        precondition(before >= 0 && after >= 0, "before, after: expected 0 or more, got \(before) and \(after)")
        if before == 0 && after == 0 { return self }
        let length = shape[axis]
        switch padding {
        case .zero:
            var (starts, whole) = (shape.map { _ in 0 }, shape)
            starts[axis] = before
            whole[axis] += before + after
            return Embed(slice: Slice(starts: starts, extents: shape, steps: shape.map { _ in 1 }), shape: whole)(self)
        case .periodic:
            precondition(
                before <= length && after <= length,
                "before, after: a period has \(length) values, got \(before) and \(after)")
            let parts = [
                before > 0 ? sliced(length - before..<length, along: axis) : nil, self,
                after > 0 ? sliced(0..<after, along: axis) : nil,
            ]
            return .concatenated(parts.compactMap { $0 }, along: axis)
        case .replicate:
            func repeated(_ index: Int, _ times: Int) -> Tensor? {
                guard times > 0 else { return nil }
                var shape = shape
                shape[axis] = times
                return sliced(index..<index + 1, along: axis).expanded(to: shape)
            }
            return .concatenated(
                [repeated(0, before), self, repeated(length - 1, after)].compactMap { $0 }, along: axis)
        }
    }

    /// Tensors joined along an axis; their other axes must agree.
    public static func concatenated(_ parts: [Tensor], along axis: Int) -> Tensor {
        precondition(!parts.isEmpty, "parts: expected at least one")
        if parts.count == 1 { return parts[0] }
        for part in parts {
            var shape = part.shape
            if shape.indices.contains(axis) { shape[axis] = parts[0].shape[axis] }
            precondition(shape == parts[0].shape, "parts: shapes \(parts.map(\.shape)) differ beside axis \(axis)")
        }
        return Concatenate(axis: axis).apply(parts)
    }

    /// Tensors of one shape side by side along a new axis.
    public static func stacked(_ parts: [Tensor], along axis: Int = 0) -> Tensor {
        .concatenated(
            parts.map { part in
                var shape = part.shape
                shape.insert(1, at: axis)
                return part.reshaped(shape)
            }, along: axis)
    }

    /// The tensor shifted by `steps` along a periodic axis: what was at i is at i + `steps`.
    public func rolled(_ steps: Int, along axis: Int) -> Tensor {
        let length = shape[axis]
        let shift = ((steps % length) + length) % length
        if shift == 0 { return self }
        return .concatenated(
            [sliced(length - shift..<length, along: axis), sliced(0..<length - shift, along: axis)], along: axis)
    }
}

extension [Int] {
    /// Whether an array of this shape can be repeated until it has another one.
    func expands(to shape: [Int]) -> Bool {
        count <= shape.count && zip(reversed(), shape.reversed()).allSatisfy { $0 == $1 || $0 == 1 }
    }

    /// The shape that arrays of two shapes are repeated to when they are combined, or nil when they do not fit.
    static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
        let rank = Swift.max(a.count, b.count)
        let a = Array(repeating: 1, count: rank - a.count) + a
        let b = Array(repeating: 1, count: rank - b.count) + b
        var shape: [Int] = []
        for (m, n) in zip(a, b) {
            guard m == n || m == 1 || n == 1 else { return nil }
            shape.append(m == 1 ? n : m)
        }
        return shape
    }
}
