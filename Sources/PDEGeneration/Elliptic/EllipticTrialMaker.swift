import PDECore
import PDEData
import PDEGeometry
import PDESolvers

/// Computes samples of one elliptic recipe on one thread.
final class EllipticTrialMaker<Scalar: Real>: TrialMaker {
    private let recipe: Recipe
    private let problem: EllipticProblem
    private let grid, stored: Grid

    init(_ recipe: Recipe, _ problem: EllipticProblem) {
        self.recipe = recipe
        self.problem = problem
        grid = problem.solvedGrid(in: recipe)
        stored = problem.grid(in: recipe, resolution: recipe.frames.resolution)
    }

    func trial(index: Int, attempt: Int, _ watch: SampleWatch) throws(SampleStopped) -> Trial {
        let draw: EllipticDraw
        do { draw = try EllipticDraw(problem, index: index, attempt: attempt, in: recipe) } catch {
            return .refused(by: error)
        }
        let permeability = try draw.permeability(on: grid, watch)
        let system: PoissonSystem<Scalar>
        do { system = try draw.system(on: grid, permeability: permeability, of: Scalar.self) } catch {
            return .refused(by: error)
        }
        return try solve(draw, system, permeability, watch)
    }

    private func solve(
        _ draw: EllipticDraw, _ system: PoissonSystem<Scalar>, _ permeability: [Double], _ watch: SampleWatch
    ) throws(SampleStopped) -> Trial {
        let drawn = try draw.source(on: grid, watch).map { Scalar($0) }
        let source = system.compatible(drawn)
        // Means are exact to some units in the last place.
        guard largest(source) > 64 * Double(Scalar.ulpOfOne) * largest(drawn) else {
            return .refused(
                "no fluid holds a value and the source is constant: without its mean nothing is left, and the solution is zero",
                nil)
        }
        let solver: any PoissonSolver<Scalar>
        do {
            solver = try problem.solver.makeSolver(for: system) { watch.isWanted(0) }
        } catch { return .refused(by: error) }
        try watch.check()
        let (u, report) = solver.solution(source)
        try watch.check()
        // As far as the precision goes is far enough: the balance tells how far that is.
        guard report.hasConverged || report.outcome == .roundOff else {
            return .refused(
                "the solver ended with \(report.outcome.rawValue) after \(formatCount(report.iterations, "iteration")) at a relative residual "
                    + "of \(report.residual)", nil)
        }
        let balance = balance(of: system.applied(to: u), source)
        guard balance <= problem.health.balance else {
            return .refused("balance of a cell is \(balance), allowed is \(problem.health.balance)", nil)
        }
        let measures = [
            "iterations": Double(report.iterations), "residual": report.residual, "balance": balance,
            "floating_regions": Double(report.floatingRegions),
        ]
        return sound(u, source, permeability, draw, measures)
    }

    private func largest(_ values: [Scalar]) -> Double { values.reduce(0) { max($0, abs(Double($1))) } }

    private func balance(of outflow: [Scalar], _ source: [Scalar]) -> Double {
        largest(zip(outflow, source).map { $0 - $1 }) / largest(source)
    }

    private func sound(
        _ u: [Scalar], _ source: [Scalar], _ permeability: [Double], _ draw: EllipticDraw,
        _ measures: [String: Double]
    ) -> Trial {
        let blocks = CellBlocks(of: draw.mask(on: grid), shape: grid.shape, side: recipe.stride * recipe.refinement)
        var fields = [blocks.averaged(u.map { Float($0) })]
        if problem.hasSourceField { fields.append(blocks.averaged(source.map { Float($0) })) }
        if !permeability.isEmpty { fields.append(blocks.averaged(permeability.map { Float($0) })) }
        if let geometry = draw.geometry {
            fields.append(blocks.mask)
            fields.append(Geometry(geometry.bodies, on: stored).cellDistance.map { Float($0) })
        }
        let difficulty = draw.difficulty(on: grid, permeability: permeability)
        var scalars: [String: [Double]] = [:]
        if problem.equation.sides == .random {
            for (name, side) in zip(problem.sideNames, zip(draw.sides.lower, draw.sides.upper).flatMap { [$0, $1] }) {
                scalars[name] = [side == .value ? 1 : 0]
            }
        }
        return .sound(
            SolvedSample(
                fields: fields, difficulty: difficulty, health: measures, steps: Int(measures["iterations"]!),
                scalars: scalars, notes: draw.geometry.map { ["obstacles": $0.bodiesText] } ?? [:],
                identity: identity(fields, draw)))
    }

    /// What makes a sample this one: all fields but the solution's distance to round-off, and what holds on the sides.
    private func identity(_ fields: [[Float]], _ draw: EllipticDraw) -> [Float] {
        fields.dropFirst().flatMap { $0 } + (draw.sides.lower + draw.sides.upper).map { $0 == .value ? 1 : 0 }
            + fields[0]
    }
}
