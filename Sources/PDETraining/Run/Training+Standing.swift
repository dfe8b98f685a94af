import PDEData

extension Training {
    /// How far the run in its folder has come.
    public enum Standing: Equatable, Sendable {
        /// It has not begun; the folder may be something else's.
        case new
        /// It has begun, and nobody trains it now.
        case begun
        /// Another process trains it now: which.
        case held(by: String)
        /// It has come to its end.
        case finished
    }

    /// Seconds of training that the run in its folder has taken; nil where none has begun.
    public var seconds: Double? {
        (try? Checkpoint(path: "\(folder)/checkpoint/last.safetensors", kinds).read())?.state.seconds
    }

    /// How far the run in its folder has come.
    /// - Throws: `DataError`, `TrainingError.checkpoint` when its lock or its state cannot be read.
    public func standing() throws -> Standing {
        let lock = "\(folder)/.lock"
        if FileSystem.exists(lock), let holder = try FileLock.holder(of: lock) { return .held(by: holder) }
        let last = Checkpoint(path: "\(folder)/checkpoint/last.safetensors", kinds)
        guard last.exists else { return .new }
        let content = try last.read()
        guard content.state.seed == seed, content.experiment.difference(from: experiment) == nil else { return .new }
        // A longer budget goes on with it.
        return content.state.isFinished && content.experiment.change(to: experiment) == nil ? .finished : .begun
    }
}
