import Glibc
import PDECore

/// Holds contestants' solutions of a steady problem against the truth.
///
/// Every number but the times is the same for any number of threads.
public struct SteadyEvaluator: Sendable {
    /// The truth.
    public let solutions: any SteadySolutions
    /// How many samples are solved at once. One gives the cleanest times.
    public let threads: Int

    /// An evaluator.
    public init(_ solutions: any SteadySolutions, threads: Int = 1) {
        precondition(threads >= 1, "threads: expected at least 1, got \(threads)")
        (self.solutions, self.threads) = (solutions, threads)
    }

    /// Evaluates all contestants.
    ///
    /// - Parameters:
    ///   - contestants: surrogates, solvers, baselines, each with a name of its own.
    ///   - progress: called on the calling thread after every sample.
    ///   - shouldStop: asked before every sample, on several threads.
    /// - Throws: `EvaluationError` where nothing can be evaluated, `.interrupted` after `shouldStop`; what the contestants
    ///   and reading throw.
    public func evaluate(
        _ contestants: [SteadyContestant], progress: (RolloutEvaluator.Progress) -> Void = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> SteadyEvaluation {
        let description = solutions.description
        guard !contestants.isEmpty else { throw EvaluationError.noContestants }
        guard solutions.count > 0 else {
            throw EvaluationError.noTrajectories(dataset: description.name, split: description.split)
        }
        for (place, contestant) in contestants.enumerated()
        where contestants[..<place].contains(where: { $0.name == contestant.name }) {
            throw EvaluationError.twice(contestant: contestant.name)
        }
        let total = contestants.count * solutions.count
        var done = 0
        var results: [SteadyResult] = []
        for contestant in contestants {
            var scores: [SteadyScore] = []
            let solutions = solutions
            let count = try OrderedPipeline.run(
                indices: 0..<solutions.count, threads: threads, window: 2 * threads,
                makeWorker: { _ in
                    let solve = try contestant.makeSolve()
                    let truth = AlignedBuffer<Float>(count: description.valueCount)
                    let solution = AlignedBuffer<Float>(count: contestant.valueCount(description))
                    return { sample in
                        try solutions.read(sample: sample, into: truth.pointer)
                        let seconds = try solve(sample, solution.pointer)
                        return SteadyScore(
                            solution.pointer, truth.pointer, of: description, solutions.label(of: sample), seconds,
                            saysDeviations: contestant.saysDeviations)
                    }
                },
                consume: { _, score in
                    scores.append(score)
                    done += 1
                    progress(RolloutEvaluator.Progress(contestant: contestant.name, done: done, total: total))
                },
                shouldStop: shouldStop)
            guard count == solutions.count else { throw EvaluationError.interrupted }
            results.append(SteadyResult(contestant, scores, threads: min(threads, solutions.count)))
        }
        return SteadyEvaluation(description, results)
    }

    /// The solution of one contestant to one sample beside the truth, for a picture.
    public func example(_ contestant: SteadyContestant, sample: Int, _ error: Double) throws -> SteadyExample {
        let description = solutions.description
        let size = description.valueCount
        let truth = try [Float](unsafeUninitializedCapacity: size) { values, count in
            try solutions.read(sample: sample, into: values.baseAddress!)
            count = size
        }
        let solve = try contestant.makeSolve()
        let said = try [Float](unsafeUninitializedCapacity: contestant.valueCount(description)) { values, count in
            _ = try solve(sample, values.baseAddress!)
            count = contestant.valueCount(description)
        }
        return SteadyExample(
            label: solutions.label(of: sample), error: error, inputs: try solutions.inputs(of: sample), truth: truth,
            solution: Array(said[..<size]), solids: try solutions.solids(of: sample),
            deviations: contestant.saysDeviations ? Array(said[size...]) : nil)
    }
}

extension SteadyContestant {
    /// Room for what it says.
    fileprivate func valueCount(_ description: SteadyReference) -> Int {
        (saysDeviations ? 2 : 1) * description.valueCount
    }
}

extension SteadyScore {
    fileprivate init(
        _ solution: UnsafePointer<Float>, _ truth: UnsafePointer<Float>, of description: SteadyReference,
        _ label: TrajectoryLabel, _ seconds: Double, saysDeviations: Bool
    ) {
        var (difference, norm) = (0.0, 0.0)
        var (largest, most) = (0.0, 0.0)
        let points = description.pointCount
        var (inside, uncertain) = (0, 0)
        for (channel, scale) in description.channelScales.enumerated() {
            for place in channel * points..<(channel + 1) * points {
                let (value, true_) = (Double(solution[place]) / scale, Double(truth[place]) / scale)
                let distance = value - true_
                difference += distance * distance
                norm += true_ * true_
                // A comparison with NaN is false either way round.
                if !(abs(distance) <= largest) { largest = abs(distance) }
                most = max(most, abs(true_))
                guard saysDeviations else { continue }
                // Values that are given have none.
                let deviation = Double(solution[description.valueCount + place]) / scale
                guard deviation > 0 else { continue }
                uncertain += 1
                if abs(distance) <= 1.96 * deviation { inside += 1 }
            }
        }
        self.init(
            label: label, error: norm > 0 ? (difference / norm).squareRoot() : difference.squareRoot(),
            largest: most > 0 ? largest / most : largest, seconds: seconds,
            coverage: uncertain > 0 ? Double(inside) / Double(uncertain) : nil)
    }
}
