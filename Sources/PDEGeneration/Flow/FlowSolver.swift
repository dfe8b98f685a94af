import PDECore
import PDEData
import PDEGeometry
import PDESolvers

/// Computes trajectories of one flow recipe on one thread.
final class FlowSolver<Scalar: Real>: TrajectorySolver {
    /// A speed that no sound flow reaches: speeds are in units of the inlet's or the lid's.
    private static var runawaySpeed: Float { 100 }

    /// A sample's stepper, its state, and which cells are stored as one.
    private struct Flow {
        let stepper: FlowStepper<Scalar>
        var state: FlowState<Scalar>
        let blocks: CellBlocks
    }

    let recipe: Recipe
    let problem: FlowProblem
    private let grid, storedGrid: Grid
    private var flow: Flow?
    /// Velocity [x][y][2] and pressure [x][y] that were last read, and their time: after a blow-up, of the last state whose
    /// numbers were finite.
    private var velocity: [Float]
    private var pressure: [Float]
    private var time = 0.0
    /// What is known of the trajectory so far.
    private(set) var health = FlowHealth()

    /// A solver on the grid of the recipe's refinement.
    init(_ recipe: Recipe, _ problem: FlowProblem) {
        self.recipe = recipe
        self.problem = problem
        grid = problem.solvedGrid(in: recipe)
        storedGrid = problem.grid(in: recipe, resolution: recipe.frames.resolution)
        velocity = Array(repeating: 0, count: 2 * grid.count)
        pressure = Array(repeating: 0, count: grid.count)
    }

    func draw(index: Int, attempt: Int) throws(GeometryError) -> FlowDraw {
        try problem.draw(index: index, attempt: attempt, in: recipe)
    }

    /// Begins at rest; of the obstacles of a finer grid their shapes count.
    func begin(_ draw: FlowDraw, while goesOn: () -> Bool) {
        let geometry = recipe.refinement == 1 ? draw.geometry : Geometry(draw.geometry.bodies, on: grid)
        let stepper = FlowStepper<Scalar>(
            problem.equation.family, in: geometry, reynolds: draw.reynolds, pressure: problem.solver.pressure)
        flow = Flow(
            stepper: stepper, state: stepper.restingState(perturbation: draw.perturbation.velocity),
            blocks: CellBlocks(of: geometry.mask, shape: geometry.grid.shape, side: recipe.stride * recipe.refinement))
        health = FlowHealth()
    }

    func examine(_ frame: Int) -> Bool {
        read()
        guard velocity.allSatisfy({ abs($0) < Self.runawaySpeed }), pressure.allSatisfy(\.isFinite) else {
            health.blowUpFrame = frame
            return false
        }
        health.forces.append(flow!.stepper.forces(on: flow!.state))
        return true
    }

    /// Velocity and pressure, as means over the fluid cells of blocks.
    var stored: [[Float]] {
        [flow!.blocks.averaged(velocity, components: 2), flow!.blocks.averaged(pressure)]
    }

    /// The velocity.
    var solution: [Double] { velocity.map { Double($0) } }

    func advance(from frame: Int, while goesOn: (Double) -> Bool) -> Bool {
        let report = flow!.stepper.advance(
            &flow!.state, over: recipe.frames.interval, control: problem.solver.control,
            refinement: problem.solver.courant == nil ? recipe.refinement : 1, while: goesOn)
        guard let report else {
            read()
            health.blowUpFrame = frame + 1
            return false
        }
        health.add(report)
        return true
    }

    private func read() {
        flow!.stepper.centreValues(of: flow!.state, velocity: &velocity, pressure: &pressure)
        time = flow!.state.time
    }

    /// What is left of a flow that blew up: its last state, where the numbers of that are finite.
    func lastState(of draw: FlowDraw) -> LastState? {
        guard health.blowUpFrame != nil, velocity.allSatisfy(\.isFinite), pressure.allSatisfy(\.isFinite) else {
            return nil
        }
        let state = SolvedSample(
            fields: stored + constantFields(draw), scalars: ["reynolds": [draw.reynolds]],
            notes: ["obstacles": draw.geometry.bodiesText])
        return LastState(time: time, state)
    }

    /// The mask and the signed distance.
    private func constantFields(_ draw: FlowDraw) -> [[Float]] {
        [flow!.blocks.mask, Geometry(draw.geometry.bodies, on: storedGrid).cellDistance.map { Float($0) }]
    }

    var complaint: String? { health.complaint(problem.health) }

    var steadyAdvice: String {
        "the flow has become steady; ask for fewer frames, or store it all the same (health.steady)"
    }

    func finish(_ fields: [[Float]], of draw: FlowDraw, _ watch: SampleWatch) -> Trial {
        let measures = [
            "max_cfl": health.courant, "divergence": health.divergence, "flux_imbalance": health.fluxImbalance,
            "pressure_residual": health.pressureResidual, "pressure_iterations": Double(health.pressureIterations),
            "numerical_dissipation": health.numericalShare,
            "cell_reynolds": draw.reynolds / Double(grid.axes[1].count),
        ]
        var scalars = ["steps": [Double(health.steps)]]
        for body in 0..<problem.obstacles.largestCount {
            let forces = health.forces.dropFirst(recipe.frames.skip).map { body < $0.count ? $0[body] : nil }
            scalars["drag_\(body + 1)"] = forces.map { $0?.drag ?? 0 }
            scalars["lift_\(body + 1)"] = forces.map { $0?.lift ?? 0 }
            scalars["pressure_\(body + 1)"] = forces.map { $0?.pressure ?? 0 }
        }
        // All begin at rest: Reynolds number and mask tell them apart, and the first frame.
        let identity =
            draw.reynolds.floatPatterns + draw.geometry.mask.map { Float($0) } + fields[0].prefix(2 * storedGrid.count)
        return .sound(
            SolvedSample(
                fields: fields + constantFields(draw), difficulty: draw.difficulty(of: problem.equation),
                health: measures, steps: health.steps, scalars: scalars,
                notes: ["obstacles": draw.geometry.bodiesText], identity: identity))
    }
}
