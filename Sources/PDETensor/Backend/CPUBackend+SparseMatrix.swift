import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func apply<Scalar: Real>(
        _ matrix: SparseMatrix, _ x: Tensor<Scalar>, outer: Int, inner: Int, into y: Tensor<Scalar>
    ) {
        let rows = matrix.rows.count
        let entries = matrix.rows.reduce(0) { $0 + $1.count }
        let blocksAtOnce = max(1, Self.chunk / max(1, (entries + rows) * inner))
        split(outer, chunk: blocksAtOnce) { range in
            for block in range {
                let (x, y) = (x.pointer + block * matrix.columns * inner, y.pointer + block * rows * inner)
                for (index, row) in matrix.rows.enumerated() {
                    let y = y + index * inner
                    guard let first = row.first else {
                        y.update(repeating: 0, count: inner)
                        continue
                    }
                    if first.weight == 1 {
                        y.update(from: x + first.column * inner, count: inner)
                    } else {
                        Scalar.affine(Scalar(first.weight), x + first.column * inner, plus: 0, into: y, count: inner)
                    }
                    for entry in row.dropFirst() {
                        Scalar.addScaled(Scalar(entry.weight), x + entry.column * inner, to: y, count: inner)
                    }
                }
            }
        }
    }
}
