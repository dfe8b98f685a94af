import PDECore

/// The divergence of the velocity at which particles are carried along for Maxwell molecules, in O(N).
///
/// With U(v) = −Σ_j w_j A(v − v_j)(s(v) − s_j) the density along a trajectory obeys ∂ log f/∂t = −∇·U. By ∇·A = −(d−1)Cz and with
/// x = v and y = s relative to their means, J = ∇s, W = Σw, M = Σwxxᵀ, E = tr M and t = Σwx·y,
///
///     ∇·U = C[(d−1)(Wx·y + t) − (W|x|² + E) tr J + Wx·Jx + M:J].
package final class TransportDivergence {
    private let dimensions: Int
    /// Of velocities and scores, and M.
    private var means, meanScores, moments: [Double]

    /// A workspace for velocities of so many components.
    package init(dimensions: Int) {
        self.dimensions = dimensions
        means = Array(repeating: 0, count: dimensions)
        meanScores = means
        moments = Array(repeating: 0, count: dimensions * dimensions)
    }

    /// Finds ∇·U at every particle; allocates nothing.
    ///
    /// - Parameters:
    ///   - particles: velocities and weights.
    ///   - scores: [component][stride].
    ///   - jacobians: ∂s_a/∂v_b, [a][b][count].
    ///   - strength: C.
    ///   - result: [count].
    package func evaluate(
        _ particles: ParticleView, scores: UnsafePointer<Double>, jacobians: UnsafePointer<Float>, strength: Double,
        into result: UnsafeMutablePointer<Double>
    ) {
        precondition(
            particles.dimensions == dimensions,
            "particles: expected \(dimensions) dimensions, got \(particles.dimensions)")
        let (d, stride) = (dimensions, particles.stride)
        func sum(_ term: (Int) -> Double) -> Double {
            (0..<particles.count).reduce(0) { $0 + particles.weights[$1] * term($1) }
        }
        let mass = sum { _ in 1 }
        for axis in 0..<d {
            means[axis] = sum { particles.velocities[axis * stride + $0] } / mass
            meanScores[axis] = sum { scores[axis * stride + $0] } / mass
        }
        func x(_ axis: Int, _ i: Int) -> Double { particles.velocities[axis * stride + i] - means[axis] }
        func y(_ axis: Int, _ i: Int) -> Double { scores[axis * stride + i] - meanScores[axis] }
        for place in 0..<d * d { moments[place] = sum { x(place / d, $0) * x(place % d, $0) } }
        let trace = (0..<d).reduce(0) { total, axis in total + sum { x(axis, $0) * y(axis, $0) } }
        let spread = (0..<d).reduce(0) { $0 + moments[$1 * d + $1] }
        for i in 0..<particles.count {
            var (square, product, divergence, bent) = (0.0, 0.0, 0.0, 0.0)
            for a in 0..<d {
                square += x(a, i) * x(a, i)
                product += x(a, i) * y(a, i)
                divergence += Double(jacobians[a * (d + 1) * particles.count + i])
                for b in 0..<d {
                    let slope = Double(jacobians[(a * d + b) * particles.count + i])
                    bent += (mass * x(a, i) * x(b, i) + moments[a * d + b]) * slope
                }
            }
            result[i] =
                strength
                * (Double(d - 1) * (mass * product + trace) - (mass * square + spread) * divergence + bent)
        }
    }
}
