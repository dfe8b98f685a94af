import PDECore
import PDESolvers

/// The linear map u = L⁻¹(v − m) to coordinates in which weighted particles have mean 0 and covariance 1, and what it makes of scores.
struct Whitening {
    private let dimensions: Int
    /// m, and the lower triangular L⁻¹ by rows.
    private var mean: [Double]
    private var inverse: [Double]
    private var moments: [Double]
    /// A Jacobian, and its product with L⁻¹.
    private var jacobian, product: [Double]

    /// The identity.
    init(dimensions: Int) {
        self.dimensions = dimensions
        mean = Array(repeating: 0, count: dimensions)
        inverse = (0..<dimensions * dimensions).map { $0 % (dimensions + 1) == 0 ? 1 : 0 }
        moments = inverse
        (jacobian, product) = (inverse, inverse)
    }

    /// The map of some particles. A covariance that is singular gives no numbers, which a checked step reports.
    mutating func take(_ particles: ParticleView) {
        let (d, stride, weights) = (dimensions, particles.stride, particles.weights)
        var mass = 0.0
        for i in 0..<particles.count { mass += weights[i] }
        for a in 0..<d {
            var sum = 0.0
            for i in 0..<particles.count { sum += weights[i] * particles.velocities[a * stride + i] }
            mean[a] = sum / mass
        }
        for a in 0..<d {
            for b in 0...a {
                var sum = 0.0
                for i in 0..<particles.count {
                    let (x, y) = (particles.velocities[a * stride + i], particles.velocities[b * stride + i])
                    sum += weights[i] * (x - mean[a]) * (y - mean[b])
                }
                moments[a * d + b] = sum / mass
            }
        }
        // Cholesky, and the inverse of the factor; not by LAPACK, on which the last bits would depend.
        for a in 0..<d {
            for b in 0...a {
                var rest = moments[a * d + b]
                for k in 0..<b { rest -= moments[a * d + k] * moments[b * d + k] }
                moments[a * d + b] = a == b ? rest.squareRoot() : rest / moments[b * d + b]
            }
        }
        for column in 0..<d {
            for row in column..<d {
                var rest = row == column ? 1.0 : 0
                for k in column..<row { rest -= moments[row * d + k] * inverse[k * d + column] }
                inverse[row * d + column] = rest / moments[row * d + row]
            }
        }
    }

    /// u of particles, [component][count].
    func apply(_ particles: ParticleView, into result: UnsafeMutablePointer<Float>) {
        let d = dimensions
        for i in 0..<particles.count {
            for a in 0..<d {
                var sum = 0.0
                for b in 0...a {
                    sum += inverse[a * d + b] * (particles.velocities[b * particles.stride + i] - mean[b])
                }
                result[a * particles.count + i] = Float(sum)
            }
        }
    }

    /// Scores L⁻ᵀŝ and Jacobians L⁻ᵀĴL⁻¹ of velocities from those of whitened ones; Jacobians in place.
    ///
    /// - Returns: the largest Frobenius norm of a Jacobian.
    mutating func restore(
        _ whitened: UnsafePointer<Float>, _ jacobians: UnsafeMutablePointer<Float>, count: Int,
        into scores: UnsafeMutablePointer<Double>, stride: Int
    ) -> Double {
        let d = dimensions
        var steepest = 0.0
        for i in 0..<count {
            for a in 0..<d {
                var sum = 0.0
                for b in a..<d { sum += inverse[b * d + a] * Double(whitened[b * count + i]) }
                scores[a * stride + i] = sum
                for b in 0..<d { jacobian[a * d + b] = Double(jacobians[(a * d + b) * count + i]) }
            }
            var square = 0.0
            for a in 0..<d {
                for b in 0..<d {
                    product[a * d + b] = (b..<d).reduce(0) { $0 + jacobian[a * d + $1] * inverse[$1 * d + b] }
                }
            }
            for a in 0..<d {
                for b in 0..<d {
                    let slope = (a..<d).reduce(0) { $0 + inverse[$1 * d + a] * product[$1 * d + b] }
                    jacobians[(a * d + b) * count + i] = Float(slope)
                    square += slope * slope
                }
            }
            steepest = max(steepest, square)
        }
        for a in 0..<d {
            for i in count..<stride { scores[a * stride + i] = 0 }
        }
        return steepest.squareRoot()
    }
}
