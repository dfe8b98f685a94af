import PDECore

extension Matrix<Double> {
    /// The sum with a multiple of another matrix.
    func adding(_ other: Matrix, times factor: Double) -> Matrix {
        precondition(rows == other.rows && columns == other.columns, "adding: expected \(rows)×\(columns)")
        var sum = self
        sum.storage.withUnsafeMutableBufferPointer { target in
            other.storage.withUnsafeBufferPointer { source in
                guard let target = target.baseAddress, let source = source.baseAddress else { return }
                Double.axpy(rows * columns, alpha: factor, x: source, y: target)
            }
        }
        return sum
    }

    /// Adds a multiple of the product of two matrices.
    mutating func add(_ left: Matrix, _ right: Matrix, times factor: Double) {
        precondition(
            rows == left.rows && columns == right.columns && left.columns == right.rows,
            "add: expected factors of \(rows) rows and \(columns) columns")
        let (rows, columns, stride) = (rows, columns, rowStride)
        storage.withUnsafeMutableBufferPointer { target in
            guard let target = target.baseAddress else { return }
            Double.gemm(
                .plain, .plain, rows: rows, columns: columns, inner: left.columns, alpha: factor, a: left.storage,
                aStride: left.rowStride, b: right.storage, bStride: right.rowStride, beta: 1, c: target,
                cStride: stride)
        }
    }

    /// The matrix with a function of every entry.
    func map(_ function: (Double) -> Double) -> Matrix {
        Matrix(rows: rows, columns: columns, storage: storage.map(function))
    }

    /// The matrix with each row multiplied by a number.
    func scalingRows(by factors: [Double]) -> Matrix {
        var scaled = self
        scaled.storage.withUnsafeMutableBufferPointer { target in
            for i in 0..<rows {
                for j in 0..<columns { target[i &* columns &+ j] *= factors[i] }
            }
        }
        return scaled
    }
}
