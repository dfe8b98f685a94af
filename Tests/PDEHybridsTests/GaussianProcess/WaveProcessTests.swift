import Foundation
import PDECore
import PDEHybrids
import Testing

/// The process in the space of weights against the same process by dense covariances.
@Suite struct WaveProcessTests {
    static let length = 2.0
    static let waves = [Wave(frequency: 9, curvature: 81), Wave(frequency: 0, curvature: 3)]
    static let prior = WavePrior(lengthScale: 0.5, noise: 1e-2)
    static let points = (0..<24).map { length * Double($0) / 23 }
    static let data = points.map { -81 * sin(9 * $0) + 2 * cos($0) }

    /// The kernel of the same process.
    static var kernel: GaussianMixtureKernel {
        GaussianMixtureKernel(
            waves.map { wave in
                let deviation = prior.deviation(of: wave, on: length)
                return .init(weight: deviation * deviation, lengthScale: 0.5 * length, frequency: wave.frequency)
            })
    }

    static func features() -> WaveFeatures { WaveFeatures(waves, prior, length: length, limit: .infinity) }

    @Test func `the features' products are the kernel and its derivatives`() {
        let values = Self.features().values(at: Self.points, upTo: 2)
        for (i, x) in Self.points.enumerated() {
            for (j, y) in Self.points.enumerated() {
                let k = Self.kernel.derivatives(at: x - y)
                func product(_ a: Int, _ b: Int) -> Double {
                    zip(values[a].row(i), values[b].row(j)).reduce(0) { $0 + $1.0 * $1.1 }
                }
                #expect(abs(product(0, 0) - k[0]) < 1e-7 * Self.kernel.variance)
                #expect(abs(product(1, 2) - k[3]) < 1e-6 * 729 * Self.kernel.variance)
                #expect(abs(product(2, 2) - k[4]) < 1e-6 * 6561 * Self.kernel.variance)
            }
        }
    }

    @Test func `mean and variance are those of the dense covariance`() throws {
        let (points, kernel) = (Self.points, Self.kernel)
        let n = points.count
        let noise = 0.3
        let conditions = SideConditions(start: .value, end: .value, length: Self.length)
        let parts = conditions.satisfied(by: Self.features(), at: points, upTo: 2)
        let projection = RidgeProjection(parts[2], noise: noise)
        let mean = parts[0] * projection.weights(of: Self.data)
        let deviations = projection.deviations(of: parts[0], noise: noise)
        // Conditioned on the ends by straight lines: k⁰ = (1 − P) k (1 − P)ᵀ.
        func line(_ x: Double) -> [(weight: Double, place: Double)] {
            [(1, x), (x / Self.length - 1, 0), (-x / Self.length, Self.length)]
        }
        let cross = Matrix<Double>(rows: n, columns: n) { i, j in
            line(points[i]).reduce(0) { $0 + $1.weight * kernel.derivatives(at: $1.place - points[j])[2] }
        }
        let factors = try CholeskyFactorization(
            Matrix(rows: n, columns: n) { i, j in
                kernel.derivatives(at: points[i] - points[j])[4] + (i == j ? noise * noise : 0)
            })
        let denseMean = cross * factors.solve(Self.data)
        let explained = factors.solve(cross.transposed())
        let largest = denseMean.map { abs($0) }.max()!
        for i in 0..<n {
            #expect(abs(mean[i] - denseMean[i]) < 1e-6 * largest)
            let own = line(points[i])
            let before = own.reduce(0.0) { sum, a in
                own.reduce(sum) { $0 + a.weight * $1.weight * kernel.value(at: a.place - $1.place) }
            }
            let variance = before - (0..<n).reduce(0) { $0 + cross[i, $1] * explained[$1, i] }
            #expect(abs(deviations[i] * deviations[i] - variance) < 1e-6 * kernel.variance)
        }
    }

    @Test func `the marginal likelihood is the dense one, and its gradient its slope`() throws {
        let evidence = try #require(
            try WaveEvidence(Self.denser, waves: Self.waves, Self.prior, length: Self.length))
        var point = WaveEvidence.Point(Self.prior)
        for shift in [SIMD3(0.0, 0, 0), SIMD3(0.2, -0.3, 0.5), SIMD3(-0.25, 0.1, -0.2)] {
            point = WaveEvidence.Point(logarithms: WaveEvidence.Point(Self.prior).logarithms + shift)
            let (value, gradient) = evidence.negativeLogLikelihood(at: point)
            let prior = point.prior(like: Self.prior)
            let kernel = GaussianMixtureKernel(
                Self.waves.map { wave in
                    let deviation = prior.deviation(of: wave, on: Self.length)
                    return .init(
                        weight: deviation * deviation, lengthScale: prior.lengthScale * Self.length,
                        frequency: wave.frequency)
                })
            let n = Self.denser.count
            let size = (Self.denser.reduce(0) { $0 + $1 * $1 } / Double(n)).squareRoot()
            let covariance = (0..<n).map { kernel.derivatives(at: Self.length * Double($0) / Double(n - 1))[4] }
            let factors = try CholeskyFactorization(
                Matrix(rows: n, columns: n) { covariance[abs($0 - $1)] + ($0 == $1 ? pow(prior.noise * size, 2) : 0) })
            let form = zip(Self.denser, factors.solve(Self.denser)).reduce(0) { $0 + $1.0 * $1.1 }
            let dense = (form + factors.logDeterminant + Double(n) * log(2 * Double.pi)) / 2
            #expect(abs(value - dense) < 1e-4 * abs(dense))
            for place in 0..<3 {
                func moved(_ step: Double) -> Double {
                    var other = point
                    other.logarithms[place] += step
                    return evidence.negativeLogLikelihood(at: other).value
                }
                let h = 1e-3
                let slope = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
                #expect(
                    abs(gradient[place] - slope) < 1e-7 * max(1, abs(slope)), "\(place): \(gradient[place]) \(slope)")
            }
        }
    }

    static let denser = (0..<161).map { i in
        let x = length * Double(i) / 160
        return -81 * sin(9 * x) * (1 + 0.2 * x) + 2 * cos(x) + 0.7 * sin(1e3 * Double(i * i))
    }
}
