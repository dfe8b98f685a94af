import PDECore

/// The velocity v̇_i = −Σ_j w_j A(v_i − v_j)(s_i − s_j) of particles whose scores are given, without a stepper: for what is trained to move
/// like it.
package final class ParticleDrift {
    /// Distance between two components, a multiple of eight.
    package let stride: Int
    /// [component][stride].
    package let velocities, scores, rates: AlignedBuffer<Double>
    private let count, dimensions: Int
    private let weights: AlignedBuffer<Double>
    private let forces: any ParticleForces

    /// The drift of so many particles that all have the same weight, drawn independently from a density of mass 1.
    ///
    /// Nobody meets himself: with weights of 1/(count − 1) the mean over draws is the velocity that the density itself gives.
    package init(_ kernel: LandauKernel, count: Int, dimensions: Int) {
        precondition(count > 0, "count: expected at least 1, got \(count)")
        (self.count, self.dimensions) = (count, dimensions)
        stride = (count + 7) / 8 * 8
        velocities = AlignedBuffer(count: dimensions * stride)
        scores = AlignedBuffer(count: dimensions * stride)
        rates = AlignedBuffer(count: dimensions * stride)
        weights = AlignedBuffer(count: stride)
        for particle in 0..<count { weights.pointer[particle] = 1 / Double(max(1, count - 1)) }
        let interaction: ParticleInteraction = kernel.exponent == 0 ? .moments : .allPairs
        forces = interaction.forces(kernel, count: count, dimensions: dimensions)
    }

    /// Finds `rates` from `velocities` and `scores`.
    package func evaluate(on team: ThreadTeam) {
        let view = ParticleView(
            count: count, dimensions: dimensions, stride: stride, velocities: velocities.pointer,
            weights: weights.pointer)
        _ = forces.evaluate(view, scores: scores.pointer, into: rates.pointer, on: team, while: { true })
    }
}
