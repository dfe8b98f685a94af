import PDEData

/// Computes samples with a trajectory solver, on one thread: the one loop over draws' frames of all families that change in time.
public final class TrajectoryTrialMaker<Solver: TrajectorySolver>: TrialMaker {
    private let solver: Solver
    private let frames: Recipe.FrameRecipe
    private let names: [String]
    private let mayRepeat: Bool

    /// A maker of a recipe's samples.
    public init(_ solver: Solver, for recipe: Recipe) {
        self.solver = solver
        frames = recipe.frames
        let description = recipe.problem.definition.description(in: recipe)
        names = description.fields.filter(\.isTimeVarying).map(\.name)
        mayRepeat = description.mayRepeat
    }

    /// See `TrialMaker`.
    public func trial(index: Int, attempt: Int, _ watch: SampleWatch) throws(SampleStopped) -> Trial {
        let draw: Solver.Draw
        do { draw = try solver.draw(index: index, attempt: attempt) } catch { return .refused(by: error) }
        try solver.begin(draw, watch)
        var fields = [[Float]](repeating: [], count: names.count)
        var unfit: String?
        try solver.run(frames: frames.solvedCount, watch) { solved in
            let frame = solved - frames.skip
            guard frame >= 0 else { return true }
            for (field, values) in solver.stored.enumerated() {
                if frame == 0 { fields[field].reserveCapacity(frames.count * values.count) }
                fields[field] += values
            }
            unfit = complaint(about: fields, at: frame)
            return unfit == nil
        }
        if let complaint = solver.complaint { return .refused(complaint, solver.lastState(of: draw)) }
        if let unfit { return .refused(unfit, nil) }
        return try solver.finish(fields, of: draw, watch)
    }

    /// What loaders choke on, although the solver is content.
    private func complaint(about fields: [[Float]], at frame: Int) -> String? {
        for (name, values) in zip(names, fields) {
            let size = values.count / (frame + 1)
            let isFinite = values.withUnsafeBufferPointer { all in all[(frame * size)...].allSatisfy(\.isFinite) }
            guard isFinite else { return "\(name) in frame \(frame) is not finite" }
            guard !mayRepeat, frame > 0, repeats(values, frame: frame, stride: size) else { continue }
            let subject =
                names.count == 1
                ? "frame \(frame) repeats the one before" : "\(name) in frame \(frame) repeats the frame before"
            return "\(subject): \(solver.steadyAdvice)"
        }
        return nil
    }

    private func repeats(_ values: [Float], frame: Int, stride size: Int) -> Bool {
        guard solver.leastChange > 0 else { return FrameCheck.repeats(values, frame: frame, stride: size) }
        var (difference, norm) = (0.0, 0.0)
        for point in frame * size..<(frame + 1) * size {
            let (now, before) = (Double(values[point]), Double(values[point - size]))
            difference += (now - before) * (now - before)
            norm += now * now
        }
        return (difference / norm).squareRoot() < solver.leastChange
    }
}
