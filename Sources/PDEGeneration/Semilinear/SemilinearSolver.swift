import PDECore
import PDESolvers

/// Computes trajectories of one recipe on one thread, reusing its workspace from sample to sample.
final class SemilinearSolver<Scalar: Real> {
    private let recipe: Recipe
    private let problem: SemilinearProblem
    private let grid: Grid
    private let refinement: Int
    private let space: SpectralSpace<Scalar>
    private let examiner: FrameExaminer<Scalar>
    private let values: [AlignedBuffer<Scalar>]
    private var stepper: (coefficients: [Double], stepper: SemilinearStepper<Scalar>)?

    /// A solver on the recipe's grid, or on one that is finer by `refinement`, with steps shorter by as much.
    init(_ recipe: Recipe, _ problem: SemilinearProblem, refinement: Int = 1) {
        self.recipe = recipe
        self.problem = problem
        self.refinement = refinement
        grid = problem.grid(in: recipe).resampled(to: recipe.resolution * refinement)
        space = SpectralSpace(grid)
        examiner = FrameExaminer(in: space)
        values = (0..<problem.equation.dimensions).map { [grid] _ in AlignedBuffer(count: grid.count) }
    }

    /// What is drawn for a sample.
    struct Draw {
        /// The equation's coefficients, in the order of the recipe.
        var coefficients: [Double]
        /// Amplitude and mean of the initial state.
        var amplitude, mean: Double
        /// The stream of each component's shape.
        var shape: (Int) -> RandomStream
    }

    /// The draw of a sample: a function of seed, index and attempt.
    func draw(index: Int, attempt: Int) -> Draw {
        func stream(_ purpose: RandomStream.Purpose) -> RandomStream {
            RandomStream(seed: recipe.seed, index: index, purpose: purpose, attempt: attempt)
        }
        let coefficients = problem.equation.coefficients.map { coefficient in
            var numbers = stream(RandomStream.Purpose(coefficient.name))
            return coefficient.distribution.draw(from: &numbers)
        }
        var (amplitude, mean) = (stream("amplitude"), stream("mean"))
        return Draw(
            coefficients: coefficients, amplitude: problem.initial.amplitude.draw(from: &amplitude),
            mean: problem.initial.mean.draw(from: &mean)
        ) { stream(RandomStream.Purpose("initial state \($0)")) }
    }

    /// Solves from a draw.
    ///
    /// - Parameters:
    ///   - draw: coefficients and initial state.
    ///   - watch: asked before every step.
    ///   - frames: how many frames to compute; nil for those of the recipe.
    ///   - frame: gets each frame's number and its values on the solver's grid, one buffer a component.
    /// - Returns: the health; frames after a blow-up are not shown.
    /// - Throws: `SampleStopped`.
    func solve(
        _ draw: Draw, _ watch: SampleWatch, frames: Int? = nil, frame show: (Int, [AlignedBuffer<Scalar>]) -> Void
    ) throws(SampleStopped) -> TrajectoryHealth {
        let frames = frames ?? recipe.frames.count
        let stepper = stepper(for: draw.coefficients)
        var state = initialState(draw, components: stepper.components)
        var health = TrajectoryHealth()
        var budget = stepper.budget(of: state)
        let startEnergy = budget.energy
        var largestEnergy = startEnergy
        var (gained, turnover) = (0.0, 0.0)
        let limit = 1e3 * max(1, budget.maximumSpeed)
        for frame in 0..<frames {
            guard budget.energy.isFinite, budget.maximumSpeed < limit else {
                health.blowUpFrame = frame
                return health
            }
            let examination = examiner.examine(state, into: Array(values.prefix(stepper.components)))
            health.add(examination, spacing: grid.smallestSpacing)
            show(frame, Array(values.prefix(stepper.components)))
            if frame + 1 == frames { break }
            let report = stepper.advance(
                &state, over: recipe.frames.interval, from: budget, control: problem.solver.control,
                first: frame == 0 ? problem.solver.firstStep : nil, refinement: refinement,
                while: watch.during(frame, of: frames))
            guard let report else {
                try watch.check(Double(frame) / Double(frames - 1))
                health.blowUpFrame = frame + 1
                return health
            }
            budget = report.end
            gained += report.energyGained
            turnover += report.energyTurnover
            health.steps += report.steps
            health.courant = max(health.courant, report.courant)
            largestEnergy = max(largestEnergy, budget.energy)
            let gap = abs(budget.energy - startEnergy - gained)
            health.energyBalance = max(health.energyBalance, gap / (largestEnergy + turnover / 2))
        }
        return health
    }

    private func stepper(for coefficients: [Double]) -> SemilinearStepper<Scalar> {
        if let known = stepper, known.coefficients == coefficients { return known.stepper }
        let made = SemilinearStepper<Scalar>(
            problem.equation.equation(coefficients), in: space, timeStep: recipe.frames.interval,
            method: problem.solver.method)
        made.keepsBudget = true
        stepper = (coefficients, made)
        return made
    }

    private func initialState(_ draw: Draw, components: Int) -> SpectralField<Scalar> {
        let shape = problem.initial.state.field(on: grid, components: components, streams: draw.shape)
        var field = Field<Scalar>(on: grid, components: components)
        field.values.withUnsafeMutablePointer { target in
            shape.values.withUnsafePointer { source in
                for i in 0..<shape.values.count { target[i] = Scalar(draw.mean + draw.amplitude * source[i]) }
            }
        }
        return SpectralField(field, in: space)
    }
}

extension TrajectoryHealth {
    fileprivate mutating func add(_ frame: FrameExamination, spacing: Double) {
        steepness = max(steepness, frame.steepestSlope)
        layerPoints = min(layerPoints, frame.layerThickness / spacing)
        spectralTail = max(spectralTail, frame.spectralTail)
        smallestScale = min(smallestScale, frame.smallestScale)
    }
}
