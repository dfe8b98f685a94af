import PDEData
import PDEEvaluation

/// What an evaluation of runs has found.
public enum RunsFindings: Sendable {
    /// Of rollouts, with some that are kept to look at: of each run, of several seeds of the first.
    case rollouts(Evaluation, title: String, records: [RecordedRollout])
    /// Of solutions of a steady problem, with a picture of the best, the median and the worst of the first run.
    case solutions(SteadyEvaluation, title: String, picture: [UInt8])
    /// Of a learned solver beside classical ones, with a picture of errors after some iterations.
    case solver(SolverEvaluation, title: String, picture: [UInt8])
    /// Of particles that follow a learned score, beside other methods, and how they move.
    case particles(ParticleEvaluation, title: String, motion: ParticleMotion)

    /// Writes `metrics.json`, `report.html` and pictures into a folder.
    /// - Throws: `DataError` when that fails.
    public func write(to folder: String) throws {
        try FileSystem.createFolder(folder)
        let (metrics, report) = ("\(folder)/metrics.json", "\(folder)/report.html")
        switch self {
        case .rollouts(let evaluation, let title, let records):
            try evaluation.write(to: metrics)
            try Report(title: title, evaluation: evaluation, rollouts: records).write(to: report)
            if let first = records.first {
                try RolloutPicture(first, evaluation: evaluation).write(
                    to: "\(folder)/rollout.png", animation: "\(folder)/rollout-animated.png")
            }
        case .solutions(let evaluation, let title, let picture):
            try evaluation.write(to: metrics)
            try AtomicFile.write(picture, to: "\(folder)/samples.png")
            try SteadyReport(title: title, evaluation: evaluation, picture: picture).write(to: report)
        case .solver(let evaluation, let title, let picture):
            try evaluation.write(to: metrics)
            if !picture.isEmpty { try AtomicFile.write(picture, to: "\(folder)/errors.png") }
            try SolverReport(title: title, evaluation: evaluation, picture: picture).write(to: report)
        case .particles(let evaluation, let title, let motion):
            try evaluation.write(to: metrics)
            try ParticleReport(title: title, evaluation: evaluation, motion: motion).write(to: report)
        }
    }
}
