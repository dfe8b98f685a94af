import Glibc
import PDECore

/// The posterior mean of weights w ~ N(0, I) from data g = A w + noise, as a map of the data that is factorised once: QR of A over σI.
///
/// Numerically this is far better than the covariance AAᵀ + σ²I or the normal equations, whose condition is the square of A's: amplitudes
/// are exact to A's condition times round-off.
package struct RidgeProjection {
    /// Data and weights.
    let rows, columns: Int
    /// σ with which it was made: what was asked for, or more where A was singular to round-off without.
    let noise: Double
    private let q: Matrix<Double>
    private let r: Matrix<Double>

    /// Below this part of A's size the noise cannot be told from round-off.
    static let leastNoise = 1e-13

    package init(_ a: Matrix<Double>, noise: Double) {
        (rows, columns) = (a.rows, a.columns)
        let size = a.storage.withUnsafeBufferPointer { $0.baseAddress.map { Double.nrm2(a.storage.count, $0) } ?? 0 }
        let noise = max(noise, Self.leastNoise * size, .leastNormalMagnitude)
        self.noise = noise
        var stacked = a.storage
        stacked.reserveCapacity((rows + columns) * columns)
        for i in 0..<columns {
            for j in 0..<columns { stacked.append(i == j ? noise : 0) }
        }
        var triangle = Matrix<Double>(rows: columns, columns: columns)
        var work = [Double](repeating: 0, count: Double.qrWorkspaceCount(columns))
        let (height, width) = (rows + columns, columns)
        if width > 0 {
            stacked.withUnsafeMutableBufferPointer { a in
                triangle.storage.withUnsafeMutableBufferPointer { r in
                    work.withUnsafeMutableBufferPointer { work in
                        Double.qr(
                            rows: height, columns: width, a: a.baseAddress!, aStride: width, r: r.baseAddress!,
                            work: work.baseAddress!)
                    }
                }
            }
        }
        stacked.removeLast(columns * columns)
        q = Matrix(rows: rows, columns: columns, storage: stacked)
        r = triangle
    }

    /// The weights of data in columns.
    package func weights(of data: Matrix<Double>) -> Matrix<Double> {
        var result = q.product(.transposed, with: data)
        solve(.plain, &result)
        return result
    }

    /// The weights of data.
    package func weights(of data: [Double]) -> [Double] {
        weights(of: Matrix(rows: data.count, columns: 1, storage: data)).storage
    }

    /// The standard deviations of Fw, [row of F], for noise of `deviation` where it was made for `noise`.
    package func deviations(of features: Matrix<Double>, noise deviation: Double) -> [Double] {
        guard columns > 0 else { return Array(repeating: 0, count: features.rows) }
        // cov w = σ² (RᵀR)⁻¹.
        var solved = features.transposed()
        solve(.transposed, &solved)
        var squares = [Double](repeating: 0, count: features.rows)
        for i in 0..<columns {
            for j in 0..<features.rows {
                let value = solved.storage[i &* features.rows &+ j]
                squares[j] += value * value
            }
        }
        return squares.map { deviation * $0.squareRoot() }
    }

    /// log det(AᵀA + σ²I).
    package var logDeterminant: Double { (0..<columns).reduce(0) { $0 + 2 * log(r[$1, $1]) } }

    /// The diagonal of (AᵀA + σ²I)⁻¹.
    package var inverseDiagonal: [Double] {
        var inverse = Matrix<Double>.identity(columns)
        solve(.plain, &inverse)
        return (0..<columns).map { inverse.row($0).reduce(0) { $0 + $1 * $1 } }
    }

    private func solve(_ orientation: MatrixOrientation, _ b: inout Matrix<Double>) {
        let (order, width, stride) = (columns, b.columns, b.rowStride)
        guard order > 0, width > 0 else { return }
        b.storage.withUnsafeMutableBufferPointer { b in
            r.storage.withUnsafeBufferPointer { r in
                Double.trsm(
                    .upper, orientation, unitDiagonal: false, order: order, columns: width, t: r.baseAddress!,
                    tStride: order, b: b.baseAddress!, bStride: stride)
            }
        }
    }
}
