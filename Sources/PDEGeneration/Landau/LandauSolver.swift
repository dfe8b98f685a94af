import PDECore
import PDESolvers

/// Computes densities of one recipe on one thread, reusing its workspace from sample to sample.
final class LandauSolver: TrajectorySolver {
    /// How many exponents' tables are kept.
    static let mostSteppers = 2

    /// What is drawn for a sample.
    struct Draw {
        let index, attempt: Int
        /// γ.
        let exponent: Double
        /// The initial density.
        let density: VelocityDensity
    }

    let recipe: Recipe
    let problem: LandauProblem
    private let grid: Grid
    private let storedPoints: [Int]
    private var steppers: [(exponent: Double, stepper: LandauFourierStepper)] = []

    private var exponent = 0.0
    /// The exact solution, where one is known.
    private var exact: BKWSolution?
    private var state: Field<Double>
    /// The last frame that was looked at, at its stored points, and its time.
    private(set) var stored: [[Float]] = []
    private(set) var time = 0.0
    /// What is known of the trajectory so far.
    private(set) var health = LandauHealth()

    /// A solver on the grid of the recipe's refinement. Steps that stability sets are shorter by the square of that by
    /// themselves, fixed ones are made so.
    init(_ recipe: Recipe, _ problem: LandauProblem) {
        self.recipe = recipe
        self.problem = problem
        grid = problem.solvedGrid(in: recipe)
        storedPoints = FrameRestriction.offsets(every: recipe.stride * recipe.refinement, of: grid)
        state = Field(on: grid)
    }

    func draw(index: Int, attempt: Int) -> Draw {
        let (exponent, density) = problem.draw(index: index, attempt: attempt, in: recipe)
        return Draw(index: index, attempt: attempt, exponent: exponent, density: density)
    }

    func begin(_ draw: Draw, while goesOn: () -> Bool) {
        exponent = draw.exponent
        exact = exponent == 0 ? draw.density.solution(strength: problem.equation.strength) : nil
        state = VelocityGrid.field(on: grid) { draw.density.value(at: $0) }
        health = LandauHealth()
    }

    func examine(_ frame: Int) -> Bool {
        time = Double(frame) * recipe.frames.interval
        health.moments.append(DensityMoments(of: state))
        health.dissipation.append(stepper.entropyDissipation(of: state))
        if let exact {
            let error = Self.relativeError(state, exact.field(on: grid, time: time))
            health.exactError = max(health.exactError ?? 0, error)
        }
        if exponent == 0 { compareCovariance() }
        stored = [storedPoints.map { Float(state[0, $0]) }]
        return true
    }

    var solution: [Double] { state.values.values }

    func advance(from frame: Int, while goesOn: (Double) -> Bool) -> Bool {
        do throws(LandauStepError) {
            health.steps += try stepper.cover(
                &state, recipe.frames.interval,
                step: problem.solver.step.map { $0 / Double(recipe.refinement * recipe.refinement) },
                while: goesOn)
            return true
        } catch {
            health.failure = "after frame \(frame): \(error)"
            return false
        }
    }

    /// For Maxwell molecules the covariance is known in closed form, whatever the density.
    private func compareCovariance() {
        let (first, last) = (health.moments[0], health.moments[health.moments.count - 1])
        let relaxation = CovarianceRelaxation(
            from: first.covariance, strength: problem.equation.strength * first.mass)
        let exact = relaxation.covariance(at: time)
        let error = zip(last.covariance.storage, exact.storage).map { abs($0 - $1) }.max()!
        health.covarianceError = max(health.covarianceError ?? 0, error)
    }

    private var stepper: LandauFourierStepper {
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

extension LandauFourierStepper {
    /// Covers an interval with steps of at most `step`, or as long as stability allows; gives their number.
    func cover(
        _ state: inout Field<Double>, _ interval: Double, step: Double?, while goesOn: (Double) -> Bool = { _ in true }
    ) throws(LandauStepError) -> Int {
        guard let step else { return try advance(&state, over: interval, while: goesOn) }
        let steps = max(1, Int((interval / step * (1 - 1e-12)).rounded(.up)))
        timeStep = interval / Double(steps)
        try advanceChecked(&state, steps: steps, while: goesOn)
        return steps
    }
}
