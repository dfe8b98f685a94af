import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func normalizeRows<Scalar: Real>(
        _ x: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>, epsilon: Double, statistics: Tensor<Scalar>,
        into y: Tensor<Scalar>
    ) {
        let (rows, columns) = (x.shape[0], x.shape[1])
        split(rows, chunk: max(1, Self.chunk / columns)) { range in
            let start = range.lowerBound * columns
            Scalar.normalizeRows(
                x.pointer + start, scale: scale.pointer, shift: shift.pointer,
                statistics: statistics.pointer + 2 * range.lowerBound, into: y.pointer + start, rows: range.count,
                columns: columns, epsilon: Scalar(epsilon))
        }
    }

    /// See `Backend`.
    public func normalizeRowsPullback<Scalar: Real>(
        _ g: Tensor<Scalar>, _ x: Tensor<Scalar>, scale: Tensor<Scalar>, statistics: Tensor<Scalar>
    ) -> (x: Tensor<Scalar>, scale: Tensor<Scalar>, shift: Tensor<Scalar>) {
        let (rows, columns) = (x.shape[0], x.shape[1])
        // The derivatives of scale and shift are summed over fixed groups of rows, and those in order.
        let group = max(1, max(Self.chunk / columns, (rows + 63) / 64))
        let groups = max(1, (rows + group - 1) / group)
        let (dx, parts) = (x.empty(x.shape), Tensor<Scalar>(repeating: 0, shape: [groups, 2, columns], on: self))
        forEach(groups, cost: group * columns * 8) { item, _ in
            let (first, sums) = (item * group, parts.pointer + 2 * item * columns)
            Scalar.normalizeRowsSlope(
                g.pointer + first * columns, x.pointer + first * columns, scale: scale.pointer,
                statistics: statistics.pointer + 2 * first, into: dx.pointer + first * columns, addingScale: sums,
                shift: sums + columns, rows: min(group, rows - first), columns: columns)
        }
        let total = x.empty([2, columns])
        sum(parts, outer: 1, count: groups, inner: 2 * columns, into: total)
        return (
            dx, Tensor(copying: total.pointer, shape: [columns], on: self),
            Tensor(copying: total.pointer + columns, shape: [columns], on: self)
        )
    }
}
