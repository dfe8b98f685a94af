import PDEConfig
import PDECore
import PDESolvers

/// The work of `poisson_hypre.c`: −Δu = f on a square or a cube with three solid blocks of an eighth of its side, values of 0
/// on the sides, no flux through the blocks, noise as f; conjugate gradients with multigrid. Direct transforms solve the same
/// box without the blocks. Other media: `PoissonMedium`.
package struct PoissonBench: Sendable {
    let resolution, dimensions, threads, repeats: Int
    let tolerance: Double
    let isDirect: Bool
    let medium: PoissonMedium

    /// What is measured.
    package init(
        resolution: Int, dimensions: Int, threads: Int, repeats: Int, tolerance: Double, isDirect: Bool,
        medium: PoissonMedium = PoissonMedium()
    ) {
        (self.resolution, self.dimensions, self.threads, self.repeats, self.tolerance, self.isDirect, self.medium) = (
            resolution, dimensions, threads, repeats, tolerance, isDirect, medium
        )
    }

    /// Seconds of set-up, of which some make the system, and of the solve, and what ran.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package func measure<Scalar: Real>(_: Scalar.Type) throws -> JSON {
        let problem: PoissonMedium.Problem<Scalar> = medium.problem(
            [Int](repeating: resolution, count: dimensions), hasSolid: !isDirect)
        let b = problem.rightHandSide
        let team = ThreadTeam(threads: threads)
        let clock = ContinuousClock()
        var u = [Scalar](repeating: 0, count: b.count)
        var runs: [(system: Double, setup: Double, report: SolveReport)] = []
        for _ in 0..<repeats {
            let start = clock.now
            let system = try PoissonSystem<Scalar>(
                problem.grid, solid: problem.solid, coefficient: problem.coefficient)
            let assembly = (clock.now - start) / .seconds(1)
            let solver: any PoissonSolver<Scalar> =
                isDirect
                ? try BoxTransformSolver(system, tolerance: tolerance, team: team)
                : ConjugateGradients(system, tolerance: tolerance, team: team)
            let setup = (clock.now - start) / .seconds(1)
            runs.append((assembly, setup, solver.solve(b, into: &u, startsFromSolution: false)))
        }
        runs.sort { $0.setup + $0.report.seconds < $1.setup + $1.report.seconds }
        let (best, median) = (runs[0], runs[runs.count / 2])
        func rounded(_ value: Double) -> JSON { .number((value * 1e5).rounded() / 1e5) }
        return .object([
            ("bench", "poisson"), ("n", .number(resolution)), ("dimensions", .number(dimensions)),
            ("precision", .string(Scalar.self == Float.self ? "float" : "double")), ("threads", .number(team.count)),
            ("tolerance", .number(tolerance)), ("system_s", rounded(best.system)), ("setup_s", rounded(best.setup)),
            ("solve_s", rounded(best.report.seconds)), ("iterations", .number(best.report.iterations)),
            ("relative_residual", .number(best.report.residual)), ("outcome", .string(best.report.outcome.rawValue)),
            ("median_total_s", rounded(median.setup + median.report.seconds)),
            ("contrast", .number(medium.contrast)), ("exponent", .number(medium.exponent)),
            ("stretch", .number(medium.stretch)), ("solid", .number(medium.solid)), ("block", .number(medium.block)),
            ("blocks", .number(problem.blocks)),
            ("solver", .string(isDirect ? "direct transforms" : "conjugate gradients, multigrid in single precision")),
            ("version", .string("pdegen \(LibraryVersions.pdekit)")),
        ])
    }
}
