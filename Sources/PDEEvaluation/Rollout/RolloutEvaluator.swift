import PDECore

/// Rolls contestants out along reference trajectories and scores them, in one pass over the frames.
///
/// Memory: a few frames for each thread and a few numbers for each step of each trajectory. Every number but the times is
/// the same for any number of threads.
public struct RolloutEvaluator: Sendable {
    /// How far the work has come.
    public struct Progress: Sendable {
        /// The contestant at work.
        public var contestant: String
        /// Rollouts done, of all contestants.
        public var done: Int
        /// Rollouts in all.
        public var total: Int

        /// A state of progress.
        public init(contestant: String, done: Int, total: Int) {
            (self.contestant, self.done, self.total) = (contestant, done, total)
        }
    }

    /// The truth.
    public let reference: any ReferenceTrajectories
    /// How rollouts are made.
    public let options: EvaluationOptions
    /// How many rollouts run at once. One gives the cleanest times.
    public let threads: Int

    /// An evaluator.
    public init(
        _ reference: any ReferenceTrajectories, options: EvaluationOptions = EvaluationOptions(),
        threads: Int = Processor.usableCoreCount
    ) {
        precondition(threads >= 1, "threads: expected at least 1, got \(threads)")
        self.reference = reference
        self.options = options
        self.threads = threads
    }

    /// Evaluates all contestants.
    ///
    /// - Parameters:
    ///   - contestants: surrogates, solvers, baselines, each with a name of its own.
    ///   - progress: called on the calling thread after every rollout.
    ///   - shouldStop: asked before every step, on several threads.
    /// - Throws: `EvaluationError` where nothing can be evaluated, `.interrupted` after `shouldStop`; what the contestants
    ///   and the reference throw.
    public func evaluate(
        _ contestants: [Contestant], progress: (Progress) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Evaluation {
        let plan = try plan(for: contestants)
        let description = reference.description
        let shells = SpectralShells(describing: description.grid)
        let labels = (0..<reference.count).map { reference.label(of: $0) }
        let total = contestants.count * reference.count
        var done = 0
        var results: [ContestantResult] = []
        for contestant in contestants {
            var traces: [RolloutTrace] = []
            let reference = reference
            let count = try OrderedPipeline.run(
                indices: 0..<reference.count, threads: threads, window: 2 * threads,
                makeWorker: { _ in
                    let worker = try RolloutWorker(contestant, source: reference, plan: plan)
                    return { try worker.trace(of: $0, shouldStop: shouldStop) }
                },
                consume: { _, trace in
                    traces.append(trace)
                    done += 1
                    progress(Progress(contestant: contestant.name, done: done, total: total))
                },
                shouldStop: shouldStop)
            guard count == reference.count else { throw EvaluationError.interrupted }
            results.append(
                ContestantResult(
                    contestant, traces: traces, labels: labels, plan: plan, shells: shells, reference: description,
                    threads: min(threads, reference.count)))
        }
        return Evaluation(reference: reference, plan: plan, contestants: results)
    }

    /// The options with every choice made.
    package func plan(for contestants: [Contestant]) throws(EvaluationError) -> RolloutPlan {
        guard !contestants.isEmpty else { throw .noContestants }
        for (place, contestant) in contestants.enumerated()
        where contestants[..<place].contains(where: { $0.name == contestant.name }) {
            throw .twice(contestant: contestant.name)
        }
        let description = reference.description
        guard reference.count > 0 else {
            throw .noTrajectories(dataset: description.name, split: description.split)
        }
        return try RolloutPlan(options, contestants: contestants, reference: description)
    }
}
