import PDECore
import PDESolvers

/// Computes trajectories of one recipe on one thread, reusing its workspace from sample to sample.
final class SemilinearSolver<Scalar: Real> {
    /// How much shorter than the control's steps may become for the sake of the energy's budget.
    private static var mostShortening: Int { 16 }

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
        grid = problem.grid(in: recipe).refined(by: refinement)
        space = SpectralSpace(grid, degree: problem.equation.degree)
        examiner = FrameExaminer(in: space)
        values = (0..<problem.equation.components).map { [grid] _ in AlignedBuffer(count: grid.count) }
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
        _ draw: SemilinearDraw, _ watch: SampleWatch, frames: Int? = nil,
        frame show: (Int, [AlignedBuffer<Scalar>]) -> Void
    ) throws(SampleStopped) -> TrajectoryHealth {
        let frames = frames ?? recipe.frames.count
        let stepper = stepper(for: draw.coefficients)
        var state = initialState(draw, components: stepper.components)
        var health = TrajectoryHealth()
        var budget = stepper.budget(of: state)
        var balance = EnergyBalance(from: budget)
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
            let report = advance(
                &state, stepper, from: budget, first: frame == 0 ? problem.solver.firstStep : nil, speed: limit,
                &balance,
                while: watch.during(frame, of: frames))
            guard let report else {
                try watch.check(Double(frame) / Double(frames - 1))
                health.blowUpFrame = frame + 1
                let steps = problem.solver.control.steps(
                    interval: recipe.frames.interval, speed: budget.maximumSpeed,
                    spacing: grid.smallestSpacing * Double(refinement))
                health.takesTooManySteps = steps == .max
                return health
            }
            budget = report.end
            health.steps += report.steps
            health.courant = max(health.courant, report.courant)
            health.energyBalance = balance.worst
        }
        return health
    }

    /// Goes on by a frame. Where the energy's budget would not close within its limit, the frame is made again with shorter
    /// steps, if these are not fixed: which samples are kept does not depend on how hard they are to follow.
    private func advance(
        _ state: inout SpectralField<Scalar>, _ stepper: SemilinearStepper<Scalar>, from budget: EnergyBudget,
        first: Double?, speed limit: Double, _ balance: inout EnergyBalance, while goesOn: (Double) -> Bool
    ) -> IntervalReport? {
        var shortening = 1
        while true {
            var (next, sum) = (state, balance)
            let report = stepper.advance(
                &next, over: recipe.frames.interval, from: budget, control: problem.solver.control, first: first,
                refinement: refinement, shortening: shortening, bounds: problem.stepBounds(speed: limit), while: goesOn)
            guard let report else { return nil }
            sum.add(report)
            // Fixed steps stay, and a budget that is open already cannot be closed.
            let isClosed = sum.worst <= problem.health.energyBalance
            let canClose = problem.solver.courant != nil && balance.worst <= problem.health.energyBalance
            guard !isClosed, canClose, shortening < Self.mostShortening else {
                (state, balance) = (next, sum)
                return report
            }
            shortening *= 2
        }
    }

    private func stepper(for coefficients: [Double]) -> SemilinearStepper<Scalar> {
        if let known = stepper, known.coefficients == coefficients { return known.stepper }
        let made = SemilinearStepper<Scalar>(
            problem.equation.equation(coefficients), in: space, timeStep: recipe.frames.interval,
            method: problem.solver.method)
        stepper = (coefficients, made)
        return made
    }

    private func initialState(_ draw: SemilinearDraw, components: Int) -> SpectralField<Scalar> {
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
        leastTail = min(leastTail, frame.spectralTail)
        addedTail = max(addedTail, frame.spectralTail - leastTail)
        smallestScale = min(smallestScale, frame.smallestScale)
    }
}
