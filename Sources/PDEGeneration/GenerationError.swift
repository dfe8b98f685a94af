/// Why a generation cannot go on.
public enum GenerationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not one of the first samples passed its health check.
    case hopeless(samples: Int, attempts: Int, reason: String, advice: String)

    /// What happened, and what to do next.
    public var description: String {
        switch self {
        case .hopeless(let samples, let attempts, let reason, let advice):
            """
            none of the first \(samples) samples passed its health check in \(attempts) draws: \(reason)
            \(advice)
            """
        }
    }
}
