import PDEData

/// Makes samples on one thread: draws until one is sound.
final class SampleWorker {
    private let trials: any TrialMaker
    private let attempts: Int
    private let watch: SampleWatch

    init(_ recipe: Recipe, _ watch: SampleWatch) {
        self.watch = watch
        trials =
            recipe.accuracy.map { AccurateTrialMaker(recipe, error: $0) }
            ?? recipe.problem.definition.makeTrialMaker(for: recipe)
        attempts = recipe.problem.profile.attempts
    }

    /// The sample of a number, or the record of why there is none.
    /// - Throws: `SampleStopped` when it is not wanted any more.
    func make(_ index: Int) throws(SampleStopped) -> GeneratedSample {
        let start = ContinuousClock.now
        var rejections: [Rejection] = []
        var postMortems: [PostMortem] = []
        for attempt in 0..<attempts {
            try watch.check()
            switch try trials.trial(index: index, attempt: attempt, watch) {
            case .sound(let solved):
                let sample = solved.sample(index: index, attempt: attempt)
                var record = solved.record(index: index, attempt: attempt)
                record.rejections = rejections
                record.wallTime = (ContinuousClock.now - start) / .seconds(1)
                return GeneratedSample(sample: sample, record: record, postMortems: postMortems)
            case .refused(let reason, let last):
                rejections.append(Rejection(attempt: attempt, reason: reason))
                if let last {
                    let sample = last.sample.sample(index: index, attempt: attempt)
                    postMortems.append(PostMortem(attempt: attempt, time: last.time, sample: sample, reason: reason))
                }
            }
        }
        let record = SampleRecord(
            index: index, attempt: attempts - 1, wallTime: (ContinuousClock.now - start) / .seconds(1),
            rejections: rejections, failure: rejections.last?.reason)
        return GeneratedSample(sample: nil, record: record, postMortems: postMortems)
    }
}
