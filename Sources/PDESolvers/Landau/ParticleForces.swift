import PDECore

/// How the sum over pairs v̇_i = −Σ_j w_j A(v_i − v_j)(s_i − s_j) is taken.
public enum ParticleInteraction: Hashable, Sendable {
    /// By moments of velocities and scores: O(N), equal to the sum over all pairs to round-off; γ = 0 only.
    case moments
    /// Every pair: O(N²).
    case allPairs
    /// Every pair inside random batches that are drawn anew for each step, with weights scaled up to all pairs: O(N·size).
    ///
    /// The mean over the draws is the sum over all pairs; the noise falls with √(step/size). The numbers belong to the
    /// seed, the index and the number of the step.
    ///
    /// Reference: J. A. Carrillo, S. Jin & Y. Tang, "Random batch particle methods for the homogeneous Landau equation",
    /// Commun. Comput. Phys. 31 (2022).
    case randomBatches(size: Int, seed: UInt64, index: Int = 0)
}

/// The right-hand side of the particles' equation.
protocol ParticleForces: AnyObject {
    /// Draws what a step draws.
    func begin(step: Int)
    /// Finds v̇ of every particle, and returns the largest Σ_j w_j C|z_ij|^(γ+2) of one, which bounds the eigenvalues of its
    /// diffusion matrix Σ_j w_j A(z_ij).
    ///
    /// - Parameter goesOn: asked now and then by sums that take long, on the team's threads; once it has said no the rates are not
    ///   to be used.
    func evaluate(
        _ particles: ParticleView, scores: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>,
        on team: ThreadTeam, while goesOn: () -> Bool
    ) -> Double

    /// Finds ∇·U, with U(v) = −Σ_j w_j A(v − v_j)(s(v) − s_j), at every particle of the last evaluation.
    ///
    /// - Parameters:
    ///   - jacobians: ∂s_a/∂v_b, [a][b][count].
    ///   - result: [count].
    func divergence(
        _ particles: ParticleView, scores: UnsafePointer<Double>, jacobians: UnsafePointer<Float>,
        into result: UnsafeMutablePointer<Double>, on team: ThreadTeam)
}

extension ParticleInteraction {
    /// The sum for so many particles.
    func forces(_ kernel: LandauKernel, count: Int, dimensions: Int) -> any ParticleForces {
        switch self {
        case .moments:
            precondition(kernel.exponent == 0, "interaction: moments need an exponent of 0, got \(kernel.exponent)")
            return MomentForces(strength: kernel.strength, count: count, dimensions: dimensions)
        case .allPairs: return PairForces(kernel, count: count)
        case .randomBatches(let size, let seed, let index):
            return BatchForces(
                kernel, count: count, dimensions: dimensions, size: size, seed: seed, index: index)
        }
    }
}

extension ParticleForces {
    func begin(step: Int) {}
}
