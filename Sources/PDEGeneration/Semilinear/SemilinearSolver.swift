import PDECore
import PDESolvers

/// Computes trajectories of one recipe on one thread, reusing its workspace from sample to sample.
final class SemilinearSolver<Scalar: Real>: TrajectorySolver {
    /// How much shorter than the control's steps may become for the sake of the energy's budget.
    private static var mostShortening: Int { 16 }

    let recipe: Recipe
    let problem: SemilinearProblem
    private let grid: Grid
    private let space: SpectralSpace<Scalar>
    private let examiner: FrameExaminer<Scalar>
    /// The present frame on the grid, one buffer a component.
    private let values: [AlignedBuffer<Scalar>]
    private let storedPoints: [Int]
    private var steppers: (coefficients: [Double], stepper: SemilinearStepper<Scalar>)?

    private var state: SpectralField<Scalar>
    private var budget = EnergyBudget()
    private var balance = EnergyBalance(from: EnergyBudget())
    /// The speed above which the trajectory counts as blown up.
    private var speedLimit = 0.0
    /// What is known of the trajectory so far.
    private(set) var health = TrajectoryHealth()

    /// A solver on the grid of the recipe's refinement, with steps shorter by as much.
    init(_ recipe: Recipe, _ problem: SemilinearProblem) {
        self.recipe = recipe
        self.problem = problem
        grid = problem.solvedGrid(in: recipe)
        space = SpectralSpace(grid, degree: problem.equation.degree)
        examiner = FrameExaminer(in: space)
        values = (0..<problem.equation.components).map { [grid] _ in AlignedBuffer(count: grid.count) }
        storedPoints = FrameRestriction.offsets(
            every: grid.axes.indices.map { recipe.stride(along: $0) * recipe.refinement }, of: grid)
        state = SpectralField(in: space, components: problem.equation.components)
    }

    func draw(index: Int, attempt: Int) -> SemilinearDraw {
        problem.draw(index: index, attempt: attempt, in: recipe)
    }

    func begin(_ draw: SemilinearDraw, while goesOn: () -> Bool) {
        if steppers?.coefficients != draw.coefficients {
            let stepper = SemilinearStepper<Scalar>(
                problem.equation.equation(draw.coefficients), in: space, timeStep: recipe.frames.interval,
                method: problem.solver.method)
            steppers = (draw.coefficients, stepper)
        }
        let shape = problem.initial.state.ofSample(at: draw.place).field(
            on: grid, components: problem.equation.components, streams: draw.shape, while: goesOn)
        guard goesOn() else { return }
        var field = Field<Scalar>(on: grid, components: problem.equation.components)
        field.values.withUnsafeMutablePointer { target in
            shape.values.withUnsafePointer { source in
                for i in 0..<shape.values.count { target[i] = Scalar(draw.mean + draw.amplitude * source[i]) }
            }
        }
        state = SpectralField(field, in: space)
        budget = stepper.budget(of: state)
        balance = EnergyBalance(from: budget)
        speedLimit = 1e3 * max(1, budget.maximumSpeed)
        health = TrajectoryHealth()
    }

    func examine(_ frame: Int) -> Bool {
        guard budget.energy.isFinite, budget.maximumSpeed < speedLimit else {
            health.blowUpFrame = frame
            return false
        }
        health.add(examiner.examine(state, into: values), spacing: grid.smallestSpacing)
        return true
    }

    /// Every k-th point along every axis.
    var stored: [[Float]] {
        var first = 0
        return problem.equation.fields.map(\.components).map { components in
            defer { first += components }
            var target = [Float](repeating: 0, count: storedPoints.count * components)
            target.withUnsafeMutableBufferPointer { target in
                for (component, buffer) in values[first..<first + components].enumerated() {
                    for (place, point) in storedPoints.enumerated() {
                        target[place * components + component] = Float(buffer.pointer[point])
                    }
                }
            }
            return target
        }
    }

    var solution: [Double] { values.flatMap { $0.values.map { Double($0) } } }

    func advance(from frame: Int, while goesOn: (Double) -> Bool) -> Bool {
        guard let report = cover(first: frame == 0 ? problem.solver.firstStep : nil, while: goesOn) else {
            health.blowUpFrame = frame + 1
            let steps = problem.solver.control.steps(
                interval: recipe.frames.interval, speed: budget.maximumSpeed,
                spacing: grid.smallestSpacing * Double(recipe.refinement))
            health.takesTooManySteps = steps == .max
            return false
        }
        budget = report.end
        health.add(report)
        health.energyBalance = balance.worst
        return true
    }

    /// Goes on by a frame. Where the energy's budget would not close within its limit, the frame is made again with shorter
    /// steps, if these are not fixed: which samples are kept does not depend on how hard they are to follow.
    private func cover(first: Double?, while goesOn: (Double) -> Bool) -> IntervalReport? {
        var shortening = 1
        while true {
            var (next, sum) = (state, balance)
            let report = stepper.advance(
                &next, over: recipe.frames.interval, from: budget, control: problem.solver.control, first: first,
                refinement: recipe.refinement, shortening: shortening, bounds: problem.stepBounds(speed: speedLimit),
                while: goesOn)
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

    private var stepper: SemilinearStepper<Scalar> { steppers!.stepper }
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

    fileprivate mutating func add(_ report: IntervalReport) {
        steps += report.steps
        courant = max(courant, report.courant)
    }
}
