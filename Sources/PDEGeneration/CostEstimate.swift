/// What a sample costs, from making one.
public struct CostEstimate: Sendable {
    /// Wall time of a sample on one thread.
    public let seconds: Double
    /// Time steps of a sample.
    public let steps: Int
    /// Why the sample could not be made, if it could not: its steps are 0 then, and the time is that of all its draws.
    public let failure: String?
    /// Memory of one worker besides the frames.
    public let workspaceBytes: Int

    /// The time of many samples on as many threads as run at once.
    public func seconds(samples: Int, workers: Int) -> Double {
        // One sample is one thread's: the last round may keep only some of them busy.
        let rounds = (Double(samples) / Double(max(1, workers))).rounded(.up)
        return rounds * seconds
    }

    /// Makes the first sample of a generation in memory and writes nothing.
    public init(_ generation: Generation) {
        let worker = SampleWorker(generation.recipe)
        let first = generation.plan.first?.indices.lowerBound ?? 0
        let generated = worker.make(first)
        seconds = generated.record.wallTime
        failure = generated.record.failure
        steps = generated.record.steps
        workspaceBytes = generation.recipe.problem.definition.workspaceBytes(in: generation.recipe)
    }
}
