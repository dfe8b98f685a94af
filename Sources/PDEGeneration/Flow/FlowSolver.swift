import PDECore
import PDEGeometry
import PDESolvers

/// Computes trajectories of one flow recipe on one thread.
final class FlowSolver<Scalar: Real> {
    /// A speed that no sound flow reaches: speeds are in units of the inlet's or the lid's.
    private static var runawaySpeed: Float { 100 }

    private let recipe: Recipe
    private let problem: FlowProblem
    private let refinement: Int
    /// Velocity [x][y][2] and pressure [x][y] that were last read, and their time: after a blow-up, of the last state whose
    /// numbers were finite.
    private(set) var velocity: [Float]
    private(set) var pressure: [Float]
    private(set) var time = 0.0

    /// A solver on the recipe's grid, or on one that is finer by `refinement`, with steps shorter by as much.
    init(_ recipe: Recipe, _ problem: FlowProblem, refinement: Int = 1) {
        self.recipe = recipe
        self.problem = problem
        self.refinement = refinement
        let cells = problem.grid(in: recipe).count * refinement * refinement
        velocity = Array(repeating: 0, count: 2 * cells)
        pressure = Array(repeating: 0, count: cells)
    }

    /// Solves from a draw.
    ///
    /// - Parameters:
    ///   - draw: Reynolds number and obstacles; of a finer grid their shapes count.
    ///   - watch: asked before every step.
    ///   - frames: how many frames to compute; nil for those of the recipe.
    ///   - show: gets each frame's number, its velocity [x][y][2] and its pressure [x][y] on the solver's grid, and says
    ///     whether to go on.
    /// - Returns: the health; frames after a blow-up are not shown.
    /// - Throws: `SampleStopped`.
    func solve(
        _ draw: FlowDraw, _ watch: SampleWatch, frames: Int? = nil,
        frame show: (Int, UnsafePointer<Float>, UnsafePointer<Float>) -> Bool
    ) throws(SampleStopped) -> FlowHealth {
        let frames = frames ?? recipe.frames.count
        let geometry =
            refinement == 1
            ? draw.geometry
            : Geometry(
                draw.geometry.bodies, on: problem.grid(in: recipe, resolution: recipe.resolution * refinement))
        let stepper = FlowStepper<Scalar>(
            problem.equation.family, in: geometry, reynolds: draw.reynolds, pressure: problem.solver.pressure)
        var state = stepper.restingState(perturbation: draw.perturbation.velocity)
        var health = FlowHealth()
        for frame in 0..<frames {
            read(state, stepper)
            guard velocity.allSatisfy({ abs($0) < Self.runawaySpeed }), pressure.allSatisfy(\.isFinite) else {
                health.blowUpFrame = frame
                return health
            }
            guard show(frame, velocity, pressure) else { return health }
            health.forces.append(stepper.forces(on: state))
            if frame + 1 == frames { break }
            let report = stepper.advance(
                &state, over: recipe.frames.interval, control: problem.solver.control,
                refinement: problem.solver.courant == nil ? refinement : 1, while: watch.during(frame, of: frames))
            guard let report else {
                try watch.check(Double(frame) / Double(frames - 1))
                read(state, stepper)
                health.blowUpFrame = frame + 1
                return health
            }
            health.add(report)
        }
        return health
    }

    private func read(_ state: FlowState<Scalar>, _ stepper: FlowStepper<Scalar>) {
        stepper.centreValues(of: state, velocity: &velocity, pressure: &pressure)
        time = state.time
    }
}
