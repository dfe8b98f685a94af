import PDECore

extension RolloutEvaluator {
    /// The band of an ensemble's rollouts against the truth, at all steps that are scored.
    ///
    /// - Parameters:
    ///   - contestant: whose name it gets, and whose input frames it begins from.
    ///   - evaluation: whose plan it follows.
    ///   - widening: what the members' spread is multiplied by at each step, the last number from there on; by default 1.
    ///   - shouldStop: asked before every trajectory, on several threads.
    /// - Throws: `EvaluationError.interrupted` after `shouldStop`; what the ensemble and the reference throw.
    public func band(
        of ensemble: EnsembleForecast, _ contestant: Contestant, in evaluation: Evaluation, widening: [Double] = [],
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> UncertaintyBand {
        let (plan, members) = (evaluation.plan, ensemble.members)
        let (scales, points) = (reference.description.channelScales, reference.description.grid.count)
        let widths = (0..<plan.scoredSteps).map { widening.isEmpty ? 1 : widening[min($0, widening.count - 1)] }
        var sums = [BandSums](repeating: BandSums(), count: plan.scoredSteps)
        try follow(ensemble, contestant, from: plan.inputFrames, steps: plan.scoredSteps, shouldStop) {
            step, frames, truth in
            var part = BandSums()
            part.add(frames, count: members, truth, scales: scales, points: points, width: widths[step])
            return part
        } consume: { step, part in
            sums[step].add(part)
        }
        return UncertaintyBand(
            contestant: contestant.name,
            method: ensemble.method
                + (widening.isEmpty
                    ? "" : ", and made as wide at each step as trajectories of the validation split ask for"),
            members: members, trajectories: reference.count,
            level: UncertaintyBand.level, steps: Array(1...plan.scoredSteps),
            coverage: sums.map { $0.inside / $0.points },
            deviation: sums.map { ($0.variance / max($0.truth, 1e-300)).squareRoot() },
            error: sums.map { ($0.distance / max($0.truth, 1e-300)).squareRoot() },
            widening: widening.isEmpty ? nil : widths)
    }

    /// What the spread of an ensemble has to be multiplied by at each step for 95 % of this reference to lie within its band: a calibration
    /// that holds for others where errors grow alike.
    ///
    /// - Parameters:
    ///   - steps: the most steps.
    ///   - shouldStop: asked before every trajectory, on several threads.
    /// - Throws: as `band` does.
    public func widening(
        of ensemble: EnsembleForecast, _ contestant: Contestant, steps: Int,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> [Double] {
        let (inputs, members) = (contestant.inputFrames, ensemble.members)
        let (size, count) = (reference.description.frameSize, min(steps, reference.description.frameCount - inputs))
        guard count > 0, reference.count > 0 else { return [] }
        var ratios = [BandRatios](repeating: BandRatios(), count: count)
        try follow(ensemble, contestant, from: inputs, steps: count, shouldStop) { _, frames, truth in
            var part = BandRatios()
            part.add(frames, count: members, truth, size: size)
            return part
        } consume: { step, part in
            ratios[step].add(part)
        }
        return ratios.map { $0.quantile(UncertaintyBand.level) }
    }

    /// Follows an ensemble along all trajectories.
    ///
    /// - Parameters:
    ///   - first: frames before the first that is forecast.
    ///   - measure: gets a step from 0, the members' frames and the truth.
    ///   - consume: gets what was measured, trajectory by trajectory in their order.
    private func follow<Part: Sendable>(
        _ ensemble: EnsembleForecast, _ contestant: Contestant, from first: Int, steps: Int,
        _ shouldStop: @escaping @Sendable () -> Bool,
        measure: @escaping @Sendable (Int, UnsafePointer<Float>, UnsafePointer<Float>) -> Part,
        consume: (Int, Part) -> Void
    ) throws {
        let (reference, inputs) = (reference, contestant.inputFrames)
        let size = reference.description.frameSize
        let count = try OrderedPipeline.run(
            indices: 0..<reference.count, threads: threads, window: 2 * threads,
            makeWorker: { _ in
                let session = try ensemble.makeSession()
                let window = ReferenceWindow(reference)
                let start = AlignedBuffer<Float>(count: inputs * size)
                let frames = AlignedBuffer<Float>(count: ensemble.members * size)
                return { trajectory in
                    try reference.read(trajectory: trajectory, frames: first - inputs..<first, into: start.pointer)
                    try session.begin(
                        InputFrames(
                            reference.description, label: reference.label(of: trajectory), count: inputs,
                            before: first, first: start.pointer))
                    return try (0..<steps).map { step in
                        session.advance(into: frames.pointer)
                        return measure(step, frames.pointer, try window.frame(first + step, of: trajectory))
                    }
                }
            },
            consume: { (_, trajectory: [Part]) in
                for (step, part) in trajectory.enumerated() { consume(step, part) }
            }, shouldStop: shouldStop)
        guard count == reference.count else { throw EvaluationError.interrupted }
    }
}
