import Glibc
import PDECore

/// The score from the particles' own density, regularised by Gaussian blobs, as the slope of a regularised entropy.
///
/// With f̃ = Σ w_i ψ(v − v_i), ψ the Gaussian of variance ε, and cells c of volume h^d, the entropy Σ_c h^d f̃_c log f̃_c has the
/// derivative w_i s_i with respect to v_i, where s_i = Σ_c h^d ∇ψ(v_i − c) log f̃_c. The same entropy therefore decays under
/// v̇_i = −Σ_j w_j A(v_i − v_j)(s_i − s_j): that is what taking log f̃ of cells and not of particles is for.
///
/// - Order: second in h with ε = 0.64 h^1.98 (`variance(spacing:)`) and particles that start in the cells' middles.
/// - Stability: particles that are displaced by a wave of wavenumber k see a score that falls at k²e^(−εk²), at most 1/(eε):
///   that is `steepness`.
/// - Cost: two exponentials an axis and particle, and two sums over a window of cells (15² at the standard variance).
/// - Signs of failure: particles that leave the mesh, which reaches a quarter of the grid's side beyond it, have a score that
///   is not a number; the run says so. A variance far below h² makes particles invisible to each other.
/// - Reference: J. A. Carrillo, J. Hu, L. Wang & J. Wu, "A particle method for the homogeneous Landau equation", J. Comput.
///   Phys. X 7 (2020), equations 2.10 and 2.11.
public final class BlobScore: ParticleScore {
    /// The cells, in two or three dimensions.
    public let grid: Grid
    /// ε.
    public var variance: Double { mesh.variance }
    /// The largest rate at which the scores fall with velocity.
    public var steepness: Double { 1 / (M_E * variance) }
    /// Σ_c h^d f̃_c log f̃_c at the last evaluation.
    public private(set) var entropy: Double?

    private let mesh: BlobMesh
    /// Sums of a quarter of the particles each; the first is f̃ once they are added up.
    private let densities: [AlignedBuffer<Double>]
    private let logarithms: AlignedBuffer<Double>
    private var factors = AlignedBuffer<Double>(count: 0)
    private static let chunk = 256

    /// A score whose entropy is summed over the cells of a grid.
    ///
    /// - Parameters:
    ///   - grid: cells that hold the particles.
    ///   - variance: ε of the blobs; nil for the standard one of the grid's spacing.
    public init(on grid: Grid, variance: Double? = nil) {
        precondition((2...3).contains(grid.dimensions), "grid: expected 2 or 3 axes, got \(grid.dimensions)")
        let variance = variance ?? Self.variance(spacing: grid.smallestSpacing)
        precondition(variance > 0, "variance: expected more than 0, got \(variance)")
        self.grid = grid
        mesh = BlobMesh(grid, variance: variance)
        let cells = mesh.cellCount
        densities = (0..<4).map { _ in AlignedBuffer(count: cells) }
        logarithms = AlignedBuffer(count: cells)
    }

    /// 0.64 h^1.98.
    public static func variance(spacing: Double) -> Double { 0.64 * pow(spacing, 1.98) }

    /// Makes a workspace for as many particles.
    public func prepare(count: Int, dimensions: Int) {
        precondition(
            dimensions == grid.dimensions, "dimensions: expected \(grid.dimensions) as the grid has, got \(dimensions)")
        let chunks = max(densities.count, (count + Self.chunk - 1) / Self.chunk)
        factors = AlignedBuffer(count: chunks * mesh.factorCount)
    }

    /// s_i = Σ_c h^d ∇ψ(v_i − c) log f̃_c; NaN for a particle outside of the mesh.
    public func evaluate(
        _ particles: ParticleView, time: Double, into scores: UnsafeMutablePointer<Double>, on team: ThreadTeam
    ) {
        sumBlobs(particles, on: team)
        let (density, logs) = (densities[0].pointer, logarithms.pointer)
        let sum = team.sum(count: mesh.cellCount, chunk: 4096) { range in
            var sum = 0.0
            for cell in range {
                let value = density[cell]
                // Cells that no blob reaches are in no particle's window.
                let logarithm = value > 0 ? log(value) : 0
                logs[cell] = logarithm
                sum += value * logarithm
            }
            return sum
        }
        entropy = sum * mesh.volume
        team.chunks(of: particles.count, chunk: Self.chunk) { range, _ in
            let factors = factors.pointer + range.lowerBound / Self.chunk * mesh.factorCount
            for particle in range { findScore(particle, particles, factors, scores) }
        }
        for axis in 0..<particles.dimensions {
            for particle in particles.count..<particles.stride { scores[axis * particles.stride + particle] = 0 }
        }
    }

    /// f̃ of some particles at the grid's points.
    public func density(of cloud: ParticleCloud) -> Field<Double> {
        if factors.count < densities.count * mesh.factorCount { prepare(count: 1, dimensions: cloud.dimensions) }
        cloud.withView { sumBlobs($0, on: ThreadTeam(threads: 1)) }
        var field = Field<Double>(on: grid)
        let shape = [Int](repeating: 1, count: 3 - grid.dimensions) + grid.shape
        var point = 0
        for i in 0..<shape[0] {
            for j in 0..<shape[1] {
                let row = ((i + mesh.margins[0]) * mesh.counts[1] + j + mesh.margins[1]) * mesh.counts[2]
                for k in 0..<shape[2] {
                    field[0, point] = densities[0].pointer[row + mesh.margins[2] + k]
                    point += 1
                }
            }
        }
        return field
    }

    /// Sums the blobs in four parts, which do not depend on the number of threads, and adds these up.
    private func sumBlobs(_ particles: ParticleView, on team: ThreadTeam) {
        let parts = densities.count
        let norm = mesh.norm
        team.forEach(0..<parts) { part, _ in
            densities[part].clear()
            let factors = factors.pointer + part * mesh.factorCount
            let (first, end) = (part * particles.count / parts, (part + 1) * particles.count / parts)
            for particle in first..<end {
                addBlob(particle, particles, norm * particles.weights[particle], factors, densities[part].pointer)
            }
        }
        let total = MutableVectorView(densities[0].pointer)
        let (b, c, d) = (
            VectorView(densities[1].pointer), VectorView(densities[2].pointer), VectorView(densities[3].pointer)
        )
        for i in 0..<(mesh.cellCount &+ 7) / 8 { total[i] = (total[i] + b[i]) + (c[i] + d[i]) }
    }

    @inline(__always)
    private func addBlob(
        _ particle: Int, _ particles: ParticleView, _ height: Double, _ factors: UnsafeMutablePointer<Double>,
        _ density: UnsafeMutablePointer<Double>
    ) {
        guard let offset = mesh.window(particles.velocities + particle, particles.stride, factors) else { return }
        let (room, plane, row) = (mesh.factorCount / 6, mesh.counts[1] * mesh.counts[2], mesh.counts[2])
        let (vectors, gauss) = (mesh.widths[2] / 8, UnsafePointer(factors + 4 * room))
        let (gaussY, rows) = (UnsafePointer(factors + 2 * room), mesh.widths[1])
        for i in 0..<mesh.widths[0] {
            for k in 0..<vectors {
                let columns = density + (offset &+ i &* plane &+ 8 &* k)
                let peak: SIMD8<Double> = (height * factors[i]) * eight(gauss, 8 &* k)
                for j in 0..<rows {
                    let old: SIMD8<Double> = eight(columns, j &* row)
                    storeEight(old + gaussY[j] * peak, columns, j &* row)
                }
            }
        }
    }

    @inline(__always)
    private func findScore(
        _ particle: Int, _ particles: ParticleView, _ factors: UnsafeMutablePointer<Double>,
        _ scores: UnsafeMutablePointer<Double>
    ) {
        let (dimensions, stride) = (particles.dimensions, particles.stride)
        guard let offset = mesh.window(particles.velocities + particle, stride, factors) else {
            for axis in 0..<dimensions { scores[axis &* stride &+ particle] = .nan }
            return
        }
        let (room, plane, row) = (mesh.factorCount / 6, mesh.counts[1] * mesh.counts[2], mesh.counts[2])
        let vectors = mesh.widths[2] / 8
        let (gauss, slope) = (UnsafePointer(factors + 4 * room), UnsafePointer(factors + 5 * room))
        let (gaussY, slopeY) = (UnsafePointer(factors + 2 * room), UnsafePointer(factors + 3 * room))
        let (height, logs) = (mesh.widths[1], UnsafePointer(logarithms.pointer))
        var (first, second, third) = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)
        for i in 0..<mesh.widths[0] {
            // Eight columns at a time: the sum along them has two products a cell, and all else is done once a column.
            for k in 0..<vectors {
                let columns = logs + (offset &+ i &* plane &+ 8 &* k)
                var (values, slopes) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
                for j in 0..<height {
                    let value: SIMD8<Double> = eight(columns, j &* row)
                    values += gaussY[j] * value
                    slopes += slopeY[j] * value
                }
                let along = values * eight(gauss, 8 &* k)
                first += factors[room &+ i] * along
                second += factors[i] * (slopes * eight(gauss, 8 &* k))
                third += factors[i] * (values * eight(slope, 8 &* k))
            }
        }
        let scale = -mesh.volume * mesh.norm / mesh.variance
        scores[(dimensions &- 1) &* stride &+ particle] = scale * third.sum()
        scores[(dimensions &- 2) &* stride &+ particle] = scale * second.sum()
        if dimensions == 3 { scores[particle] = scale * first.sum() }
    }
}
