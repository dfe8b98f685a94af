import PDECore

/// Why a generation cannot go on.
public enum GenerationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not one of the first samples passed its health check.
    case hopeless(samples: Int, attempts: Int, reason: String, advice: String)
    /// One sample and its shard take more bytes than there are.
    case memory(needed: Int, available: Int, sample: Int)

    /// What happened, and what to do next.
    public var description: String {
        switch self {
        case .hopeless(let samples, let attempts, let reason, let advice):
            """
            none of the first \(formatCount(samples, "sample")) passed its health check in \(formatCount(attempts, "draw")): \(reason)
            \(advice)
            """
        case .memory(let needed, let available, let sample):
            """
            one sample at a time takes about \(Self.gigabytes(needed)) GB of memory, and \(Self.gigabytes(available)) GB are free
            a sample has \(Self.gigabytes(sample)) GB: store fewer frames or a coarser frames.resolution, put fewer samples in a \
            shard (samples.perShard), lower the resolution, or use a machine with more memory
            """
        }
    }

    private static func gigabytes(_ bytes: Int) -> String { Recipe.short(Double(bytes) / 1e9) }
}
