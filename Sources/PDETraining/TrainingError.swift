import PDEOperators

/// What can go wrong in training, and what to do about it.
public enum TrainingError: Error, Equatable, Sendable {
    /// The loss is not a number any more; `checkpoint` is the last good one.
    case diverged(step: Int, loss: Double, checkpoint: String?)
    /// The dataset is not the one that the run began with.
    case dataChanged(path: String, expected: String, found: String)
    /// The run folder belongs to something else, or another process trains into it.
    case occupied(path: String, reason: String, remedy: String)
    /// The checkpoint does not fit the network.
    case checkpoint(path: String, problem: String, remedy: String)
    /// The network does not fit the grid.
    case grid(key: String, problem: String, remedy: String)
    /// The dataset lacks what the experiment names.
    case data(path: String, problem: String, remedy: String)
    /// Training would take more memory than there is.
    case memory(key: String, problem: String, remedy: String)
    /// A self-check failed.
    case check(String)
    /// It was asked to stop.
    case interrupted
}

extension TrainingError {
    /// A checkpoint that pdetrain did not write so.
    static func unsound(_ path: String, _ problem: String) -> TrainingError {
        .checkpoint(path: path, problem: problem, remedy: "Name a checkpoint that pdetrain wrote, or train anew.")
    }

    /// A network in closed form has nothing to be fitted to.
    static func noPairs(_ experiment: Experiment) -> TrainingError {
        .check(
            "a task of the kind \(experiment.task.kindName) has no pairs for a \(experiment.model.kindName) to be fitted to"
        )
    }

    /// What of the experiment's `part` does not fit on the grid.
    init(_ misfit: GridMisfit, of part: String) {
        self = .grid(key: "\(part).\(misfit.key)", problem: misfit.problem, remedy: misfit.remedy)
    }

    /// A sample has a parameter that a network cannot be told.
    static func parameter(_ name: String, _ value: Double, isLogarithmic: Bool, _ path: String) -> TrainingError {
        .data(
            path: path,
            problem: "a sample's \(name) is \(value)"
                + (isLogarithmic
                    ? ", and the network is told its logarithm: in training it spanned more than a decade" : ""),
            remedy: "Use samples whose \(name) is \(isLogarithmic ? "above 0" : "a number").")
    }
}

extension TrainingError: CustomStringConvertible {
    /// What happened, where, why, and what to do next.
    public var description: String {
        switch self {
        case .diverged(let step, let loss, let checkpoint):
            let kept = checkpoint.map { "the last good state is \($0)" } ?? "no checkpoint was written yet"
            return "the loss is \(loss.isNaN ? "not a number" : "\(loss)") in step \(step); \(kept)\n"
                + "Try a lower optimizer.learningRate, optimizer.clipNorm of 1, or a schedule with warm-up."
        case .dataChanged(let path, let expected, let found):
            return "\(path): the dataset has changed since this run began (fingerprint \(found), was \(expected))\n"
                + "Make it again with its recipe, or train anew into another folder with --out."
        case .occupied(let path, let reason, let remedy), .checkpoint(let path, let reason, let remedy),
            .grid(let path, let reason, let remedy), .data(let path, let reason, let remedy),
            .memory(let path, let reason, let remedy):
            return "\(path): \(reason)\n\(remedy)"
        case .check(let problem): return "self-check: \(problem)"
        case .interrupted: return "interrupted; nothing is lost\nRun the same command with --resume to continue."
        }
    }
}
