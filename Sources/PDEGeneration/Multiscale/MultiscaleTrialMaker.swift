import PDECore
import PDEData
import PDESolvers

/// Computes samples of one multiscale recipe on one thread.
final class MultiscaleTrialMaker: TrialMaker {
    private let recipe: Recipe
    private let problem: MultiscaleProblem
    /// By degree: Newton's method costs its cube, and most solutions need a fraction of the highest.
    private var solvers: [Int: BoundaryValueSolver] = [:]

    init(_ recipe: Recipe, _ problem: MultiscaleProblem) {
        self.recipe = recipe
        self.problem = problem
    }

    private func solver(degree: Int) -> BoundaryValueSolver {
        if let solver = solvers[degree] { return solver }
        let solver = BoundaryValueSolver(
            dimensions: problem.equation.dimensions, degree: degree, length: recipe.length,
            points: recipe.frames.resolution)
        solvers[degree] = solver
        return solver
    }

    func trial(index: Int, attempt: Int, _ watch: SampleWatch) throws(SampleStopped) -> Trial {
        let cases = problem.equation.cases.count
        guard index >= cases || attempt == 0 else {
            return .refused("sample \(index) has the published frequencies, and no other draw", nil)
        }
        let (posed, scale) = problem.draw(index: index, attempt: attempt, in: recipe)
        let stated = posed.boundaryValueProblem(scale: scale, length: recipe.length)
        let degree = problem.degree(for: posed.solution.wavenumber * scale, in: recipe)
        let solution = solver(degree: degree).solve(stated) { watch.isWanted(0) }
        try watch.check()
        guard solution.outcome == .converged else {
            return .refused(
                "Newton's method ended with \(solution.outcome.rawValue) after \(formatCount(solution.newtonSteps, "step")) at a relative "
                    + "residual of \(solution.residual)", nil)
        }
        let points = points
        let known = points.map { posed.solution.derivatives(at: $0, scale: scale).value }
        let error = Self.distance(solution.values, known)
        guard error <= problem.health.error else {
            return .refused("distance from the known solution is \(error), allowed is \(problem.health.error)", nil)
        }
        return sound(solution, stated, posed, scale, ["error": error, "degree": Double(degree)])
    }

    private var points: [SIMD2<Double>] {
        let axis = problem.storedGrid(in: recipe).axes[0].coordinates
        return problem.equation.dimensions == 1
            ? axis.map { SIMD2($0, 0) } : axis.flatMap { x in axis.map { SIMD2(x, $0) } }
    }

    private static func distance(_ values: [Double], _ known: [Double]) -> Double {
        var (difference, norm) = (0.0, 0.0)
        for (a, b) in zip(values, known) {
            difference += (a - b) * (a - b)
            norm += b * b
        }
        return (difference / norm).squareRoot()
    }

    private func sound(
        _ solution: BoundaryValueSolution, _ stated: BoundaryValueProblem, _ posed: MultiscaleEquation.Case,
        _ scale: Double, _ measures: [String: Double]
    ) -> Trial {
        let wavenumber = posed.solution.wavenumber * scale
        let spacing = recipe.length / Double(recipe.frames.resolution - 1)
        let difficulty = ["wavenumber": wavenumber, "points_per_wave": 2 * .pi / wavenumber / spacing]
        let health = measures.merging([
            "residual": solution.residual, "newton_steps": Double(solution.newtonSteps),
            "iterations": Double(solution.iterations), "spectral_tail": solution.spectralTail,
        ]) { $1 }
        let scalars = [
            "equation": [Double(MultiscaleEquation.ProblemName.allCases.firstIndex(of: posed.problem)!)],
            "case": [Double(MultiscaleSolution.allCases.firstIndex(of: posed.solution)!)], "frequency": [scale],
        ]
        // Two are the same where solution and source are: Poisson's and the Allen–Cahn equation share solutions.
        return .sound(
            SolvedSample(
                fields: [solution.values.map { Float($0) }, points.map { Float(stated.source($0)) }],
                difficulty: difficulty, health: health, steps: solution.newtonSteps, scalars: scalars))
    }
}
