import PDECore

/// The exact score of the solution of Bobylev, Krook and Wu.
///
/// Steep where the density vanishes: at K = d/(d+2), the standard start, it is 2/|v| near v = 0.
public final class BKWScore: ParticleScore {
    /// The solution.
    public let solution: BKWSolution
    /// The largest rate at which the last scores fall with velocity.
    public private(set) var steepness = 0.0
    /// Not known from the score.
    public var entropy: Double? { nil }
    private var chunkSteepness = AlignedBuffer<Double>(count: 0)
    private static let chunk = 4096

    /// The score of a solution.
    public init(of solution: BKWSolution) {
        self.solution = solution
    }

    /// Makes a workspace for as many particles.
    public func prepare(count: Int, dimensions: Int) {
        precondition(
            dimensions == solution.dimensions,
            "dimensions: expected \(solution.dimensions) as the solution has, got \(dimensions)")
        chunkSteepness = AlignedBuffer(count: (count + Self.chunk - 1) / Self.chunk)
    }

    /// v(−1/K + 2Q/(P + Q|v|²)).
    public func evaluate(
        _ particles: ParticleView, time: Double, into scores: UnsafeMutablePointer<Double>, on team: ThreadTeam
    ) {
        let (velocities, stride) = (particles.velocities, particles.stride)
        let (k, p, q) = solution.constants(at: time)
        let falls = chunkSteepness.pointer
        team.chunks(of: particles.count, chunk: Self.chunk) { range, _ in
            var steepest = SIMD8<Double>.zero
            for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                var square = SIMD8<Double>.zero
                for axis in 0..<particles.dimensions {
                    let v: SIMD8<Double> = eight(velocities, axis &* stride &+ first)
                    square += v * v
                }
                // The small number keeps 0/0 away where P = 0 and v = 0, as behind the last particle.
                let bend = 2 * q / (p + q * square + 1e-30)
                for axis in 0..<particles.dimensions {
                    let place = axis &* stride &+ first
                    storeEight((bend - 1 / k) * eight(velocities, place), scores, place)
                }
                // Along v the score falls at 1/K − bend + bend²|v|², across at 1/K − bend.
                steepest = (1 / k - bend + bend * bend * square).larger(steepest)
            }
            falls[range.lowerBound / Self.chunk] = steepest.max()
        }
        steepness = (0..<chunkSteepness.count).reduce(0) { max($0, falls[$1]) }
    }
}
