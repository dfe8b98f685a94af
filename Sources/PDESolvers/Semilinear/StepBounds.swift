/// What steps must keep beside the rule that sets them when an interval begins.
public struct StepBounds: Hashable, Sendable {
    /// The largest h·speed/Δx at the beginning or the end of a step. Steps that break it are made again at half the size;
    /// infinite where the size is not to change.
    public let courant: Double
    /// The speed from which a state counts as blown up.
    public let speed: Double

    /// Bounds; none by default.
    public init(courant: Double = .infinity, speed: Double = .infinity) {
        self.courant = courant
        self.speed = speed
    }
}
