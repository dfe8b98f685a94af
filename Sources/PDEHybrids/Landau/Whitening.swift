import PDECore
import PDESolvers

/// The linear map u = L⁻¹(v − m) to coordinates in which weighted particles have mean 0 and covariance 1, and what it makes of scores.
///
/// A Jacobian takes d²(d+1) multiplications and additions, which run over 64 particles at a time.
struct Whitening {
    private static let chunk = 64
    private let dimensions: Int
    /// m, and the lower triangular L⁻¹ by rows.
    private var mean: [Double]
    private var inverse: [Double]
    private var moments: [Double]
    /// Jacobians of a chunk and their products with L⁻¹, for each worker.
    private var rooms = AlignedBuffer<Double>(count: 0)
    /// The largest square of each chunk.
    private var peaks = AlignedBuffer<Double>(count: 0)

    /// The identity.
    init(dimensions: Int) {
        self.dimensions = dimensions
        mean = Array(repeating: 0, count: dimensions)
        inverse = (0..<dimensions * dimensions).map { $0 % (dimensions + 1) == 0 ? 1 : 0 }
        moments = inverse
    }

    /// Makes a workspace for so many particles.
    mutating func prepare(count: Int) { peaks = AlignedBuffer(count: (count + Self.chunk - 1) / Self.chunk) }

    /// The map of some particles. A covariance that is singular gives no numbers, which a checked step reports.
    mutating func take(_ particles: ParticleView, on team: ThreadTeam) {
        let (d, velocities, stride) = (dimensions, particles.velocities, particles.stride)
        // Behind the last particle there are none with a weight.
        func sum(_ term: (Int) -> SIMD8<Double>) -> Double {
            team.sum(count: particles.count, chunk: 4096) { range in
                var sum = SIMD8<Double>.zero
                for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                    sum += Self.eight(particles.weights + first) * term(first)
                }
                return sum.sum()
            }
        }
        let mass = sum { _ in SIMD8(repeating: 1) }
        for a in 0..<d {
            let x = velocities + a * stride
            mean[a] = sum { Self.eight(x + $0) } / mass
        }
        for a in 0..<d {
            for b in 0...a {
                let (x, y, means) = (velocities + a * stride, velocities + b * stride, (mean[a], mean[b]))
                moments[a * d + b] = sum { (Self.eight(x + $0) - means.0) * (Self.eight(y + $0) - means.1) } / mass
            }
        }
        // Cholesky, and the inverse of the factor; not by LAPACK, on which the last bits would depend.
        for a in 0..<d {
            for b in 0...a {
                var rest = moments[a * d + b]
                for k in 0..<b { rest -= moments[a * d + k] * moments[b * d + k] }
                moments[a * d + b] = a == b ? rest.squareRoot() : rest / moments[b * d + b]
            }
        }
        for column in 0..<d {
            for row in column..<d {
                var rest = row == column ? 1.0 : 0
                for k in column..<row { rest -= moments[row * d + k] * inverse[k * d + column] }
                inverse[row * d + column] = rest / moments[row * d + row]
            }
        }
    }

    /// u of particles, [component][count].
    mutating func apply(_ particles: ParticleView, into result: UnsafeMutablePointer<Float>, on team: ThreadTeam) {
        let (d, count) = (dimensions, particles.count)
        forEachChunk(count, on: team) { room, inverse, mean, range in
            for a in 0..<d {
                room.update(repeating: 0, count: range.count)
                for b in 0...a {
                    let (factor, shift) = (inverse[a * d + b], mean[b])
                    let v = particles.velocities + b * particles.stride + range.lowerBound
                    for i in 0..<range.count { room[i] += factor * (v[i] - shift) }
                }
                let u = result + a * count + range.lowerBound
                for i in 0..<range.count { u[i] = Float(room[i]) }
            }
        }
    }

    /// Scores L⁻ᵀŝ and Jacobians L⁻ᵀĴL⁻¹ of velocities from those of whitened ones; Jacobians in place.
    ///
    /// - Returns: the largest Frobenius norm of a Jacobian.
    mutating func restore(
        _ whitened: UnsafePointer<Float>, _ jacobians: UnsafeMutablePointer<Float>, count: Int,
        into scores: UnsafeMutablePointer<Double>, stride: Int, on team: ThreadTeam
    ) -> Double {
        let (d, chunk, peaks) = (dimensions, Self.chunk, peaks.pointer)
        forEachChunk(count, on: team) { room, inverse, _, range in
            let (n, first) = (range.count, range.lowerBound)
            let (jacobian, product) = (room, room + d * d * chunk)
            for a in 0..<d {
                let score = scores + a * stride + first
                score.update(repeating: 0, count: n)
                for b in a..<d {
                    let (factor, own) = (inverse[b * d + a], whitened + b * count + first)
                    for i in 0..<n { score[i] += factor * Double(own[i]) }
                }
            }
            for entry in 0..<d * d {
                let (to, from) = (jacobian + entry * chunk, jacobians + entry * count + first)
                for i in 0..<n { to[i] = Double(from[i]) }
            }
            for a in 0..<d {
                for b in 0..<d {
                    let to = product + (a * d + b) * chunk
                    to.update(repeating: 0, count: n)
                    for k in b..<d {
                        let (factor, from) = (inverse[k * d + b], jacobian + (a * d + k) * chunk)
                        for i in 0..<n { to[i] += from[i] * factor }
                    }
                }
            }
            // The Jacobians have been read.
            let (slope, square) = (room, room + chunk)
            square.update(repeating: 0, count: n)
            for a in 0..<d {
                for b in 0..<d {
                    slope.update(repeating: 0, count: n)
                    for k in a..<d {
                        let (factor, from) = (inverse[k * d + a], product + (k * d + b) * chunk)
                        for i in 0..<n { slope[i] += factor * from[i] }
                    }
                    let to = jacobians + (a * d + b) * count + first
                    for i in 0..<n {
                        to[i] = Float(slope[i])
                        square[i] += slope[i] * slope[i]
                    }
                }
            }
            var peak = 0.0
            for i in 0..<n { peak = max(peak, square[i]) }
            peaks[first / chunk] = peak
        }
        for a in 0..<d {
            for i in count..<stride { scores[a * stride + i] = 0 }
        }
        return (0..<self.peaks.count).reduce(0) { max($0, peaks[$1]) }.squareRoot()
    }

    @inline(__always)
    private static func eight(_ values: UnsafePointer<Double>) -> SIMD8<Double> {
        UnsafeRawPointer(values).loadUnaligned(as: SIMD8<Double>.self)
    }

    private mutating func forEachChunk(
        _ count: Int, on team: ThreadTeam,
        _ body: (
            _ room: UnsafeMutablePointer<Double>, _ inverse: UnsafePointer<Double>, _ mean: UnsafePointer<Double>,
            _ range: Range<Int>
        ) -> Void
    ) {
        let size = 2 * dimensions * dimensions * Self.chunk
        if rooms.count < team.count * size { rooms = AlignedBuffer(count: team.count * size) }
        let rooms = rooms.pointer
        inverse.withUnsafeBufferPointer { inverse in
            mean.withUnsafeBufferPointer { mean in
                team.chunks(of: count, chunk: Self.chunk) { range, worker in
                    body(rooms + worker * size, inverse.baseAddress!, mean.baseAddress!, range)
                }
            }
        }
    }
}
