import Glibc
import PDECore

/// The score from the particles' own density, regularised by Gaussian blobs and seen at the particles themselves: without a mesh, in any
/// number of dimensions, in O(N²).
///
/// With f̃ = Σ w_j ψ(v − v_j), ψ the Gaussian of variance ε, the entropy Σ w_i log f̃(v_i) has the derivative w_i s_i with respect to v_i, where
/// s_i = Σ_j w_j ∇ψ(v_i − v_j) (1/f̃_i + 1/f̃_j). Distances and sums are products
/// of matrices of 64 by 512 particles, in single precision.
///
/// - Good values: ε of `variance(count:dimensions:)`, which suits Gaussians of temperature 1.
/// - Signs of failure: with few particles in many dimensions f̃ is smoothed by about ε, and scores fall short by 1/(1 + ε).
/// - Reference: J. A. Carrillo, K. Craig & F. S. Patacchini, "A blob method for diffusion", Calc. Var. 58 (2019).
public final class PairBlobScore: ParticleScore {
    /// ε.
    public let variance: Double
    /// The largest rate at which the scores fall with velocity: particles that are displaced by a wave of number k in a uniform density feel
    /// k²(2ψ̂ − ψ̂²) with ψ̂ = e^{−εk²/2}, at most 1.228/ε.
    public var steepness: Double { 1.23 / variance }
    /// Σ w log f̃ at the last evaluation.
    public private(set) var entropy: Double?

    private static let (targets, sources) = (64, 512)
    /// Particles, filled up with ones of weight 0 to whole tiles.
    private var stride = 0
    /// Of targets v/ε, −|v|²/2ε and 1, of sources v, 1 and −|v|²/2ε, whose product is −|v_i − v_j|²/2ε; [component][stride].
    private var left = AlignedBuffer<Float>(count: 0)
    private var right = AlignedBuffer<Float>(count: 0)
    /// What is summed over sources, a velocity and 1 with weights, and the sums over ψ times it; [component][stride].
    private var summands = AlignedBuffer<Float>(count: 0)
    private var first = AlignedBuffer<Float>(count: 0)
    private var second = AlignedBuffer<Float>(count: 0)
    /// ψ of a tile, one a worker.
    private var tiles: [AlignedBuffer<Float>] = []

    /// Blobs of a variance.
    public init(variance: Double) {
        precondition(variance > 0, "variance: expected more than 0, got \(variance)")
        self.variance = variance
    }

    /// The variance that is best for the density of a normal distribution: (4/((d+2)n))^(2/(d+4)).
    ///
    /// Source: B. W. Silverman, "Density estimation for statistics and data analysis" (1986), section 4.3.
    public static func variance(count: Int, dimensions: Int) -> Double {
        pow(4 / (Double(dimensions + 2) * Double(count)), 2 / Double(dimensions + 4))
    }

    /// Makes a workspace for as many particles.
    public func prepare(count: Int, dimensions d: Int) {
        stride = (count + Self.sources - 1) / Self.sources * Self.sources
        left = AlignedBuffer(count: (d + 2) * stride)
        right = AlignedBuffer(count: (d + 2) * stride)
        summands = AlignedBuffer(count: (d + 1) * stride)
        first = AlignedBuffer(count: (d + 1) * stride)
        second = AlignedBuffer(count: (d + 1) * stride)
    }

    /// Finds Σ wψ and Σ wψv, and from f̃ the same sums with w/f̃.
    public func evaluate(
        _ particles: ParticleView, time: Double, into scores: UnsafeMutablePointer<Double>, on team: ThreadTeam
    ) {
        let (d, count) = (particles.dimensions, particles.count)
        let (left, right, sums, others) = (left.pointer, right.pointer, first.pointer, second.pointer)
        while tiles.count < team.count { tiles.append(AlignedBuffer(count: Self.targets * Self.sources)) }
        for i in 0..<count {
            var square = 0.0
            for axis in 0..<d {
                let v = particles.velocities[axis * particles.stride + i]
                left[axis * stride + i] = Float(v / variance)
                right[axis * stride + i] = Float(v)
                square += v * v
            }
            left[d * stride + i] = Float(-square / (2 * variance))
            right[d * stride + i] = 1
            left[(d + 1) * stride + i] = 1
            right[(d + 1) * stride + i] = left[d * stride + i]
        }
        sum(d, count, into: sums, on: team) { Float(particles.weights[$0]) }
        let norm = -Double(d) / 2 * log(2 * .pi * variance)
        entropy = (0..<count).reduce(0) { total, i in
            let weight = particles.weights[i]
            return weight > 0 ? total + weight * (log(Double(sums[d * stride + i])) + norm) : total
        }
        // A particle without weight may have no density around it.
        sum(d, count, into: others, on: team) { place in
            let own = sums[d * stride + place]
            return own > 0 ? Float(particles.weights[place]) / own : 0
        }
        for axis in 0..<d {
            let line = axis * stride
            for i in 0..<particles.stride {
                guard i < count else {
                    scores[axis * particles.stride + i] = 0
                    continue
                }
                let own = sums[d * stride + i]
                let mean = (own > 0 ? sums[line + i] / own : right[line + i]) + others[line + i]
                let pull = mean - right[line + i] * (1 + others[d * stride + i])
                scores[axis * particles.stride + i] = Double(pull) / variance
            }
        }
    }

    /// Σ_j w_j ψ(v_i − v_j) times v_j, and times 1, but for the norm of ψ.
    private func sum(
        _ d: Int, _ count: Int, into sums: UnsafeMutablePointer<Float>, on team: ThreadTeam, _ weight: (Int) -> Float
    ) {
        let (stride, summands) = (stride, summands.pointer)
        for i in 0..<count {
            let own = weight(i)
            for axis in 0..<d { summands[axis * stride + i] = own * right.pointer[axis * stride + i] }
            summands[d * stride + i] = own
        }
        team.chunks(of: stride, chunk: Self.targets) { range, worker in
            let (blobs, target) = (tiles[worker].pointer, range.lowerBound)
            for source in Swift.stride(from: 0, to: stride, by: Self.sources) {
                Float.gemm(
                    .transposed, .plain, rows: Self.targets, columns: Self.sources, inner: d + 2, alpha: 1,
                    a: left.pointer + target, aStride: stride, b: right.pointer + source, bStride: stride, beta: 0,
                    c: blobs, cStride: Self.sources)
                Float.map(.exp, blobs, into: blobs, count: Self.targets * Self.sources)
                Float.gemm(
                    .plain, .transposed, rows: d + 1, columns: Self.targets, inner: Self.sources, alpha: 1,
                    a: summands + source, aStride: stride, b: blobs, bStride: Self.sources, beta: source == 0 ? 0 : 1,
                    c: sums + target, cStride: stride)
            }
        }
    }
}
