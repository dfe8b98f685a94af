/// Forecasts of one thing that differ as far as what makes them does not know better: an ensemble drawn from a posterior.
public struct EnsembleForecast: Sendable {
    /// How many there are.
    public let members: Int
    /// What was drawn, a sentence for a reader.
    public let method: String
    let makeSession: @Sendable () throws -> any EnsembleSession

    /// Forecasts; a session is made on each thread.
    public init(members: Int, method: String, makeSession: @escaping @Sendable () throws -> any EnsembleSession) {
        precondition(members >= 2, "members: expected at least 2, got \(members)")
        (self.members, self.method, self.makeSession) = (members, method, makeSession)
    }
}

/// What makes an ensemble's forecasts, one trajectory after the other.
public protocol EnsembleSession: AnyObject {
    /// Begins a trajectory; what is drawn for it depends on its number alone.
    func begin(_ inputs: InputFrames) throws
    /// Goes on by one frame and writes those of all members, [member][channel][space…].
    func advance(into frames: UnsafeMutablePointer<Float>)
}
