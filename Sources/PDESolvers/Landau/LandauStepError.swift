/// Why steps of Landau's equation were not taken or are of no use.
public enum LandauStepError: Error, Equatable, CustomStringConvertible {
    /// The step is longer than the explicit scheme is stable for.
    case unstable(timeStep: Double, largest: Double, time: Double)
    /// A value is not finite.
    case notFinite(time: Double)
    /// Whoever asked for the steps did not want to go on.
    case stopped(time: Double)

    /// What happened, where, and what to do next.
    public var description: String {
        switch self {
        case .unstable(let timeStep, let largest, let time):
            "the time step \(timeStep) is unstable at time \(time): expected at most \(largest); take shorter steps"
        case .notFinite(let time):
            "a value is not finite at time \(time): particles or density have left the velocity grid, or the initial "
                + "state was not finite"
        case .stopped(let time): "stopped at time \(time)"
        }
    }
}
