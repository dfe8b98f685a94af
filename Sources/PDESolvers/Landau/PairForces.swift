import PDECore

/// The sum over all pairs, for any γ, in blocks that stay in the cache.
///
/// Each thread takes 64 particles at a time and runs over the others in blocks of 512 (20 kB in two dimensions with scores
/// and weights), eight at a time. Every particle's sum runs in the same order whichever thread takes it. A pair is worked
/// on twice, once for each partner, so that no two threads write to the same particle.
final class PairForces: ParticleForces {
    private static let targets = 64
    private static let block = 512
    private let kernel: LandauKernel
    /// The largest Σ_j w_j|z|^(γ+2) of each chunk, and the sum for each particle.
    private let peaks, reaches: AlignedBuffer<Double>

    init(_ kernel: LandauKernel, count: Int) {
        self.kernel = kernel
        peaks = AlignedBuffer(count: (count + Self.targets - 1) / Self.targets)
        reaches = AlignedBuffer(count: count)
    }

    func evaluate(
        _ particles: ParticleView, scores: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>,
        on team: ThreadTeam, while goesOn: () -> Bool
    ) -> Double {
        let sources = weighted(particles)
        team.chunks(of: particles.count, chunk: Self.targets) { range, _ in
            peaks.pointer[range.lowerBound / Self.targets] = PairSum.evaluate(
                kernel, particles, scores, targets: range, sources: sources, block: Self.block, scale: 1,
                into: rates, reaches: reaches.pointer, while: goesOn)
        }
        return (0..<peaks.count).reduce(0) { max($0, peaks.pointer[$1]) }
    }

    func divergence(
        _ particles: ParticleView, scores: UnsafePointer<Double>, jacobians: UnsafePointer<Float>,
        into result: UnsafeMutablePointer<Double>, on team: ThreadTeam
    ) {
        let sources = weighted(particles)
        team.chunks(of: particles.count, chunk: Self.targets) { range, _ in
            PairDivergence.evaluate(
                kernel, particles, scores, jacobians: jacobians, stride: particles.count, targets: range,
                sources: sources, scale: 1, into: result)
        }
    }

    /// All particles but those behind the last one with a weight, which are carried along by the others.
    private func weighted(_ particles: ParticleView) -> Range<Int> {
        0..<((0..<particles.count).last { particles.weights[$0] > 0 } ?? -1) + 1
    }
}
