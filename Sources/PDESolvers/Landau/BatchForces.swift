import PDECore

/// The sum over pairs inside random batches, scaled up to all pairs.
///
/// N particles are shuffled into ⌊N/size⌋ batches whose sizes p differ by at most one; a batch's sums are multiplied by
/// (N−1)/(p−1), after which their mean over the draws is the sum over all pairs. Factors are the same for both partners of a
/// pair, so that momentum is kept to round-off and energy in continuous time, as with all pairs.
final class BatchForces: ParticleForces {
    /// Particles of a batch after which is asked whether to go on.
    private static let targets = 256
    private let kernel: LandauKernel
    private let seed: UInt64
    private let index: Int
    private let count, dimensions, batches: Int
    /// Particles' numbers, batch after batch.
    private let order: UnsafeMutableBufferPointer<Int>
    /// Where a batch starts in the sorted copies, each on a multiple of eight.
    private let room, sortedStride: Int
    private let velocities, weights, scores, rates, reaches, peaks: AlignedBuffer<Double>
    /// Of scores, [a][b][sorted], once they have been asked for.
    private var slopes = AlignedBuffer<Float>(count: 0)

    init(_ kernel: LandauKernel, count: Int, dimensions: Int, size: Int, seed: UInt64, index: Int) {
        precondition(size >= 2, "size: expected at least 2 particles a batch, got \(size)")
        precondition(count >= 2, "count: expected at least 2 particles, got \(count)")
        (self.kernel, self.seed, self.index) = (kernel, seed, index)
        (self.count, self.dimensions) = (count, dimensions)
        batches = max(1, count / size)
        room = ((count + batches - 1) / batches + 7) / 8 * 8
        sortedStride = batches * room
        order = .allocate(capacity: count)
        order.initialize(repeating: 0)
        velocities = AlignedBuffer(count: dimensions * sortedStride)
        scores = AlignedBuffer(count: dimensions * sortedStride)
        rates = AlignedBuffer(count: dimensions * sortedStride)
        weights = AlignedBuffer(count: sortedStride)
        reaches = AlignedBuffer(count: sortedStride)
        peaks = AlignedBuffer(count: batches)
    }

    deinit { order.deallocate() }

    func begin(step: Int) {
        var stream = RandomStream(seed: seed, index: index, purpose: "particle batches", attempt: step)
        stream.permute(order)
    }

    /// The places of a batch's particles in `order`.
    private func places(_ batch: Int) -> Range<Int> {
        batch * count / batches..<(batch + 1) * count / batches
    }

    func evaluate(
        _ particles: ParticleView, scores: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>,
        on team: ThreadTeam, while goesOn: () -> Bool
    ) -> Double {
        team.forEach(0..<batches) { batch, _ in
            let (places, start) = (places(batch), batch * room)
            sort(batch, particles, scores)
            let members = start..<start + places.count
            peaks.pointer[batch] = 0
            for first in stride(from: members.lowerBound, to: members.upperBound, by: Self.targets) {
                let peak = PairSum.evaluate(
                    kernel, sorted, self.scores.pointer, targets: first..<min(first + Self.targets, members.upperBound),
                    sources: members, block: room, scale: scale(batch),
                    into: self.rates.pointer, reaches: reaches.pointer, while: goesOn)
                peaks.pointer[batch] = max(peaks.pointer[batch], peak)
            }
            for (slot, place) in places.enumerated() {
                for axis in 0..<dimensions {
                    rates[axis * particles.stride + order[place]] =
                        self.rates.pointer[axis * sortedStride + start + slot]
                }
            }
        }
        return (0..<batches).reduce(0) { max($0, peaks.pointer[$1]) }
    }

    func divergence(
        _ particles: ParticleView, scores: UnsafePointer<Double>, jacobians: UnsafePointer<Float>,
        into result: UnsafeMutablePointer<Double>, on team: ThreadTeam
    ) {
        let entries = dimensions * dimensions
        if slopes.count == 0 { slopes = AlignedBuffer(count: entries * sortedStride) }
        let slopes = slopes.pointer
        team.forEach(0..<batches) { batch, _ in
            let (places, start) = (places(batch), batch * room)
            sort(batch, particles, scores)
            for (slot, place) in places.enumerated() {
                for entry in 0..<entries {
                    slopes[entry * sortedStride + start + slot] = jacobians[entry * count + order[place]]
                }
            }
            let members = start..<start + places.count
            PairDivergence.evaluate(
                kernel, sorted, self.scores.pointer, jacobians: slopes, stride: sortedStride, targets: members,
                sources: members, scale: scale(batch), into: reaches.pointer)
            for (slot, place) in places.enumerated() { result[order[place]] = reaches.pointer[start + slot] }
        }
    }

    private var sorted: ParticleView {
        ParticleView(
            count: sortedStride, dimensions: dimensions, stride: sortedStride, velocities: velocities.pointer,
            weights: weights.pointer)
    }

    /// What a sum over a batch is multiplied with.
    private func scale(_ batch: Int) -> Double {
        let size = places(batch).count
        return size > 1 ? Double(count - 1) / Double(size - 1) : 0
    }

    /// Copies a batch's particles side by side.
    private func sort(_ batch: Int, _ particles: ParticleView, _ scores: UnsafePointer<Double>) {
        let start = batch * room
        for slot in 0..<room { weights.pointer[start + slot] = 0 }
        for (slot, place) in places(batch).enumerated() {
            let particle = order[place]
            weights.pointer[start + slot] = particles.weights[particle]
            for axis in 0..<dimensions {
                let (from, to) = (axis * particles.stride + particle, axis * sortedStride + start + slot)
                velocities.pointer[to] = particles.velocities[from]
                self.scores.pointer[to] = scores[from]
            }
        }
    }
}
