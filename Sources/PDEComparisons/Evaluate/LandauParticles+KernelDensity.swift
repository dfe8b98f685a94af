import PDECore
import PDEEvaluation
import PDEHybrids
import PDESolvers

extension LandauParticles {
    /// The most particles whose density is estimated: that is a sum over all pairs.
    private static var mostEstimated: Int { 10_000 }

    /// The L2 distance between a kernel estimate of the particles' density and the exact one, where that is known and particles are few.
    func kernelDensityError(of cloud: ParticleCloud) -> Double? {
        guard cloud.count <= Self.mostEstimated else { return nil }
        let error = solution?.kernelDensityError(
            of: cloud, variance: PairBlobScore.variance(count: particles, dimensions: dimensions), time: cloud.time)
        return error.flatMap { $0.isFinite ? $0 : nil }
    }

    /// That of as many particles drawn from the exact density at the end, a mean over some draws, and the norm of the density.
    func kernelDensityFloor(seed: UInt64) -> KernelDensityFloor? {
        guard let solution, particles <= Self.mostEstimated else { return nil }
        let end = start + time
        let density = VelocityDensity(
            .bkw(width: solution.width(at: end)), dimensions: dimensions,
            direction: [Double](repeating: 0, count: dimensions))
        let draws = 4
        let errors = (0..<draws).map { draw in
            var stream = RandomStream(seed: seed, index: draw, purpose: "particles of the exact density")
            var cloud = density.particles(particles, from: &stream)
            cloud.time = end
            return kernelDensityError(of: cloud) ?? 0
        }
        return KernelDensityFloor(
            error: errors.reduce(0, +) / Double(draws), norm: solution.norm(at: end))
    }
}
