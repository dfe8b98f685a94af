import PDEConfig
import PDECore
import PDEEvaluation
import PDEHybrids
import PDEPlot
import PDESolvers

/// A run that has learned directions of conjugate gradients, beside classical solvers, on systems that it never saw.
struct DirectionSubject: EvaluationSubject {
    private let run: ConjugateDirectionRun
    private let limit: Int?

    /// Of a tolerance that all of them reach in double precision.
    private static let tolerance = 1e-6
    private static let mostIterations = 3000
    /// Values of ω that symmetric over-relaxation is tried with, each on the system itself.
    private static let relaxations = [1.5, 1.7, 1.8, 1.9, 1.95]

    /// - Parameter limit: the most systems.
    init(_ folder: String, limit: Int?, kinds: Kinds) throws {
        run = try ConjugateDirectionRun(folder: folder, kinds: kinds)
        self.limit = limit
    }

    var warnings: [String] { [] }

    func run(
        _ observer: RunsEvaluation.Observer, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> RunsFindings {
        let all = UnseenSystem.standard(dimensions: run.dimensions)
        let systems = all.prefix(limit ?? all.count)
        observer.begin(systems.count, "systems")
        var cases: [SolverCase] = []
        for (place, unseen) in systems.enumerated() {
            if shouldStop() { throw EvaluationError.interrupted }
            let drawn = try unseen.drawn()
            let coefficients = drawn.system.coefficients
            cases.append(
                SolverCase(
                    name: unseen.name, shape: drawn.system.grid.shape,
                    contrast: coefficients.max()! / coefficients.min()!,
                    solidShare: Double(drawn.system.solid.count { $0 == 1 }) / Double(drawn.system.grid.count),
                    results: try results(drawn)))
            observer.progress(.init(contestant: unseen.name, done: place + 1, total: systems.count))
        }
        let evaluation = SolverEvaluation(
            run: run.folder, trainingSeconds: run.state.seconds, tolerance: Self.tolerance, cases: cases)
        return .solver(evaluation, title: run.description.experiment.name, picture: try picture())
    }

    private func results(_ drawn: DrawnSystem) throws -> [SolverResult] {
        let learned = LearnedPreconditioner(run)
        var results = [iterated("learned", drawn, learned)]
        for (name, kind) in [
            ("none", Unpreconditioned()), ("incomplete Cholesky", IncompleteCholesky()),
            ("multigrid", MultigridCycle()),
        ] as [(String, any PoissonPreconditioner)] { results.append(iterated(name, drawn, kind)) }
        // Iterations cost the same with any ω: one that takes more of them than the best so far need not be followed to its end.
        var (best, limit): (SolverResult?, Int) = (nil, Self.mostIterations)
        for omega in Self.relaxations {
            let kind = SymmetricOverRelaxation(overRelaxation: omega)
            let result = iterated("SSOR, ω = \(omega)", drawn, kind, limit: limit)
            guard result.hasConverged, result.iterations! < limit else {
                best = best ?? result
                continue
            }
            (best, limit) = (result, result.iterations!)
        }
        results.append(best!)
        if let direct = try? transformed(drawn) { results.append(direct) }
        return results
    }

    private func iterated(
        _ name: String, _ drawn: DrawnSystem, _ kind: any PoissonPreconditioner, limit: Int = mostIterations
    ) -> SolverResult {
        timed(name) {
            ConjugateGradients(
                drawn.system, preconditioner: kind, tolerance: Self.tolerance, iterationLimit: limit)
        } solve: {
            $0.solution(drawn.rightHandSide).report
        }
    }

    private func transformed(_ drawn: DrawnSystem) throws -> SolverResult {
        var result = try timed("direct, by transforms") {
            try BoxTransformSolver(drawn.system, tolerance: Self.tolerance)
        } solve: {
            $0.solution(drawn.rightHandSide).report
        }
        if result.iterations == 0 { (result.iterations, result.history) = (nil, []) }
        return result
    }

    /// The least times of three, or of one where that takes long.
    private func timed<Solver>(
        _ name: String, make: () throws -> Solver, solve: (Solver) -> SolveReport
    ) rethrows -> SolverResult {
        let clock = ContinuousClock()
        var best: SolverResult?
        let start = clock.now
        for _ in 0..<3 where best == nil || clock.now - start < .seconds(1) {
            let before = clock.now
            let solver = try make()
            let setup = (clock.now - before) / .seconds(1)
            let report = solve(solver)
            let result = SolverResult(
                solver: name, iterations: report.iterations, outcome: report.outcome.rawValue,
                setupSeconds: min(setup, best?.setupSeconds ?? setup),
                solveSeconds: min(report.seconds, best?.solveSeconds ?? report.seconds), residual: report.residual,
                history: report.residualHistory)
            best = result
        }
        return best!
    }

    /// Errors on a medium after 1, 2, 4 and 8 iterations, the learned solver's above multigrid's and incomplete Cholesky's.
    private func picture() throws -> [UInt8] {
        guard run.dimensions == 2 else { return [] }
        let drawn = try UnseenSystem(name: "", resolution: 64, dimensions: 2, contrast: 1e3).drawn()
        let exact = ConjugateGradients(drawn.system, tolerance: 1e-12).solution(drawn.rightHandSide).u
        let largest = exact.reduce(0) { max($0, abs($1)) }
        let kinds: [(String, any PoissonPreconditioner)] = [
            ("learned", LearnedPreconditioner(run)), ("multigrid", MultigridCycle()),
            ("Cholesky", IncompleteCholesky()),
        ]
        let panels = kinds.flatMap { name, kind in
            [1, 2, 4, 8].map { count -> Panel in
                let u = ConjugateGradients(
                    drawn.system, preconditioner: kind, tolerance: 1e-15, iterationLimit: count
                ).solution(drawn.rightHandSide).u
                let error = zip(u, exact).map { Float(($0 - $1) / largest) }
                let most = Double(error.reduce(0) { max($0, abs($1)) })
                let map = HeatMap(
                    error, rows: 64, columns: 64, colormap: .diverging,
                    limits: .fixed(-max(most, 1e-30), max(most, 1e-30)),
                    firstRowAtBottom: false)
                return Panel("\(name) after \(count)", heatMap: map, colorBar: ColorBar(map))
            }
        }
        return Figure(
            title: "Errors over the largest value, contrast 1000", panels: panels, columns: 4, panelWidth: 260,
            panelHeight: 260
        ).raster().png(title: "errors")
    }
}
