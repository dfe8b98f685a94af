import PDECore
import PDESolvers

/// Computes densities of one recipe on one thread, reusing its workspace from sample to sample.
final class LandauSolver {
    /// How many exponents' tables are kept.
    static let mostSteppers = 2
    /// The grid of the states that it shows.
    let grid: Grid
    private let recipe: Recipe
    private let problem: LandauProblem
    private let refinement: Int
    private var steppers: [(exponent: Double, stepper: LandauFourierStepper)] = []

    /// A solver on the recipe's grid, or on one that is finer by `refinement`. Steps that stability sets are shorter by the
    /// square of that by themselves, fixed ones are made so.
    init(_ recipe: Recipe, _ problem: LandauProblem, refinement: Int = 1) {
        self.recipe = recipe
        self.problem = problem
        self.refinement = refinement
        grid = problem.grid(in: recipe).resampled(to: recipe.resolution * refinement)
    }

    /// Solves from a density.
    ///
    /// - Parameters:
    ///   - exponent: γ.
    ///   - density: the initial density.
    ///   - watch: asked before every step.
    ///   - frames: how many frames to compute; nil for those of the recipe.
    ///   - show: gets each frame's number and its values on the solver's grid; false ends the run.
    /// - Throws: `SampleStopped`.
    func solve(
        exponent: Double, _ density: VelocityDensity, _ watch: SampleWatch, frames: Int? = nil,
        show: (Int, Field<Double>) -> Bool
    ) throws(SampleStopped) -> LandauHealth {
        let (frames, strength) = (frames ?? recipe.frames.count, problem.equation.strength)
        let stepper = stepper(for: exponent)
        let solution = exponent == 0 ? density.solution(strength: strength) : nil
        var state = VelocityGrid.field(on: grid) { density.value(at: $0) }
        var health = LandauHealth()
        for frame in 0..<frames {
            let time = Double(frame) * recipe.frames.interval
            health.moments.append(DensityMoments(of: state))
            health.dissipation.append(stepper.entropyDissipation(of: state))
            if let solution {
                let error = Self.relativeError(state, solution.field(on: grid, time: time))
                health.exactError = max(health.exactError ?? 0, error)
            }
            if exponent == 0 { compareCovariance(&health, at: time) }
            guard show(frame, state), frame + 1 < frames else { break }
            do throws(LandauStepError) {
                health.steps += try advance(&state, stepper, while: watch.during(frame, of: frames))
            } catch {
                try watch.check(Double(frame) / Double(frames - 1))
                health.failure = "after frame \(frame): \(error)"
                break
            }
        }
        return health
    }

    private func advance(
        _ state: inout Field<Double>, _ stepper: LandauFourierStepper, while goesOn: (Double) -> Bool
    ) throws(LandauStepError) -> Int {
        guard let step = problem.solver.step else {
            return try stepper.advance(&state, over: recipe.frames.interval, while: goesOn)
        }
        let shortest = step / Double(refinement * refinement)
        let steps = max(1, Int((recipe.frames.interval / shortest * (1 - 1e-12)).rounded(.up)))
        stepper.timeStep = recipe.frames.interval / Double(steps)
        try stepper.advanceChecked(&state, steps: steps, while: goesOn)
        return steps
    }

    /// For Maxwell molecules the covariance is known in closed form, whatever the density.
    private func compareCovariance(_ health: inout LandauHealth, at time: Double) {
        let (first, last) = (health.moments[0], health.moments[health.moments.count - 1])
        let relaxation = CovarianceRelaxation(
            from: first.covariance, strength: problem.equation.strength * first.mass)
        let exact = relaxation.covariance(at: time)
        let error = zip(last.covariance.storage, exact.storage).map { abs($0 - $1) }.max()!
        health.covarianceError = max(health.covarianceError ?? 0, error)
    }

    private func stepper(for exponent: Double) -> LandauFourierStepper {
        if let known = steppers.first(where: { $0.exponent == exponent }) { return known.stepper }
        let made = LandauFourierStepper(
            LandauKernel(strength: problem.equation.strength, exponent: exponent),
            dimensions: problem.equation.dimensions, points: grid.axes[0].count, halfWidth: recipe.length / 2,
            threads: 1)
        if steppers.count == Self.mostSteppers { steppers.removeFirst() }
        steppers.append((exponent, made))
        return made
    }

    private static func relativeError(_ values: Field<Double>, _ exact: Field<Double>) -> Double {
        let (values, exact) = (values.values.values, exact.values.values)
        let difference = zip(values, exact).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return (difference / exact.reduce(0) { $0 + $1 * $1 }).squareRoot()
    }
}
