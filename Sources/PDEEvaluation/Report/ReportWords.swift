import PDEPlot

/// What numbers are called, in reports and on terminals.
package enum ReportWords {
    package static let error = "error"
    package static let allFrames = "all frames"
    package static let oneStep = "one step"
    package static let highBand = "high band"
    package static let blowUps = "blow-ups"
    package static let secondsPerFrame = "time a frame"
    package static let secondsPerSolution = "time a solution"
    package static let training = "training"
    package static let withTraining = "with its part of it"
    package static let within = "within 95 %"
    package static let solverTime = "solver time"
    package static let seeds = "seeds"
    package static let overSeeds = "over seeds"
    package static let verdict = "verdict"

    /// The valid time at a threshold.
    package static func valid(_ threshold: Double) -> String { "valid < \(NumberText.short(threshold))" }
}
