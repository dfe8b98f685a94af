import Glibc
import PDECore

extension BKWSolution {
    /// ‖f‖ in L2 at a time.
    package func norm(at time: Double) -> Double { squaredNorm(at: time).squareRoot() }

    /// ‖f̃ − f‖ in L2 at a time, with the kernel estimate f̃ = Σ w_i ψ(v − v_i) of particles and ψ the Gaussian of a variance ε: in closed
    /// form, without a mesh.
    ///
    /// It is the root of Σ w_i w_j ψ₂(v_i − v_j) − 2Σ w_i (f ∗ ψ)(v_i) + ‖f‖², where ψ₂ has the variance 2ε.
    package func kernelDensityError(of cloud: ParticleCloud, variance: Double, time: Double) -> Double {
        precondition(cloud.dimensions == dimensions, "cloud: expected \(dimensions) components")
        let d = Double(dimensions)
        let (k, p, q) = constants(at: time)
        let wide = k + variance
        let particles = (0..<cloud.count).filter { cloud.weight($0) > 0 }
        let velocities = particles.map { cloud.velocity($0) }
        var (pairs, cross) = (0.0, 0.0)
        var exponents = [Double](repeating: 0, count: particles.count)
        for i in particles.indices {
            for j in 0...i {
                var square = 0.0
                for axis in 0..<dimensions {
                    let z = velocities[i][axis] - velocities[j][axis]
                    square += z * z
                }
                exponents[j] = -square / (4 * variance)
            }
            exponents.withUnsafeMutableBufferPointer {
                Double.map(.exp, $0.baseAddress!, into: $0.baseAddress!, count: i + 1)
            }
            let weight = cloud.weight(particles[i])
            // Each pair once, and itself.
            for j in 0...i { pairs += (j < i ? 2 : 1) * weight * cloud.weight(particles[j]) * exponents[j] }
            let square = velocities[i].reduce(0) { $0 + $1 * $1 }
            // Given the sum of v and a number of variance ε, v is normal: mean vK/(K+ε), variance Kε/(K+ε).
            let mean = p + q * (k * k * square / (wide * wide) + d * k * variance / wide)
            cross += weight * exp(-square / (2 * wide)) * mean
        }
        pairs *= pow(4 * .pi * variance, -d / 2)
        cross *= pow(2 * .pi * wide, -d / 2)
        return max(0, pairs - 2 * cross + squaredNorm(at: time)).squareRoot()
    }

    private func squaredNorm(at time: Double) -> Double {
        let d = Double(dimensions)
        let (k, p, q) = constants(at: time)
        return pow(4 * .pi * k, -d / 2) * (p * p + p * q * d * k + q * q * d * (d + 2) * k * k / 4)
    }
}
