import Glibc
import PDECore

/// The marginal likelihood of second derivatives along an axis under a prior of waves, with the waves' weights integrated out, and its
/// exact gradient.
///
/// With A the features of unit deviation, S their variances, n data y and noise σ², by one QR factorisation A = QR of the data's size and
/// then in the size of the features alone: log det(A S Aᵀ + σ²I) = log det(B ᵀB + σ²I) + (n − r) log σ² and
/// yᵀ(A S Aᵀ + σ²I)⁻¹y = min_w |y − Bw|²/σ² + |w|², B = R √S. The derivatives by log Sₖ are ½(γₖ − wₖ²), where
/// γₖ = 1 − σ²[(BᵀB + σ²I)⁻¹]ₖₖ (D. J. C. MacKay, "Bayesian interpolation", Neural Computation 4, 1992, eq. 4.10).
package struct WaveEvidence {
    /// The hyperparameters that are learned, as free numbers: log ℓ, log of the amplification, log of the noise.
    package struct Point: Equatable {
        package var logarithms: SIMD3<Double>

        package init(_ prior: WavePrior) {
            logarithms = SIMD3(log(prior.lengthScale), log(prior.amplification), log(prior.noise))
        }

        package init(logarithms: SIMD3<Double>) { self.logarithms = logarithms }

        package func prior(like other: WavePrior) -> WavePrior {
            var prior = other
            prior.lengthScale = exp(logarithms[0])
            prior.amplification = exp(logarithms[1])
            prior.noise = exp(logarithms[2])
            return prior
        }
    }

    /// How far ℓ may move from where the lines were laid, as a factor.
    static let margin = 1.5

    /// One line of a wave.
    private struct Line {
        let wave: Wave
        let offset: Double
        /// Times the density: what the equispaced sum weighs it with.
        let weight: Double
    }

    private let like: WavePrior
    private let length: Double
    /// One entry for each feature.
    private let lines: [Line]
    private let triangle: Matrix<Double>
    private let projected: [Double]
    private let outside: Double
    /// Data.
    let count: Int
    private let size: Double

    /// - Parameters:
    ///   - data: second derivatives at uniform points, both ends included.
    ///   - waves: those that they have.
    /// - Returns: nil for fewer data than features.
    package init?(_ data: [Double], waves: [Wave], _ prior: WavePrior, length: Double) throws(LinearAlgebraError) {
        (like, self.length, count, size) = (prior, length, data.count, rootMeanSquare(data))
        let limit = Double.pi * Double(data.count - 1) / length
        // Lines that serve every length scale within the margin: their spacing the longest, their extent the shortest.
        let (envelope, scale) = (prior.envelope, prior.lengthScale * length)
        let spacing = 2 * Double.pi / (length + envelope.profileReach * scale * Self.margin)
        let reach = Int((envelope.profileBandwidth / scale * Self.margin / spacing).rounded(.up))
        var lines: [Line] = []
        var places: [(wave: Int, line: Int, frequency: Double)] = []
        for (number, wave) in waves.enumerated() {
            for k in (wave.frequency == 0 ? 0...reach : -reach...reach) {
                let frequency = abs(wave.frequency + Double(k) * spacing)
                guard frequency > 0, frequency <= limit else { continue }
                places.append((number, k, frequency))
                let weight = spacing * (wave.frequency == 0 && k > 0 ? 2 : 1)
                lines += Array(repeating: Line(wave: wave, offset: Double(k) * spacing, weight: weight), count: 2)
            }
        }
        guard lines.count <= data.count, size > 0 else { return nil }
        self.lines = lines
        var features = Matrix<Double>(rows: data.count, columns: lines.count)
        var phases = LinePhases(waves.map(\.frequency), spacing: spacing, most: reach)
        for i in 0..<data.count {
            phases.move(to: length * Double(i) / Double(data.count - 1) - length / 2)
            for (k, place) in places.enumerated() {
                let value = -place.frequency * place.frequency * phases.phase(wave: place.wave, line: place.line)
                features.storage[i * lines.count + 2 * k] = value.x
                features.storage[i * lines.count + 2 * k + 1] = value.y
            }
        }
        let qr = try QRFactorization(features)
        triangle = qr.r
        projected = qr.q.product(.transposed, with: data)
        let rest = zip(data, qr.q * projected).map { $0 - $1 }
        outside = rest.reduce(0) { $0 + $1 * $1 }
    }

    /// As above, of the waves that a solver sees in the data.
    init?(of data: [Double], _ solver: GaussianProcessSolver, length: Double) throws {
        let waves = LineProcess(solver, curvature: data, length: length).waves
        try self.init(data, waves: waves, solver.prior, length: length)
    }

    /// − log p(y), and its derivatives by the hyperparameters.
    package func negativeLogLikelihood(at point: Point) -> (value: Double, gradient: SIMD3<Double>) {
        let prior = point.prior(like: like)
        let (r, scale) = (lines.count, prior.lengthScale * length)
        let deviation = prior.noise * size
        let variance = deviation * deviation
        let roots = lines.map { line in
            prior.deviation(of: line.wave, on: length)
                * (line.weight * scale * prior.envelope.profileDensity(at: line.offset * scale)).squareRoot()
        }
        let scaled = Matrix(rows: r, columns: r) { $1 >= $0 ? triangle[$0, $1] * roots[$1] : 0 }
        let fit = RidgeProjection(scaled, noise: deviation)
        let weights = fit.weights(of: projected)
        let misfit = zip(projected, scaled * weights).reduce(outside) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let penalty = weights.reduce(0) { $0 + $1 * $1 }
        let inverse = fit.inverseDiagonal
        let n = Double(count)
        var value = misfit / variance + penalty + fit.logDeterminant + (n - Double(r)) * log(variance)
        value += n * log(2 * Double.pi)
        var gradient = SIMD3<Double>()
        for (k, line) in lines.enumerated() {
            let slope = (1 - variance * inverse[k] - weights[k] * weights[k]) / 2
            let isSlow = line.wave.frequency * scale < 1
            gradient[0] += slope * (1 + prior.envelope.profileDensitySlope(at: line.offset * scale) + (isSlow ? 4 : 0))
            gradient[1] += 2 * slope
        }
        gradient[2] = n - Double(r) + variance * inverse.reduce(0, +) - misfit / variance
        return (value / 2, gradient)
    }
}

extension [WaveEvidence] {
    /// − log p a value, all data together, and its derivatives by the hyperparameters; the same bits for any number of threads.
    func negativeLogLikelihood(
        at point: WaveEvidence.Point, _ team: ThreadTeam
    ) -> (value: Double, gradient: SIMD3<Double>) {
        let all = Double(reduce(0) { $0 + $1.count })
        return team.map(self) { $0.negativeLogLikelihood(at: point) }.reduce((0, SIMD3())) { sum, own in
            (sum.0 + own.value / all, sum.1 + own.gradient / all)
        }
    }
}
