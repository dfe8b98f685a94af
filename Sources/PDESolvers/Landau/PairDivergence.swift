import PDECore

/// ∇·U of the velocity U(v) = −Σ_j w_j A(v − v_j)(s(v) − s_j) at which particles are carried along, over some pairs and for any γ.
///
/// By ∇·A = −(d−1)C|z|^γ z it is Σ_j w_j C|z|^γ [(d−1)z·(s_i − s_j) + zᵀJz − |z|² tr J] with J = ∇s at v_i: a quadratic form whose d(d+1)/2 numbers
/// stay with the target. A pair takes d²/2 + 13d/2 multiplications and additions, one power, and 2d + 1 loads.
enum PairDivergence {
    /// Finds ∇·U of `targets` from `sources`, both as of `PairSum`.
    ///
    /// - Parameters:
    ///   - jacobians: ∂s_a/∂v_b, [a][b][stride].
    ///   - stride: of the Jacobians.
    ///   - scale: what the sum is multiplied with.
    ///   - result: one number a particle.
    static func evaluate(
        _ kernel: LandauKernel, _ particles: ParticleView, _ scores: UnsafePointer<Double>,
        jacobians: UnsafePointer<Float>, stride: Int, targets: Range<Int>, sources: Range<Int>, scale: Double,
        into result: UnsafeMutablePointer<Double>
    ) {
        func find(_ power: some RadialPower) {
            Loop(
                particles: particles, scores: scores, jacobians: jacobians, stride: stride, targets: targets,
                sources: sources, scale: scale * kernel.strength, result: result, power: power
            ).run(dimensions: particles.dimensions)
        }
        switch kernel.exponent {
        case 0: find(ConstantPower())
        case -3: find(CoulombPower())
        default: find(GeneralPower(halfExponent: kernel.exponent / 2))
        }
    }

    private struct Loop<Power: RadialPower>: VelocityLoop {
        let particles: ParticleView
        let scores: UnsafePointer<Double>
        let jacobians: UnsafePointer<Float>
        let stride: Int
        let targets, sources: Range<Int>
        let scale: Double
        let result: UnsafeMutablePointer<Double>
        let power: Power

        func run<let d: Int>(_: VelocityLanes<d>.Type) {
            withUnsafeTemporaryAllocation(of: Double.self, capacity: d * d) { form in
                for i in targets {
                    take(i, into: form.baseAddress!, d)
                    result[i] = scale * sum(i, form.baseAddress!, VelocityLanes<d>.self)
                }
            }
        }

        /// The upper half of J + Jᵀ − 2 tr J · I, halved on the diagonal.
        private func take(_ i: Int, into form: UnsafeMutablePointer<Double>, _ d: Int) {
            func slope(_ a: Int, _ b: Int) -> Double { Double(jacobians[(a &* d &+ b) &* stride &+ i]) }
            var trace = 0.0
            for a in 0..<d { trace += slope(a, a) }
            for a in 0..<d {
                for b in a..<d { form[a &* d &+ b] = a == b ? slope(a, a) - trace : slope(a, b) + slope(b, a) }
            }
        }

        @inline(__always)
        private func sum<let d: Int>(_ i: Int, _ form: UnsafePointer<Double>, _: VelocityLanes<d>.Type) -> Double {
            typealias Lanes = VelocityLanes<d>
            let v = Lanes(repeating: particles.velocities, particles.stride, i)
            let s = Lanes(repeating: scores, particles.stride, i)
            let across = Double(d - 1)
            var sum = SIMD8<Double>.zero
            var j = sources.lowerBound
            while j < sources.upperBound {
                let z = v - Lanes(particles.velocities, particles.stride, j)
                let difference = s - Lanes(scores, particles.stride, j)
                var value = across * z.dot(difference)
                for a in 0..<d {
                    var row = form[a &* d &+ a] * z[a]
                    for b in a &+ 1..<d { row += form[a &* d &+ b] * z[b] }
                    value += z[a] * row
                }
                sum += eight(particles.weights, j) * power(z.dot(z)) * value
                j &+= 8
            }
            return sum.sum()
        }
    }
}
