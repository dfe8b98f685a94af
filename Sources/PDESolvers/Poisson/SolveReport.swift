/// How a linear solve ended.
public enum SolveOutcome: String, Sendable {
    /// The relative residual of the solution, measured, is at most the tolerance.
    case converged
    /// The solution's measured residual is above the tolerance and no longer falls: as far as the precision goes.
    case roundOff
    /// The limit of iterations was reached before the tolerance.
    case iterationLimit
    /// Round-off, or a preconditioner that is not positive, stopped the iteration before the tolerance.
    case stagnated
    /// The right-hand side, the start or the iteration holds a NaN or an infinity; the solution is not to be used.
    case notFinite
}

/// What a linear solve did.
public struct SolveReport: Sendable {
    /// How it ended.
    public let outcome: SolveOutcome
    /// Iterations done.
    public let iterations: Int
    /// ‖b − Au‖₂/‖b‖₂ before each iteration and at the end, as the recurrence carries it; where that reached the tolerance too
    /// early, the true one follows from the next iteration on.
    public let residualHistory: [Double]
    /// ‖b − Au‖₂/‖b‖₂ of the solution that is returned, measured.
    public let residual: Double
    /// The largest mean of b over a floating region, relative to max |b|: 0 when every region has a given value on it. Well
    /// above round-off, the right-hand side is incompatible, and the solution is that of b without these means.
    public let imbalance: Double
    /// Regions in which the solution is fixed up to a constant; it has zero mean there.
    public let floatingRegions: Int
    /// Wall time in seconds.
    public let seconds: Double
    /// Whether the tolerance was reached.
    public var hasConverged: Bool { outcome == .converged }
}
