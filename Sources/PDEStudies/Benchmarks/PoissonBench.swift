import PDEConfig
import PDECore
import PDESolvers

/// The work of `poisson_hypre.c`: −Δu = f on a square or a cube with three solid blocks of an eighth of its side, values of 0
/// on the sides, no flux through the blocks, noise as f; conjugate gradients with multigrid. Direct transforms solve the same
/// box without the blocks.
package struct PoissonBench: Sendable {
    let resolution, dimensions, threads, repeats: Int
    let tolerance: Double
    let isDirect: Bool

    /// What is measured.
    package init(resolution: Int, dimensions: Int, threads: Int, repeats: Int, tolerance: Double, isDirect: Bool) {
        (self.resolution, self.dimensions, self.threads, self.repeats, self.tolerance, self.isDirect) = (
            resolution, dimensions, threads, repeats, tolerance, isDirect
        )
    }

    /// Seconds of set-up and solve, and what ran.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package func measure<Scalar: Real>(_: Scalar.Type) throws -> JSON {
        let (solid, b): ([UInt8], [Scalar]) = problem()
        let axis = Grid.Axis(count: resolution, from: 0, to: 1, placement: .cells)
        let grid = Grid([Grid.Axis](repeating: axis, count: dimensions))
        let team = ThreadTeam(threads: threads)
        let clock = ContinuousClock()
        var u = [Scalar](repeating: 0, count: b.count)
        var runs: [(setup: Double, report: SolveReport)] = []
        for _ in 0..<repeats {
            let start = clock.now
            let system = try PoissonSystem<Scalar>(grid, solid: isDirect ? [] : solid)
            let solver: any PoissonSolver<Scalar> =
                isDirect
                ? try BoxTransformSolver(system, tolerance: tolerance, team: team)
                : ConjugateGradients(system, tolerance: tolerance, team: team)
            let setup = (clock.now - start) / .seconds(1)
            runs.append((setup, solver.solve(b, into: &u, startsFromSolution: false)))
        }
        runs.sort { $0.setup + $0.report.seconds < $1.setup + $1.report.seconds }
        let (best, median) = (runs[0], runs[runs.count / 2])
        func rounded(_ value: Double) -> JSON { .number((value * 1e5).rounded() / 1e5) }
        return .object([
            ("bench", "poisson"), ("n", .number(resolution)), ("dimensions", .number(dimensions)),
            ("precision", .string(Scalar.self == Float.self ? "float" : "double")), ("threads", .number(team.count)),
            ("tolerance", .number(tolerance)), ("setup_s", rounded(best.setup)),
            ("solve_s", rounded(best.report.seconds)), ("iterations", .number(best.report.iterations)),
            ("relative_residual", .number(best.report.residual)), ("outcome", .string(best.report.outcome.rawValue)),
            ("median_total_s", rounded(median.setup + median.report.seconds)),
            ("blocks", .number(isDirect ? 0 : 3)),
            ("solver", .string(isDirect ? "direct transforms" : "conjugate gradients, multigrid in single precision")),
            ("version", .string("pdegen \(LibraryVersions.pdekit)")),
        ])
    }

    /// Blocks and noise from G. Marsaglia's xorshift generator ("Xorshift RNGs", 2003), as the peer's programme draws them.
    private func problem<Scalar: Real>() -> ([UInt8], [Scalar]) {
        var state: UInt64 = 88_172_645_463_325_252
        func uniform() -> Double {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Double(state >> 11) * 0x1p-53
        }
        let (n, side) = (resolution, resolution / 8)
        let count = dimensions == 2 ? n * n : n * n * n
        var solid = [UInt8](repeating: 0, count: count)
        for _ in 0..<3 {
            var corner = [0, 0, 0]
            for axis in 0..<dimensions { corner[axis] = side + Int(uniform() * Double(n - n / 4 - side)) }
            for z in 0..<(dimensions == 3 ? side : 1) {
                for y in 0..<side {
                    let start = ((corner[2] + z) * n + corner[1] + y) * n + corner[0]
                    for x in start..<start + side { solid[x] = 1 }
                }
            }
        }
        return (solid, (0..<count).map { solid[$0] == 1 ? 0 : Scalar(uniform() - 0.5) })
    }
}
