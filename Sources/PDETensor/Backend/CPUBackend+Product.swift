import PDECore

extension CPUBackend {
    /// See `Backend`.
    public func multiply<Scalar: Real>(
        _ product: MatrixProduct, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, into c: Tensor<Scalar>
    ) {
        let (m, n, k) = (product.rows, product.columns, product.inner)
        if m * n * product.batch == 0 { return }
        if k == 0 { return c.pointer.update(repeating: 0, count: c.count) }
        // Pieces of about a million multiplications, cut by rows; a tall inner product is cut along its sum.
        let rowsAtOnce = max(8, min(m, (1 << 20) / max(1, n * k)))
        if product.batch == 1, m * n <= 1 << 16, k > 4096, k > 4 * max(m, n) {
            return multiplyLong(product, a, b, into: c)
        }
        let blocks = (m + rowsAtOnce - 1) / rowsAtOnce
        let aStride = product.transposesA ? m : k
        let bStride = product.transposesB ? k : n
        forEach(product.batch * blocks, cost: rowsAtOnce * n * k / 16) { item, _ in
            let (matrix, first) = (item / blocks, item % blocks * rowsAtOnce)
            let a = a.pointer + (product.sharesA ? 0 : matrix * m * k)
            let b = b.pointer + (product.sharesB ? 0 : matrix * k * n)
            Scalar.gemm(
                product.transposesA ? .transposed : .plain, product.transposesB ? .transposed : .plain,
                rows: min(rowsAtOnce, m - first), columns: n, inner: k, alpha: 1,
                a: a + first * (product.transposesA ? 1 : k), aStride: aStride, b: b, bStride: bStride, beta: 0,
                c: c.pointer + (matrix * m + first) * n, cStride: n)
        }
    }

    /// A small matrix that is a sum over many: fixed groups of terms first, then their sum in order.
    private func multiplyLong<Scalar: Real>(
        _ product: MatrixProduct, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>, into c: Tensor<Scalar>
    ) {
        let (m, n, k) = (product.rows, product.columns, product.inner)
        let group = 2048
        let groups = (k + group - 1) / group
        let partial = Tensor<Scalar>(uninitialized: [groups, m, n], on: self)
        forEach(groups, cost: m * n * group) { item, _ in
            let first = item * group
            Scalar.gemm(
                product.transposesA ? .transposed : .plain, product.transposesB ? .transposed : .plain, rows: m,
                columns: n, inner: min(group, k - first), alpha: 1,
                a: a.pointer + first * (product.transposesA ? m : 1), aStride: product.transposesA ? m : k,
                b: b.pointer + first * (product.transposesB ? 1 : n), bStride: product.transposesB ? k : n, beta: 0,
                c: partial.pointer + item * m * n, cStride: n)
        }
        sum(partial, outer: 1, count: groups, inner: m * n, into: c)
    }
}
