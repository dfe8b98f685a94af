/// Why a generation cannot go on.
public enum GenerationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not one of the first samples passed its health check.
    case hopeless(samples: Int, attempts: Int, reason: String)

    /// What happened, and what to do next.
    public var description: String {
        switch self {
        case .hopeless(let samples, let attempts, let reason):
            """
            none of the first \(samples) samples passed its health check in \(attempts) draws: \(reason)
            change the recipe: a finer resolution, a shorter step, a larger viscosity or a smaller amplitude
            the limits stand under health; --set health.spectralTail=1e-4 would change one
            """
        }
    }
}
