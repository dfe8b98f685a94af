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
/// - Cost: two exponentials an axis and particle, twice, and two sums over a window of cells (15² at the standard variance),
///   which particles that are neighbours share as products of matrices.
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
    private var groups: BlobGroups
    /// One a worker.
    private var tiles: [BlobTile] = []

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
        groups = BlobGroups(mesh, count: 0)
    }

    /// 0.64 h^1.98.
    public static func variance(spacing: Double) -> Double { 0.64 * pow(spacing, 1.98) }

    /// Makes a workspace for as many particles.
    public func prepare(count: Int, dimensions: Int) {
        precondition(
            dimensions == grid.dimensions, "dimensions: expected \(grid.dimensions) as the grid has, got \(dimensions)")
        groups = BlobGroups(mesh, count: count)
    }

    /// s_i = Σ_c h^d ∇ψ(v_i − c) log f̃_c; NaN for a particle outside of the mesh.
    public func evaluate(
        _ particles: ParticleView, time: Double, into scores: UnsafeMutablePointer<Double>, on team: ThreadTeam
    ) {
        let cells = sumBlobs(particles, on: team)
        let (density, logs) = (densities[0].pointer + cells.lowerBound, logarithms.pointer + cells.lowerBound)
        let sum = team.sum(count: cells.count, chunk: 4096) { range in
            // Cells that no blob reaches are in no particle's window.
            for cell in range { logs[cell] = density[cell] >= .leastNormalMagnitude ? density[cell] : 1 }
            Double.map(.log, logs + range.lowerBound, into: logs + range.lowerBound, count: range.count)
            var sum = 0.0
            for cell in range { sum += density[cell] * logs[cell] }
            return sum
        }
        entropy = sum * mesh.volume
        groups.order.withUnsafeBufferPointer { order in
            groups.groups.withUnsafeBufferPointer { groups in
                team.forEach(0..<groups.count) { group, worker in
                    tiles[worker].findScores(
                        groups[group], order.baseAddress!, particles, logarithms: logarithms.pointer, into: scores)
                }
            }
        }
        for axis in 0..<particles.dimensions {
            for particle in groups.lost { scores[axis * particles.stride + Int(particle)] = .nan }
            for particle in particles.count..<particles.stride { scores[axis * particles.stride + particle] = 0 }
        }
    }

    /// f̃ of some particles at the grid's points.
    public func density(of cloud: ParticleCloud) -> Field<Double> {
        precondition(cloud.dimensions == grid.dimensions, "cloud: expected \(grid.dimensions) components")
        cloud.withView { _ = sumBlobs($0, on: ThreadTeam(threads: 1)) }
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
    /// - Returns: the cells that blobs may have reached.
    private func sumBlobs(_ particles: ParticleView, on team: ThreadTeam) -> Range<Int> {
        if groups.order.count != particles.count { groups = BlobGroups(mesh, count: particles.count) }
        groups.sort(particles, on: team)
        while tiles.count < team.count { tiles.append(BlobTile(mesh)) }
        groups.order.withUnsafeBufferPointer { order in
            team.forEach(0..<densities.count) { part, worker in
                // The first is cleared as a whole, since it becomes the sum.
                let cells = part == 0 ? 0..<mesh.cellCount : cells(of: groups.quarters[part])
                (densities[part].pointer + cells.lowerBound).update(repeating: 0, count: cells.count)
                for group in groups.quarters[part] {
                    tiles[worker].add(
                        groups.groups[group], order.baseAddress!, particles, to: densities[part].pointer)
                }
            }
        }
        let total = densities[0].pointer
        for part in 1..<densities.count {
            let density = densities[part].pointer
            for cell in cells(of: groups.quarters[part]) { total[cell] += density[cell] }
        }
        return cells(of: 0..<groups.groups.count)
    }

    /// The cells that some groups' blobs may reach: blocks are in the cells' order.
    private func cells(of range: Range<Int>) -> Range<Int> {
        guard let first = range.first, let last = range.last else { return 0..<0 }
        let (low, high) = (Int(groups.groups[first].block), Int(groups.groups[last].block))
        return mesh.cells(ofBlock: low).lowerBound..<mesh.cells(ofBlock: high).upperBound
    }
}
