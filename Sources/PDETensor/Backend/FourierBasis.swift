import Glibc
import PDECore

/// The matrices of a truncated transform.
final class FourierBasis<Scalar: Real>: Sendable {
    let transform: TruncatedTransform
    /// Last axis, [part, k][j]: cos θ and −sin θ.
    let real: AlignedBuffer<Scalar>
    /// The same with the weights that make its transpose the inverse of the whole transform: 1/N for modes that are their own
    /// conjugates, 2/N for those that stand for two.
    let weightedReal: AlignedBuffer<Scalar>
    /// The other axes, [part out, k][j, part in]: a product with e^{−iθ} on pairs of real numbers.
    let complex: [AlignedBuffer<Scalar>]

    init(_ transform: TruncatedTransform) {
        self.transform = transform
        let last = transform.grid.count - 1
        let (n, m) = (transform.grid[last], transform.modes[last])
        real = AlignedBuffer(count: 2 * m * n)
        weightedReal = AlignedBuffer(count: 2 * m * n)
        for k in 0..<m {
            let weight = (k == 0 || 2 * k == n ? 1.0 : 2.0) / Double(transform.points)
            for j in 0..<n {
                let (cosine, sine) = Self.point(k * j, of: n)
                real.pointer[k * n + j] = Scalar(cosine)
                real.pointer[(m + k) * n + j] = Scalar(-sine)
                weightedReal.pointer[k * n + j] = Scalar(cosine * weight)
                weightedReal.pointer[(m + k) * n + j] = Scalar(-sine * weight)
            }
        }
        complex = (0..<last).map { axis in
            let (n, m) = (transform.grid[axis], transform.modes[axis])
            let matrix = AlignedBuffer<Scalar>(count: 4 * m * 2 * n)
            for row in 0..<2 * m {
                let k = row < m ? row : n + row - 2 * m
                for j in 0..<n {
                    let (cosine, sine) = Self.point(k * j, of: n)
                    let (re, im) = (matrix.pointer + row * 2 * n, matrix.pointer + (2 * m + row) * 2 * n)
                    re[2 * j] = Scalar(cosine)
                    re[2 * j + 1] = Scalar(sine)
                    im[2 * j] = Scalar(-sine)
                    im[2 * j + 1] = Scalar(cosine)
                }
            }
            return matrix
        }
    }

    /// Cosine and sine of 2π · `index` / `count`.
    private static func point(_ index: Int, of count: Int) -> (Double, Double) {
        let angle = 2 * Double.pi * Double(index % count) / Double(count)
        return (cos(angle), sin(angle))
    }

    /// Values of workspace that a transform of one sample with `channels` channels needs, twice.
    func workspace(channels: Int) -> Int {
        var (outer, inner, most) = (transform.points / transform.grid.last!, transform.modes.last! * channels, 0)
        most = outer * 2 * inner
        for axis in (0..<transform.grid.count - 1).reversed() {
            outer /= transform.grid[axis]
            inner *= 2 * transform.modes[axis]
            most = max(most, outer * 2 * inner)
        }
        return most
    }
}
