import PDECore

/// v̇_i = −Σ_j w_j A(v_i − v_j)(s_i − s_j) over some pairs.
///
/// A pair takes 10d + 2 multiplications and additions, one power and 2d + 1 loads. For charged particles the power is a root and a quotient,
/// which in two dimensions take as long as all else: at two numbers an instruction about ten cycles a pair are the least.
enum PairSum {
    /// Finds v̇ of `targets` from `sources`.
    ///
    /// - Parameters:
    ///   - kernel: A(z).
    ///   - particles: velocities and weights.
    ///   - scores: [component][stride].
    ///   - targets: the particles that get a rate.
    ///   - sources: the particles that they are paired with; begins at a multiple of eight, and what follows up to the next
    ///     such multiple has weight 0.
    ///   - block: sources that are taken at a time, a multiple of eight.
    ///   - scale: what the sum is multiplied with.
    ///   - rates: [component][stride].
    ///   - reaches: room for a number a particle.
    ///   - goesOn: asked before every block of sources; once it has said no the rates are not to be used.
    /// - Returns: the largest scale·Σ_j w_j C|z|^(γ+2).
    static func evaluate(
        _ kernel: LandauKernel, _ particles: ParticleView, _ scores: UnsafePointer<Double>, targets: Range<Int>,
        sources: Range<Int>, block: Int, scale: Double, into rates: UnsafeMutablePointer<Double>,
        reaches: UnsafeMutablePointer<Double>, while goesOn: () -> Bool
    ) -> Double {
        for i in targets {
            reaches[i] = 0
            for axis in 0..<particles.dimensions { rates[axis &* particles.stride &+ i] = 0 }
        }
        for start in Swift.stride(from: sources.lowerBound, to: sources.upperBound, by: block) {
            guard goesOn() else { break }
            let part = start..<min(start + block, sources.upperBound)
            func add(_ power: some RadialPower) {
                Block(
                    particles: particles, scores: scores, targets: targets, sources: part, rates: rates,
                    reaches: reaches, power: power
                ).run(dimensions: particles.dimensions)
            }
            switch kernel.exponent {
            case 0: add(ConstantPower())
            case -3: add(CoulombPower())
            default: add(GeneralPower(halfExponent: kernel.exponent / 2))
            }
        }
        let factor = scale * kernel.strength
        var largest = 0.0
        for i in targets {
            for axis in 0..<particles.dimensions { rates[axis &* particles.stride &+ i] *= -factor }
            largest = max(largest, reaches[i])
        }
        return factor * largest
    }

    /// What some sources add to the sums of the targets.
    private struct Block<Power: RadialPower>: VelocityLoop {
        let particles: ParticleView
        let scores: UnsafePointer<Double>
        let targets, sources: Range<Int>
        let rates, reaches: UnsafeMutablePointer<Double>
        let power: Power

        func run<let d: Int>(_: VelocityLanes<d>.Type) {
            typealias Lanes = VelocityLanes<d>
            let (velocities, weights, stride) = (particles.velocities, particles.weights, particles.stride)
            for i in targets {
                let v = Lanes(repeating: velocities, stride, i)
                let s = Lanes(repeating: scores, stride, i)
                var (sum, reach) = (Lanes.zero, SIMD8<Double>.zero)
                var j = sources.lowerBound
                while j < sources.upperBound {
                    let z = v - Lanes(velocities, stride, j)
                    let difference = s - Lanes(scores, stride, j)
                    let square = z.dot(z)
                    let factor = eight(weights, j) * power(square)
                    let length = factor * square
                    sum = sum + (length * difference - (factor * z.dot(difference)) * z)
                    reach += length
                    j &+= 8
                }
                sum.addSum(to: rates, stride, i)
                reaches[i] += reach.sum()
            }
        }
    }
}
