import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func map<Scalar: Real>(_ function: UnaryFunction, _ x: Tensor<Scalar>, into y: Tensor<Scalar>) {
        split(x.count, chunk: Self.chunk / 2) { range in
            Scalar.map(function, x.pointer + range.lowerBound, into: y.pointer + range.lowerBound, count: range.count)
        }
    }

    /// See `Backend`.
    public func slope<Scalar: Real>(
        of function: Activation, at z: Tensor<Scalar>, times g: Tensor<Scalar>, into y: Tensor<Scalar>
    ) {
        split(z.count, chunk: Self.chunk / 2) { range in
            let start = range.lowerBound
            Scalar.activationBackward(
                function, z.pointer + start, gradient: g.pointer + start, into: y.pointer + start, count: range.count)
        }
    }

    /// See `Backend`.
    public func scale<Scalar: Real>(
        _ x: Tensor<Scalar>, by factor: Scalar, plus summand: Scalar, into y: Tensor<Scalar>
    ) {
        split(x.count) { range in
            let (x, y) = (x.pointer + range.lowerBound, y.pointer + range.lowerBound)
            Scalar.affine(factor, x, plus: summand, into: y, count: range.count)
        }
    }

    /// See `Backend`.
    public func combine<Scalar: Real>(
        _ operation: BinaryOperation, _ a: Tensor<Scalar>, _ aBlock: RepeatedBlock, _ b: Tensor<Scalar>,
        _ bBlock: RepeatedBlock, into y: Tensor<Scalar>
    ) {
        let count = y.count
        let isWhole = (a: aBlock.count == count, b: bBlock.count == count)
        if isWhole.a && isWhole.b {
            split(count) { range in
                let start = range.lowerBound
                Scalar.combine(
                    operation, a.pointer + start, b.pointer + start, into: y.pointer + start, count: range.count)
            }
        } else if isWhole.a && bBlock.count == 1 {
            let value = b.pointer[0]
            split(count) { range in
                let start = range.lowerBound
                Scalar.combine(operation, a.pointer + start, value, into: y.pointer + start, count: range.count)
            }
        } else if isWhole.b && aBlock.count == 1 {
            let value = a.pointer[0]
            split(count) { range in
                let start = range.lowerBound
                Scalar.combine(operation, value, b.pointer + start, into: y.pointer + start, count: range.count)
            }
        } else if isWhole.a {
            repeating(operation, a, b, bBlock, reversed: false, into: y)
        } else if isWhole.b {
            repeating(operation, b, a, aBlock, reversed: true, into: y)
        } else {
            // Each repeats where the other does not: write one out, row by row of the other.
            let whole = Tensor<Scalar>(uninitialized: y.shape, on: self)
            expand(a, aBlock, into: whole)
            combine(operation, whole, RepeatedBlock(count: count, inner: 1), b, bBlock, into: y)
        }
    }

    private func expand<Scalar: Real>(_ a: Tensor<Scalar>, _ block: RepeatedBlock, into y: Tensor<Scalar>) {
        let outer = y.count / (block.count * block.inner)
        copy(
            a,
            StridedCopy(
                [outer, block.count, block.inner], from: [0, 1, 0], to: [block.count * block.inner, block.inner, 1]),
            into: y)
    }

    /// y ← x ∘ v with a v that repeats, or v ∘ x.
    private func repeating<Scalar: Real>(
        _ operation: BinaryOperation, _ x: Tensor<Scalar>, _ v: Tensor<Scalar>, _ block: RepeatedBlock, reversed: Bool,
        into y: Tensor<Scalar>
    ) {
        let rowLength = block.inner == 1 ? block.count : block.inner
        let rows = y.count / rowLength
        let rowsAtOnce = max(1, Self.chunk / rowLength)
        split(rows, chunk: rowsAtOnce) { range in
            let start = range.lowerBound * rowLength
            if block.inner == 1 {
                Scalar.combine(
                    operation, x.pointer + start, row: v.pointer, reversed: reversed, into: y.pointer + start,
                    rows: range.count, columns: rowLength)
            } else {
                for row in range {
                    let (x, y) = (x.pointer + row * rowLength, y.pointer + row * rowLength)
                    let value = v.pointer[row % block.count]
                    if reversed {
                        Scalar.combine(operation, value, x, into: y, count: rowLength)
                    } else {
                        Scalar.combine(operation, x, value, into: y, count: rowLength)
                    }
                }
            }
        }
    }

    /// See `Backend`.
    public func sum<Scalar: Real>(_ x: Tensor<Scalar>, outer: Int, count: Int, inner: Int, into y: Tensor<Scalar>) {
        if inner == 1 {
            // Long rows are cut into pieces, whose sums are added in order.
            let chunk = Self.chunk
            if count > chunk {
                for row in 0..<outer {
                    let start = x.pointer + row * count
                    y.pointer[row] = Scalar(
                        team.sum(count: count, chunk: chunk) { range in
                            Double(Scalar.sum(start + range.lowerBound, count: range.count))
                        })
                }
                return
            }
            split(outer, chunk: max(1, chunk / max(1, count))) { range in
                for row in range { y.pointer[row] = Scalar(Scalar.sum(x.pointer + row * count, count: count)) }
            }
            return
        }
        if outer == 1 || count * inner > 4 * Self.chunk {
            for block in 0..<outer {
                sumRows(x.pointer + block * count * inner, rows: count, columns: inner, into: y.pointer + block * inner)
            }
            return
        }
        split(outer, chunk: max(1, Self.chunk / (count * inner))) { range in
            for block in range {
                let sums = y.pointer + block * inner
                sums.update(repeating: 0, count: inner)
                Scalar.addColumnSums(x.pointer + block * count * inner, rows: count, columns: inner, into: sums)
            }
        }
    }

    /// The sum of all rows of a matrix: of fixed groups of rows first, then of those.
    private func sumRows<Scalar: Real>(
        _ x: UnsafeMutablePointer<Scalar>, rows: Int, columns: Int, into y: UnsafeMutablePointer<Scalar>
    ) {
        let group = max(16, 4 * Self.chunk / max(1, columns))
        let groups = (rows + group - 1) / group
        if groups <= 1 {
            y.update(repeating: 0, count: columns)
            return Scalar.addColumnSums(x, rows: rows, columns: columns, into: y)
        }
        let partial = Tensor<Scalar>(uninitialized: [groups, columns], on: self)
        team.forEach(0..<groups) { item, _ in
            let sums = partial.pointer + item * columns
            sums.update(repeating: 0, count: columns)
            let first = item * group
            Scalar.addColumnSums(x + first * columns, rows: min(group, rows - first), columns: columns, into: sums)
        }
        y.update(repeating: 0, count: columns)
        Scalar.addColumnSums(partial.pointer, rows: groups, columns: columns, into: y)
    }

    /// See `Backend`.
    public func maximum<Scalar: Real>(_ x: Tensor<Scalar>, outer: Int, count: Int, inner: Int, into y: Tensor<Scalar>) {
        split(outer, chunk: max(1, Self.chunk / max(1, count * inner))) { range in
            for block in range {
                let (x, y) = (x.pointer + block * count * inner, y.pointer + block * inner)
                if inner == 1 {
                    y[0] = Scalar.maximum(x, count: count)
                } else {
                    y.update(from: x, count: inner)
                    for row in 1..<max(1, count) {
                        Scalar.combine(.maximum, y, x + row * inner, into: y, count: inner)
                    }
                }
            }
        }
    }

    /// See `Backend`.
    public func maximumShare<Scalar: Real>(
        _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, of g: Tensor<Scalar>, outer: Int, count: Int, inner: Int,
        spreads: Bool, into z: Tensor<Scalar>
    ) {
        split(outer, chunk: max(1, Self.chunk / max(1, count * inner))) { range in
            let (whole, one) = (range.lowerBound * count * inner, range.lowerBound * inner)
            Scalar.maximumShare(
                x.pointer + whole, y.pointer + one, of: g.pointer + (spreads ? one : whole), outer: range.count,
                count: count, inner: inner, spreads: spreads, into: z.pointer + (spreads ? whole : one))
        }
    }
}
