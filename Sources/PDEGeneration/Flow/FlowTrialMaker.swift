import PDECore
import PDEData
import PDEGeometry

/// Computes samples of one flow recipe on one thread.
final class FlowTrialMaker<Scalar: Real>: TrialMaker {
    private let recipe: Recipe
    private let problem: FlowProblem
    private let solver: FlowSolver<Scalar>
    private let stored: Grid

    init(_ recipe: Recipe, _ problem: FlowProblem) {
        self.recipe = recipe
        self.problem = problem
        solver = FlowSolver(recipe, problem)
        stored = problem.grid(in: recipe, resolution: recipe.frames.resolution)
    }

    /// The stored frames of a trajectory.
    private struct Frames {
        var velocity: [Float]
        var pressure: [Float]
    }

    func trial(index: Int, attempt: Int, _ watch: SampleWatch) throws(SampleStopped) -> Trial {
        let draw: FlowDraw
        do throws(GeometryError) {
            draw = try problem.draw(index: index, attempt: attempt, in: recipe)
        } catch {
            return .refused(error.description.split(separator: "\n").first.map(String.init) ?? "no place", nil)
        }
        return try solve(draw, watch, index, attempt)
    }

    private func solve(
        _ draw: FlowDraw, _ watch: SampleWatch, _ index: Int, _ attempt: Int
    ) throws(SampleStopped) -> Trial {
        let grid = draw.geometry.grid
        let blocks = CellBlocks(
            of: draw.geometry.mask, shape: grid.shape, side: recipe.stride)
        let cells = stored.count
        var frames = Frames(
            velocity: Array(repeating: 0, count: 2 * cells * recipe.frames.count),
            pressure: Array(repeating: 0, count: cells * recipe.frames.count))
        var repetition: String?
        let health = try solver.solve(draw, watch) { frame, velocity, pressure in
            frames.velocity.withUnsafeMutableBufferPointer {
                blocks.average(velocity, components: 2, into: $0.baseAddress! + 2 * cells * frame)
            }
            frames.pressure.withUnsafeMutableBufferPointer {
                blocks.average(pressure, components: 1, into: $0.baseAddress! + cells * frame)
            }
            repetition = complaint(about: frames, at: frame)
            return repetition == nil
        }
        let constant = [blocks.mask, Geometry(draw.geometry.bodies, on: stored).cellDistance.map { Float($0) }]
        if health.blowUpFrame != nil { return blownUp(blocks, constant, draw, index, attempt, health) }
        if let complaint = health.complaint(problem.health) ?? repetition {
            return .refused(complaint, nil)
        }
        return sound([frames.velocity, frames.pressure] + constant, draw, index, attempt, health)
    }

    /// What loaders choke on, although the solver is content: frames that repeat in single precision.
    private func complaint(about frames: Frames, at frame: Int) -> String? {
        guard !problem.health.allowsSteady else { return nil }
        for (name, values, count) in [("velocity", frames.velocity, 2), ("pressure", frames.pressure, 1)]
        where FrameCheck.repeats(values, frame: frame, stride: count * stored.count) {
            return
                "\(name) in frame \(frame) repeats the frame before: the flow has become steady; ask for fewer frames, or "
                + "store it all the same (health.steady)"
        }
        return nil
    }

    /// What is left of a flow that blew up: its last state, where the numbers of that are finite.
    private func blownUp(
        _ blocks: CellBlocks, _ constant: [[Float]], _ draw: FlowDraw, _ index: Int, _ attempt: Int,
        _ health: FlowHealth
    ) -> Trial {
        let reason = health.complaint(problem.health) ?? "blew up"
        guard solver.velocity.allSatisfy(\.isFinite), solver.pressure.allSatisfy(\.isFinite) else {
            return .refused(reason, nil)
        }
        var velocity = [Float](repeating: 0, count: 2 * stored.count)
        var pressure = [Float](repeating: 0, count: stored.count)
        blocks.average(solver.velocity, components: 2, into: &velocity)
        blocks.average(solver.pressure, components: 1, into: &pressure)
        let sample = Sample(
            index: index, attempt: attempt, fields: [velocity, pressure] + constant,
            scalars: ["reynolds": [draw.reynolds]], notes: ["obstacles": draw.bodiesText])
        return .refused(
            reason, PostMortem(attempt: attempt, time: solver.time, sample: sample, reason: reason))
    }

    private func sound(
        _ fields: [[Float]], _ draw: FlowDraw, _ index: Int, _ attempt: Int, _ health: FlowHealth
    ) -> Trial {
        let difficulty = draw.difficulty(of: problem.equation)
        let measures = [
            "max_cfl": health.courant, "divergence": health.divergence, "flux_imbalance": health.fluxImbalance,
            "pressure_residual": health.pressureResidual, "pressure_iterations": Double(health.pressureIterations),
            "numerical_dissipation": health.numericalShare,
            "cell_reynolds": draw.reynolds / Double(recipe.resolution),
        ]
        var scalars = difficulty.merging(measures) { $1 }.mapValues { [$0] }
        scalars["steps"] = [Double(health.steps)]
        for body in 0..<problem.obstacles.largestCount {
            let forces = health.forces.map { body < $0.count ? $0[body] : nil }
            scalars["drag_\(body + 1)"] = forces.map { $0?.drag ?? 0 }
            scalars["lift_\(body + 1)"] = forces.map { $0?.lift ?? 0 }
            scalars["pressure_\(body + 1)"] = forces.map { $0?.pressure ?? 0 }
        }
        let sample = Sample(
            index: index, attempt: attempt, fields: fields, scalars: scalars, notes: ["obstacles": draw.bodiesText])
        let record = SampleRecord(
            index: index, attempt: attempt, difficulty: difficulty, health: measures, steps: health.steps,
            initialState: fingerprint(of: identity(of: fields, draw)))
        return .sound(sample, record)
    }

    /// What makes a sample this one. All begin at rest: Reynolds number and mask tell them apart, and the first frame.
    private func identity(of fields: [[Float]], _ draw: FlowDraw) -> [Float] {
        draw.reynolds.floatPatterns + draw.geometry.mask.map { Float($0) } + fields[0].prefix(2 * stored.count)
    }
}
