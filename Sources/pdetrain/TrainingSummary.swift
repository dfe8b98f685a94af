import PDECommand
import PDECore
import PDETraining

/// What a run says at its end.
struct TrainingSummary {
    let training: Training
    let outcome: Training.Outcome

    init(_ training: Training, _ outcome: Training.Outcome) {
        self.training = training
        self.outcome = outcome
    }

    /// The part of the time that steps waited for data.
    private var waiting: String {
        let percent = 100 * outcome.waitingSeconds / max(outcome.stepSeconds, 1e-9)
        return percent < 0.1 ? "less than 0.1 %" : "\(formatSignificant(percent, digits: 2)) %"
    }

    func text() throws -> String {
        let state = outcome.state
        let test = try training.test()
        var lines = [
            "\(training.folder): \(formatCount(outcome.parameterCount, "parameter")), \(formatCount(state.step, "step")), seed \(training.seed)"
        ]
        let rate = state.seconds > 0 ? Double(state.step) / state.seconds : 0
        lines.append(
            "  trained   \(formatSignificant(state.seconds, digits: 3)) s on \(formatCount(training.threads, "thread")), "
                + "\(formatSignificant(rate, digits: 3)) steps a second; waited for data \(waiting); "
                + "at most \(formatBytes(outcome.peakBytes)) of tensors")
        if let best = state.bestLoss {
            lines.append("  valid     \(formatSignificant(best, digits: 4)) at step \(state.bestStep), the best")
        }
        if let test {
            lines.append(
                "  test      \(formatSignificant(test.loss, digits: 4)) on \(test.count) windows"
                    + (test.seen.map { $0 == 0 ? ", none of them seen" : "" }
                        ?? "; whether it has seen them cannot be told"))
        }
        lines.append("  look      \(training.folder)/loss.png, \(training.folder)/log.jsonl")
        return lines.joined(separator: "\n") + "\n"
    }
}
