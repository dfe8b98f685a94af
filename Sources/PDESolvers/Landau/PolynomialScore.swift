import PDECore

/// The cubic vector field that is nearest to the score in the mean square over the particles, in O(N).
///
/// Among cubic s the mean of |s − ∇log f|² is least where Σ_i w_i s(v_i) φ(v_i) = −Σ_i w_i ∇φ(v_i) for each cubic φ: integration
/// by parts has replaced the unknown ∇log f (A. Hyvärinen, "Estimation of non-normalized statistical models by score
/// matching", J. Mach. Learn. Res. 6 (2005)). The moments up to degree six give the system, of 10 × 10 in two dimensions and of 286 × 286 in ten.
///
/// Exact for Gaussians. For Maxwell molecules the second moments change only through terms that are cubic in the velocity
/// times the score, which those identities make exact: the covariance of any particles follows `CovarianceRelaxation`, but
/// for the error of the scheme in time. Other details of f are smoothed over.
///
/// - Good values: densities near equilibrium; hundreds of particles and more.
/// - Signs of failure: fewer distinct particles than monomials leave the system singular: the scores are NaN, and a checked
///   run says so. Far from equilibrium a cubic is steep among the fastest particles and asks for short steps.
public final class PolynomialScore: ParticleScore {
    /// The largest Frobenius norm of ∇s among the particles at the last evaluation.
    public private(set) var steepness = 0.0
    /// The fit has no density.
    public var entropy: Double? { nil }

    private static let chunk = 2048
    private let dimensions: Int
    private let monomials: Monomials
    /// Monomials of degree 3 and of degree 2.
    private let basis, quadratic: Int
    private let variables, parents: [Int]
    /// The moment that is the product of two of the basis.
    private let products: [Int]
    /// Where ∂_b of a monomial of the basis is, or −1.
    private let lowered: [Int]
    private let powers: [Double]
    private let gram, coefficients, slopes: AlignedBuffer<Double>
    private let moments, mean: AlignedBuffer<Double>
    private var chunkMoments = AlignedBuffer<Double>(count: 0)
    private var lanes = AlignedBuffer<Double>(count: 0)
    private var peaks = AlignedBuffer<Double>(count: 0)

    /// A score for particles in 2 to 10 dimensions.
    public init(dimensions: Int) {
        precondition((2...10).contains(dimensions), "dimensions: expected 2 to 10, got \(dimensions)")
        self.dimensions = dimensions
        let monomials = Monomials(dimensions: dimensions, degree: 6)
        let basis = monomials.count(degree: 3)
        self.monomials = monomials
        self.basis = basis
        quadratic = monomials.count(degree: 2)
        (parents, variables) = (monomials.parents, monomials.variables)
        products = (0..<basis * basis).map { monomials.product($0 / basis, $0 % basis) }
        lowered = (0..<basis * dimensions).map { monomials.lowered($0 / dimensions, $0 % dimensions) ?? -1 }
        powers = (0..<basis * dimensions).map { Double(monomials.exponents[$0 / dimensions][$0 % dimensions]) }
        gram = AlignedBuffer(count: basis * basis)
        coefficients = AlignedBuffer(count: basis * dimensions)
        slopes = AlignedBuffer(count: quadratic * dimensions * dimensions)
        moments = AlignedBuffer(count: monomials.count)
        mean = AlignedBuffer(count: dimensions)
    }

    /// Makes a workspace for as many particles.
    public func prepare(count: Int, dimensions: Int) {
        precondition(dimensions == self.dimensions, "dimensions: expected \(self.dimensions), got \(dimensions)")
        let chunks = (count + Self.chunk - 1) / Self.chunk
        chunkMoments = AlignedBuffer(count: chunks * monomials.count)
        lanes = AlignedBuffer(count: chunks * monomials.count * 16)
        peaks = AlignedBuffer(count: chunks)
    }

    /// Fits the field and evaluates it.
    public func evaluate(
        _ particles: ParticleView, time: Double, into scores: UnsafeMutablePointer<Double>, on team: ThreadTeam
    ) {
        let (velocities, stride) = (particles.velocities, particles.stride)
        let mass = sum(particles, team) { _ in SIMD8(repeating: 1) }
        for axis in 0..<dimensions {
            mean.pointer[axis] = sum(particles, team) { eight(velocities, axis * stride + $0) } / mass
        }
        let spread = sum(particles, team) { first in
            var square = SIMD8<Double>.zero
            for axis in 0..<dimensions {
                let v = eight(velocities, axis * stride + first) - mean.pointer[axis]
                square += v * v
            }
            return square
        }
        // The fit is one of velocities in units of the thermal speed, which keeps the system well conditioned.
        let scale = (Double(dimensions) * mass / spread).squareRoot()
        sumMonomials(particles, scale, team)
        guard solve() else {
            for i in 0..<dimensions * stride { scores[i] = .nan }
            steepness = .nan
            return
        }
        let falls = peaks.pointer
        team.chunks(of: particles.count, chunk: Self.chunk) { range, _ in
            let chunk = range.lowerBound / Self.chunk
            let values = lanes(of: chunk)
            var steepest = SIMD8<Double>.zero
            for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                raise(particles, first, scale, basis, values)
                var square = SIMD8<Double>.zero
                for a in 0..<dimensions {
                    var score = SIMD8<Double>.zero
                    let factors = coefficients.pointer + a * basis
                    for m in 0..<basis { score += factors[m] * values[m] }
                    storeEight(scale * score, scores, a * stride + first)
                    for b in 0..<dimensions {
                        var slope = SIMD8<Double>.zero
                        let factors = slopes.pointer + (a * dimensions + b) * quadratic
                        for m in 0..<quadratic { slope += factors[m] * values[m] }
                        square += slope * slope
                    }
                }
                // What stands behind the last particle does not count.
                for lane in 0..<min(8, range.upperBound - first) { steepest[lane] = max(steepest[lane], square[lane]) }
            }
            falls[chunk] = steepest.max()
        }
        steepness = scale * scale * (0..<peaks.count).reduce(0) { max($0, falls[$1]) }.squareRoot()
    }

    /// The values of the monomials in a chunk's memory; as many sums follow.
    private func lanes(of chunk: Int) -> UnsafeMutablePointer<SIMD8<Double>> {
        let memory = UnsafeMutableRawPointer(lanes.pointer + chunk * monomials.count * 16)
        return memory.assumingMemoryBound(to: SIMD8<Double>.self)
    }

    @inline(__always)
    private func raise(
        _ particles: ParticleView, _ first: Int, _ scale: Double, _ count: Int,
        _ values: UnsafeMutablePointer<SIMD8<Double>>
    ) {
        values[0] = SIMD8(repeating: 1)
        for axis in 0..<dimensions {
            values[1 + axis] =
                scale * (eight(particles.velocities, axis * particles.stride + first) - mean.pointer[axis])
        }
        parents.withUnsafeBufferPointer { parents in
            variables.withUnsafeBufferPointer { variables in
                for m in 1 + dimensions..<count { values[m] = values[parents[m]] * values[1 + variables[m]] }
            }
        }
    }

    private func sumMonomials(_ particles: ParticleView, _ scale: Double, _ team: ThreadTeam) {
        let count = monomials.count
        let (partial, total) = (chunkMoments.pointer, moments.pointer)
        team.chunks(of: particles.count, chunk: Self.chunk) { range, _ in
            let chunk = range.lowerBound / Self.chunk
            let values = lanes(of: chunk)
            let sums = values + count
            for m in 0..<count { sums[m] = .zero }
            for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                raise(particles, first, scale, count, values)
                let w: SIMD8<Double> = eight(particles.weights, first)
                for m in 0..<count { sums[m] += w * values[m] }
            }
            for m in 0..<count { partial[chunk * count + m] = sums[m].sum() }
        }
        for m in 0..<count { total[m] = (0..<peaks.count).reduce(0) { $0 + partial[$1 * count + m] } }
    }

    /// Finds the coefficients of s and of ∇s; false if the particles do not determine them.
    private func solve() -> Bool {
        let (total, c) = (moments.pointer, coefficients.pointer)
        for place in 0..<basis * basis { gram.pointer[place] = total[products[place]] }
        for a in 0..<dimensions {
            for m in 0..<basis {
                let lower = lowered[m * dimensions + a]
                c[a * basis + m] = lower < 0 ? 0 : -powers[m * dimensions + a] * total[lower]
            }
        }
        guard Double.potrf(basis, a: gram.pointer, aStride: basis) == 0 else { return false }
        for a in 0..<dimensions {
            Double.potrs(basis, columns: 1, l: gram.pointer, lStride: basis, b: c + a * basis, bStride: 1)
        }
        slopes.clear()
        for a in 0..<dimensions {
            for b in 0..<dimensions {
                for m in 0..<basis where lowered[m * dimensions + b] >= 0 {
                    let place = (a * dimensions + b) * quadratic + lowered[m * dimensions + b]
                    slopes.pointer[place] += powers[m * dimensions + b] * c[a * basis + m]
                }
            }
        }
        return (0..<basis * dimensions).allSatisfy { c[$0].isFinite }
    }

    @inline(__always)
    private func sum(_ particles: ParticleView, _ team: ThreadTeam, _ term: (Int) -> SIMD8<Double>) -> Double {
        team.sum(count: particles.count, chunk: Self.chunk) { range in
            var sum = SIMD8<Double>.zero
            for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                sum += eight(particles.weights, first) * term(first)
            }
            return sum.sum()
        }
    }
}
