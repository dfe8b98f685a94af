import PDECore
import PDEData

/// Why a generation cannot go on.
public enum GenerationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not one of the first samples passed its health check.
    case hopeless(samples: Int, attempts: Int, reason: String, advice: String)
    /// One sample and its shard take more bytes than there are.
    case memory(needed: Int, available: Int, sample: Int)
    /// A sample's file has a coefficient that its equation does not take.
    case coefficient(sample: Int, name: String, value: Double, allowed: String, equation: String)

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
        case .coefficient(let sample, let name, let value, let allowed, let equation):
            """
            sample \(SampleAddress.name(of: sample)): its \(name) is \(value), and the solver of \(equation) takes \(allowed)
            make the dataset again with its recipe in another folder, or leave the solver out (pdeeval --no-solver)
            """
        }
    }

    private static func gigabytes(_ bytes: Int) -> String { Recipe.short(Double(bytes) / 1e9) }
}
