import PDECore

/// How much of a generation is in memory at once: samples that are computed, samples that wait for their turn, and a shard.
public struct MemoryPlan: Equatable, Sendable {
    /// Threads that compute.
    public let threads: Int
    /// Samples that are begun and not yet written.
    public let window: Int
    /// The memory that this takes, about.
    public let bytes: Int

    /// The share of what is available that may be planned for.
    private static let share = 0.9

    /// As many threads as wanted and four samples a thread, or fewer of both where memory is short. The data do not depend on it.
    ///
    /// - Parameters:
    ///   - generation: what to make.
    ///   - threads: how many are wanted.
    ///   - samples: how many there are to make.
    ///   - available: bytes that there are; nil where nobody knows.
    /// - Throws: `GenerationError.memory` if not even one sample at a time fits.
    public init(
        _ generation: Generation, threads: Int, samples: Int, available: Int? = AvailableMemory.bytes
    ) throws(GenerationError) {
        var (threads, window) = (max(1, min(threads, samples)), max(1, min(4 * threads, samples)))
        let limit = available.map { Int(Self.share * Double($0)) } ?? .max
        while generation.memory(threads: threads, window: window) > limit {
            if window > threads {
                window -= 1
            } else if threads > 1 {
                threads -= 1
                window = threads
            } else {
                throw .memory(
                    needed: generation.memory(threads: 1, window: 1), available: available ?? 0,
                    sample: generation.description.bytesPerSample)
            }
        }
        (self.threads, self.window) = (threads, window)
        bytes = generation.memory(threads: threads, window: window)
    }
}

extension Generation {
    /// About the bytes of so many workers and so many samples, and of a shard as it is assembled and copied. Where an accuracy chooses
    /// grids, of a pilot that finds twice the recipe's.
    func memory(threads: Int, window: Int) -> Int {
        (window + 2 * plan.largest) * description.bytesPerSample
            + threads
            * recipe.problem.definition.workspaceBytes(in: recipe.accuracy == nil ? recipe : recipe.refined(by: 4))
    }
}
