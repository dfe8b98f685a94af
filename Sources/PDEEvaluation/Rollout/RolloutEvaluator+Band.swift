import PDECore

extension RolloutEvaluator {
    /// The band of an ensemble's rollouts against the truth, at all steps that are scored.
    ///
    /// - Parameters:
    ///   - contestant: whose name it gets, and whose input frames it begins from.
    ///   - evaluation: whose plan it follows.
    ///   - shouldStop: asked before every trajectory, on several threads.
    /// - Throws: `EvaluationError.interrupted` after `shouldStop`; what the ensemble and the reference throw.
    public func band(
        of ensemble: EnsembleForecast, _ contestant: Contestant, in evaluation: Evaluation,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> UncertaintyBand {
        let (plan, reference, members) = (evaluation.plan, reference, ensemble.members)
        let (description, inputs) = (reference.description, contestant.inputFrames)
        let size = description.frameSize
        var sums = [BandSums](repeating: BandSums(), count: plan.scoredSteps)
        let count = try OrderedPipeline.run(
            indices: 0..<reference.count, threads: threads, window: 2 * threads,
            makeWorker: { _ in
                let session = try ensemble.makeSession()
                let window = ReferenceWindow(reference)
                let first = AlignedBuffer<Float>(count: inputs * size)
                let frames = AlignedBuffer<Float>(count: members * size)
                return { trajectory in
                    try reference.read(
                        trajectory: trajectory, frames: plan.inputFrames - inputs..<plan.inputFrames,
                        into: first.pointer)
                    try session.begin(
                        InputFrames(
                            description, label: reference.label(of: trajectory), count: inputs, first: first.pointer))
                    return try (1...plan.scoredSteps).map { step in
                        session.advance(into: frames.pointer)
                        var sums = BandSums()
                        sums.add(
                            frames.pointer, count: members,
                            try window.frame(plan.inputFrames + step - 1, of: trajectory),
                            scales: description.channelScales, points: description.grid.count)
                        return sums
                    }
                }
            },
            consume: { (_, trajectory: [BandSums]) in
                for (step, part) in trajectory.enumerated() { sums[step].add(part) }
            }, shouldStop: shouldStop)
        guard count == reference.count else { throw EvaluationError.interrupted }
        return UncertaintyBand(
            contestant: contestant.name, method: ensemble.method, members: members, trajectories: count,
            level: UncertaintyBand.level, steps: Array(1...plan.scoredSteps),
            coverage: sums.map { $0.inside / $0.points },
            deviation: sums.map { ($0.variance / max($0.truth, 1e-300)).squareRoot() },
            error: sums.map { ($0.distance / max($0.truth, 1e-300)).squareRoot() })
    }
}
