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
        let make = generation.source.makeWorker()
        let first = generation.plan.first?.indices.lowerBound ?? 0
        let generated = make(first)
        seconds = generated.record.wallTime
        steps = generated.record.steps
        // About twenty arrays of modes and values for every component, in double precision at most.
        workspaceBytes = 20 * generation.recipe.equation.components * generation.recipe.grid.count * 8
    }
}
