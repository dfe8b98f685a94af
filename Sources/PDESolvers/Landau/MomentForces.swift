import PDECore

/// The sum over all pairs for Maxwell molecules, in O(N).
///
/// For γ = 0 the terms are polynomials in v_i, v_j with s_i, s_j as factors, so the sum collapses to moments. With velocities
/// and scores relative to their means, W = Σw, M = Σwvvᵀ, E = tr M, N = Σwvsᵀ, R = Σw|v|²s and T = Σw(v·s)v,
///
///     v̇ = −C[s(W|v|² + E) + 2Nᵀv − R − W(v·s)v − Ms − (tr N)v − Nv + T].
///
/// Means are taken off first because the moments would cancel otherwise; sums run over chunks of fixed size.
final class MomentForces: ParticleForces {
    private static let chunk = 4096
    private let strength: Double
    private let dimensions: Int
    /// Sums of each chunk; behind the last one, of all.
    private let partial: AlignedBuffer<Double>
    /// Eight lanes of each sum, for each chunk.
    private let lanes: AlignedBuffer<Double>
    private let chunks: Int
    /// Numbers that a chunk leaves: the second moments and four vectors, in whole vectors.
    private let slots: Int
    /// Σw, means of velocities and scores, M by rows and tr N of the last evaluation.
    private let kept: AlignedBuffer<Double>

    init(strength: Double, count: Int, dimensions: Int) {
        self.strength = strength
        self.dimensions = dimensions
        chunks = (count + Self.chunk - 1) / Self.chunk
        slots = (2 * dimensions * (dimensions + 1) + 7) / 8 * 8
        partial = AlignedBuffer(count: (chunks + 1) * slots)
        lanes = AlignedBuffer(count: chunks * slots * 8)
        kept = AlignedBuffer(count: 2 + 2 * dimensions + dimensions * dimensions)
    }

    func divergence(
        _ particles: ParticleView, scores: UnsafePointer<Double>, jacobians: UnsafePointer<Float>,
        into result: UnsafeMutablePointer<Double>, on team: ThreadTeam
    ) {
        Divergence(
            forces: self, particles: particles, scores: scores, jacobians: jacobians, result: result, team: team
        ).run(dimensions: dimensions)
    }

    func evaluate(
        _ particles: ParticleView, scores: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>,
        on team: ThreadTeam, while goesOn: () -> Bool
    ) -> Double {
        Loop(forces: self, particles: particles, scores: scores, rates: rates, team: team).run(dimensions: dimensions)
    }

    private struct Loop: VelocityLoop {
        let forces: MomentForces
        let particles: ParticleView
        let scores: UnsafePointer<Double>
        let rates: UnsafeMutablePointer<Double>
        let team: ThreadTeam

        func run<let d: Int>(_ lanes: VelocityLanes<d>.Type) -> Double {
            forces.evaluate(particles, scores, rates, team, lanes)
        }
    }

    @inline(__always)
    private func evaluate<let d: Int>(
        _ particles: ParticleView, _ scores: UnsafePointer<Double>, _ rates: UnsafeMutablePointer<Double>,
        _ team: ThreadTeam, _: VelocityLanes<d>.Type
    ) -> Double {
        typealias Lanes = VelocityLanes<d>
        let (velocities, stride) = (particles.velocities, particles.stride)
        // Pass 1: mass and means.
        sum(particles, on: team, slots: 1 + 2 * d) { total, w, first in
            let (v, s) = (Lanes(velocities, stride, first), Lanes(scores, stride, first))
            total[0] += w
            for a in 0..<d {
                total[1 &+ a] += w * v[a]
                total[1 &+ d &+ a] += w * s[a]
            }
        }
        let totals = partial.pointer + chunks * slots
        let mass = totals[0]
        var (meanVelocity, meanScore) = (Lanes.zero, Lanes.zero)
        if mass > 0 {
            meanVelocity = Lanes { SIMD8(repeating: totals[1 + $0] / mass) }
            meanScore = Lanes { SIMD8(repeating: totals[1 + d + $0] / mass) }
        }
        let own = kept.pointer
        own[0] = mass
        for a in 0..<d { (own[1 + a], own[1 + d + a]) = (meanVelocity[a][0], meanScore[a][0]) }
        // Pass 2: moments about the means, M by rows, then N by rows, R, T.
        let (n, r, t) = (d * d, 2 * d * d, 2 * d * d + d)
        sum(particles, on: team, slots: 2 * d * d + 2 * d) { total, w, first in
            let v = Lanes(velocities, stride, first) - meanVelocity
            let s = Lanes(scores, stride, first) - meanScore
            let (square, product) = (w * v.dot(v), w * v.dot(s))
            for a in 0..<d {
                let weighted = w * v[a]
                for b in 0..<d {
                    total[a &* d &+ b] += weighted * v[b]
                    total[n &+ a &* d &+ b] += weighted * s[b]
                }
                total[r &+ a] += square * s[a]
                total[t &+ a] += product * v[a]
            }
        }
        var (spread, trace) = (0.0, 0.0)
        for a in 0..<d {
            spread += totals[a * d + a]
            trace += totals[n + a * d + a]
        }
        (own + 1 + 2 * d).update(from: totals, count: d * d)
        own[1 + 2 * d + d * d] = trace
        let c = strength
        let peaks = partial.pointer
        team.chunks(of: particles.count, chunk: Self.chunk) { range, _ in
            var largest = SIMD8<Double>.zero
            for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                let v = Lanes(velocities, stride, first) - meanVelocity
                let s = Lanes(scores, stride, first) - meanScore
                let reach = mass * v.dot(v) + spread
                let across = mass * v.dot(s) + trace
                if first &+ 8 <= particles.count {
                    largest = reach.larger(largest)
                } else {
                    // What stands behind the last particle does not count.
                    for lane in 0..<particles.count &- first { largest[lane] = max(largest[lane], reach[lane]) }
                }
                for a in 0..<d {
                    var rate = reach * s[a] - across * v[a] - totals[r &+ a] + totals[t &+ a]
                    for b in 0..<d {
                        rate += (2 * totals[n &+ b &* d &+ a] - totals[n &+ a &* d &+ b]) * v[b]
                        rate -= totals[a &* d &+ b] * s[b]
                    }
                    storeEight(-c * rate, rates, a &* stride &+ first)
                }
            }
            peaks[range.lowerBound / Self.chunk] = largest.max()
        }
        return c * (0..<chunks).reduce(0) { max($0, peaks[$1]) }
    }

    /// By ∇·A = −(d−1)Cz and with J = ∇s
    ///
    ///     ∇·U = C[(d−1)(Wv·s + tr N) − (W|v|² + E) tr J + Wv·Jv + M:J].
    private struct Divergence: VelocityLoop {
        let forces: MomentForces
        let particles: ParticleView
        let scores: UnsafePointer<Double>
        let jacobians: UnsafePointer<Float>
        let result: UnsafeMutablePointer<Double>
        let team: ThreadTeam

        func run<let d: Int>(_: VelocityLanes<d>.Type) {
            typealias Lanes = VelocityLanes<d>
            let own = UnsafePointer(forces.kept.pointer)
            let (mass, moments, trace) = (own[0], own + 1 + 2 * d, own[1 + 2 * d + d * d])
            let spread = (0..<d).reduce(0) { $0 + moments[$1 * d + $1] }
            let meanVelocity = Lanes { SIMD8(repeating: own[1 + $0]) }
            let meanScore = Lanes { SIMD8(repeating: own[1 + d + $0]) }
            let strength = forces.strength
            team.chunks(of: particles.count, chunk: MomentForces.chunk) { range, _ in
                for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                    let v = Lanes(particles.velocities, particles.stride, first) - meanVelocity
                    let s = Lanes(scores, particles.stride, first) - meanScore
                    let left = min(8, range.upperBound &- first)
                    var (bent, along) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
                    for a in 0..<d {
                        for b in 0..<d {
                            let slopes = jacobians + ((a &* d &+ b) &* particles.count &+ first)
                            var slope = SIMD8<Double>.zero
                            if left == 8 {
                                slope = SIMD8<Double>(eight(slopes, 0) as SIMD8<Float>)
                            } else {
                                for lane in 0..<left { slope[lane] = Double(slopes[lane]) }
                            }
                            bent += (mass * v[a] * v[b] + moments[a &* d &+ b]) * slope
                            if a == b { along += slope }
                        }
                    }
                    let turned = Double(d - 1) * (mass * v.dot(s) + trace)
                    let value = strength * (turned - (mass * v.dot(v) + spread) * along + bent)
                    if left == 8 {
                        storeEight(value, result, first)
                    } else {
                        for lane in 0..<left { result[first &+ lane] = value[lane] }
                    }
                }
            }
        }
    }

    /// Adds up what `body` adds to eight lanes of each slot; the totals end behind the chunks.
    @inline(__always)
    private func sum(
        _ particles: ParticleView, on team: ThreadTeam, slots: Int,
        _ body: (_ total: UnsafeMutablePointer<SIMD8<Double>>, _ weight: SIMD8<Double>, _ first: Int) -> Void
    ) {
        let (partial, lanes, all) = (partial.pointer, UnsafeMutableRawPointer(lanes.pointer), self.slots)
        team.chunks(of: particles.count, chunk: Self.chunk) { range, _ in
            let chunk = range.lowerBound / Self.chunk
            let total = (lanes + chunk * all * 64).assumingMemoryBound(to: SIMD8<Double>.self)
            for slot in 0..<slots { total[slot] = .zero }
            for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                body(total, eight(particles.weights, first), first)
            }
            for slot in 0..<slots { partial[chunk * all + slot] = total[slot].sum() }
        }
        let totals = partial + chunks * all
        for slot in 0..<slots {
            totals[slot] = (0..<chunks).reduce(0) { $0 + partial[$1 * all + slot] }
        }
    }
}
