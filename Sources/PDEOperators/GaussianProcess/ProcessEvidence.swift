import Glibc
import PDECore

/// The marginal likelihood of pairs under a Gaussian process over functions, and its gradient by the process's hyperparameters.
///
/// With A = φ(|(z − z′)/ℓ|) + noise · I of N inputs and targets R of M outputs that share it, each with the covariance σ²A where σ²
/// takes the value q = tr(RᵀA⁻¹R)/NM that fits best, the negative logarithm a value is ½ (log 2πq + 1 + log |A| / N)
/// (C. E. Rasmussen & C. K. I. Williams, 2006, equations 5.8 and 5.9). The hyperparameters are log ℓ for each feature and log noise.
///
/// The same bits for any number of threads; an evaluation allocates nothing but what sharing a loop takes.
package final class ProcessEvidence {
    /// Less noise than this no kernel bears: its Cholesky factors are lost in round-off.
    static let leastNoise = 1e-16
    /// The most pairs that hyperparameters are learned from: what more of them would change is small, what they cost is not.
    static let mostPairs = 1000

    /// Numbers of `gradient`: a length scale for each feature, and the noise.
    var count: Int { features.columns + 1 }
    private let features, targets: Matrix<Double>
    private let outputs: Double
    private let radius: RadialProfile
    private let team: ThreadTeam
    /// A and then its factor; A⁻¹ and then the derivative by A; φ′(r)/r.
    private let factor, inverse, slopes: AlignedBuffer<Double>
    private let scaled, product, weights, sums: AlignedBuffer<Double>
    /// Rows that are one item of a loop.
    private static let block = 64

    /// - Parameters:
    ///   - features: z, [pairs][features].
    ///   - targets: R, [pairs][outputs], or fewer columns with the same RRᵀ.
    ///   - outputs: M.
    package init(
        _ features: Matrix<Double>, _ targets: Matrix<Double>, outputs: Int, _ radius: RadialProfile, _ team: ThreadTeam
    ) {
        (self.features, self.targets, self.outputs) = (features, targets, Double(outputs))
        (self.radius, self.team) = (radius, team)
        let (n, p) = (features.rows, features.columns)
        (factor, inverse, slopes) = (
            AlignedBuffer(count: n * n), AlignedBuffer(count: n * n), AlignedBuffer(count: n * n)
        )
        (scaled, product) = (AlignedBuffer(count: n * p), AlignedBuffer(count: n * p))
        weights = AlignedBuffer(count: n * targets.columns)
        sums = AlignedBuffer(count: ((n + Self.block - 1) / Self.block) * (p + 1))
    }

    /// The noise that a hyperparameter stands for.
    package static func noise(_ parameter: Double) -> Double { leastNoise + exp(parameter) }

    private func forEachBlock(_ body: (_ block: Int, _ rows: Range<Int>) -> Void) {
        let n = features.rows
        team.forEach(0..<(n + Self.block - 1) / Self.block) { block, _ in
            body(block, block * Self.block..<min(n, (block + 1) * Self.block))
        }
    }

    /// The negative logarithm a value, and its gradient; NaN where the covariance is singular to round-off.
    package func negativeLogarithm(_ parameters: UnsafePointer<Double>, _ gradient: UnsafeMutablePointer<Double>)
        -> Double
    {
        let (n, p, r) = (features.rows, features.columns, targets.columns)
        let (a, inverse, slopes, z) = (factor.pointer, inverse.pointer, slopes.pointer, scaled.pointer)
        let noise = Self.noise(parameters[p])
        features.storage.withUnsafeBufferPointer { features in
            for i in 0..<n * p { z[i] = features[i] * exp(-parameters[i % p]) }
        }
        forEachBlock { _, rows in
            let first = rows.lowerBound
            radius.values(
                z + first * p, rows: rows.count, z, columns: n, features: p, into: a + first * n,
                slopes: slopes + first * n)
            (inverse + first * n).update(repeating: 0, count: rows.count * n)
            for row in rows { (a[row * n + row], inverse[row * n + row]) = (a[row * n + row] + noise, 1) }
        }
        guard Double.potrf(n, a: a, aStride: n) == 0 else { return .nan }
        forEachBlock { _, columns in
            Double.potrs(
                n, columns: columns.count, l: a, lStride: n, b: inverse + columns.lowerBound, bStride: n)
        }
        let (weights, product, sums) = (weights.pointer, product.pointer, sums.pointer)
        return targets.storage.withUnsafeBufferPointer { targets in
            let targets = targets.baseAddress!
            forEachBlock { _, rows in
                Double.gemm(
                    .plain, .plain, rows: rows.count, columns: r, inner: n, alpha: 1, a: inverse + rows.lowerBound * n,
                    aStride: n, b: targets, bStride: r, beta: 0, c: weights + rows.lowerBound * r, cStride: r)
            }
            let values = Double(n) * outputs
            let variance = Double.dot(n * r, targets, weights) / values
            forEachBlock { block, rows in
                let (first, count) = (rows.lowerBound, rows.count)
                let (own, sums) = (inverse + first * n, sums + block * (p + 1))
                Double.gemm(
                    .plain, .transposed, rows: count, columns: n, inner: r, alpha: -0.5 / (variance * values),
                    a: weights + first * r, aStride: r, b: weights, bStride: r, beta: 0.5 / Double(n), c: own,
                    cStride: n)
                sums[p] = rows.reduce(0) { $0 + inverse[$1 * n + $1] }
                for i in 0..<count * n { own[i] *= slopes[first * n + i] }
                Double.gemm(
                    .plain, .plain, rows: count, columns: p, inner: n, alpha: 1, a: own, aStride: n, b: z, bStride: p,
                    beta: 0, c: product + first * p, cStride: p)
                for j in 0..<p { sums[j] = 0 }
                for row in rows {
                    let sum = (0..<n).reduce(0) { $0 + inverse[row * n + $1] }
                    for j in 0..<p { sums[j] -= 2 * z[row * p + j] * (sum * z[row * p + j] - product[row * p + j]) }
                }
            }
            for j in 0...p {
                gradient[j] = stride(from: j, to: self.sums.count, by: p + 1).reduce(0) { $0 + sums[$1] }
            }
            gradient[p] *= exp(parameters[p])
            let determinant = (0..<n).reduce(0) { $0 + 2 * log(a[$1 * n + $1]) }
            return 0.5 * (log(2 * Double.pi * variance) + 1 + determinant / Double(n))
        }
    }
}

extension ProcessEvidence {
    /// Hyperparameters of the largest marginal likelihood: first on few pairs, then from there on more.
    ///
    /// - Parameter targets: RRᵀ, [pairs][pairs].
    /// - Returns: length scales and noise; nil after `shouldStop`.
    static func learn(
        _ features: Matrix<Double>, products targets: Matrix<Double>, outputs: Int, _ radius: RadialProfile,
        _ team: ThreadTeam, _ shouldStop: () -> Bool
    ) -> (lengthScales: [Double], noise: Double)? {
        struct Stopped: Error {}
        let n = features.rows
        var parameters = [Double](repeating: log(radius.lengthScale), count: features.columns) + [log(1e-4)]
        for (most, iterations) in [(mostPairs / 4, 40), (mostPairs, 25)] where most == mostPairs || most < n {
            let count = min(most, n)
            if count > mostPairs / 4 { parameters = beginningAgain(parameters, radius) }
            let places = (0..<count).map { $0 * n / count }
            let evidence = ProcessEvidence(
                Matrix(rows: count, columns: features.columns) { features.storage[places[$0] * features.columns + $1] },
                factor(of: Matrix(rows: count, columns: count) { targets.storage[places[$0] * n + places[$1]] }),
                outputs: outputs, radius, team)
            let search = LimitedMemoryBFGS(count: parameters.count)
            do {
                let limits = LimitedMemoryBFGS.Limits(
                    iterations: iterations, gradient: 1e-6, decrease: 1e-6, longestStep: 2)
                _ = try search.minimize(&parameters, limits) { parameters, gradient in
                    if shouldStop() { throw Stopped() }
                    return evidence.negativeLogarithm(parameters, gradient)
                }
            } catch { return nil }
        }
        return (parameters.dropLast().map { exp($0) }, noise(parameters[features.columns]))
    }

    /// Where more pairs go on from: few of them take for noise what they cannot tell apart, and let length scales grow until nothing
    /// depends on them, from where no gradient leads back.
    private static func beginningAgain(_ parameters: [Double], _ radius: RadialProfile) -> [Double] {
        parameters.dropLast().map { min($0, log(30 * radius.lengthScale)) } + [
            parameters[parameters.count - 1] + log(0.01)
        ]
    }

    /// Columns R with RRᵀ equal to a matrix up to 10⁻⁹ of its trace, by Cholesky's factorisation with pivots.
    private static func factor(of matrix: Matrix<Double>) -> Matrix<Double> {
        let n = matrix.rows
        var rest = (0..<n).map { matrix[$0, $0] }
        let enough = 1e-9 * rest.reduce(0, +)
        var columns: [[Double]] = []
        while columns.count < n, rest.reduce(0, +) > enough || columns.isEmpty {
            let pivot = rest.indices.max { rest[$0] < rest[$1] }!
            guard rest[pivot] > 0 else { break }
            let root = rest[pivot].squareRoot()
            var column = matrix.row(pivot)
            for other in columns { for i in 0..<n { column[i] -= other[pivot] * other[i] } }
            for i in 0..<n {
                column[i] /= root
                rest[i] = max(0, rest[i] - column[i] * column[i])
            }
            rest[pivot] = 0
            columns.append(column)
        }
        return Matrix(rows: n, columns: columns.count) { columns[$1][$0] }
    }
}
