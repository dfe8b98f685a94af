/// Why an evaluation cannot be made.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There are no trajectories to hold the forecasts against.
    case noTrajectories(dataset: String, split: String)
    /// The trajectories are no longer than what the forecasts are given.
    case tooShort(frames: Int, inputFrames: Int)
    /// A contestant wants more input frames than the evaluation gives.
    case inputFrames(contestant: String, wanted: Int, given: Int)
    /// The time between two frames is not a whole number of the stepper's steps.
    case timeStep(contestant: String, step: Double, interval: Double)
    /// Two contestants have one name.
    case twice(contestant: String)
    /// There is nothing to evaluate.
    case noContestants
    /// It was asked to stop.
    case interrupted

    /// What went wrong, why, and what to do next.
    public var description: String {
        switch self {
        case .noTrajectories(let dataset, let split):
            "\(dataset) has no trajectories in '\(split)' that pass the selection: choose another split or level"
        case .tooShort(let frames, let inputFrames):
            "the trajectories have \(frames) frames and \(inputFrames) of them are inputs: nothing is left to score"
        case .inputFrames(let contestant, let wanted, let given):
            "'\(contestant)' wants \(wanted) input frames and gets \(given): evaluate with at least \(wanted)"
        case .timeStep(let contestant, let step, let interval):
            "'\(contestant)' steps by \(step), which does not divide the frame interval \(interval): "
                + "choose a step that does"
        case .twice(let contestant):
            "two contestants are called '\(contestant)': give each a name of its own"
        case .noContestants: "there is nothing to evaluate: name a surrogate, a solver or a baseline"
        case .interrupted: "the evaluation was interrupted and wrote nothing: run it again"
        }
    }
}
