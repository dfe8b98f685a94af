/// What a sample costs, from making one.
public struct CostEstimate: Sendable {
    /// Wall time of a sample on one thread.
    public let seconds: Double
    /// Time steps of a sample.
    public let steps: Int
    /// Memory of one worker besides the frames.
    public let workspaceBytes: Int

    /// Makes the first sample of a generation in memory and writes nothing.
    public init(_ generation: Generation) {
        let worker = SampleWorker(generation.recipe)
        let first = generation.plan.first?.indices.lowerBound ?? 0
        let generated = worker.make(first)
        seconds = generated.record.wallTime
        steps = generated.record.steps
        workspaceBytes = generation.recipe.problem.definition.workspaceBytes(in: generation.recipe)
    }
}
