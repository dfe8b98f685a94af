import PDECore
import PDEData
import PDETensor

extension Trainer where Problem: RunProblem {
    /// A trainer of the problem of a run.
    package convenience init(_ problem: Problem, of training: Training, _ setting: ProblemSetting) throws {
        try self.init(
            problem, training.plan, on: setting.backend, exchange: training.exchange, from: setting.origin)
    }

    /// Trains into the run's folder until the end, or until `shouldStop`.
    func run(
        _ training: Training, resumes: Bool, _ observer: Training.Observer, _ shouldStop: () -> Bool
    ) throws -> Training.Outcome {
        try MemoryDemand(training).admit(self)
        let folder = try RunFolder(training.folder, training.experiment, training.kinds, resumes: resumes)
        var state = TrainingState(seed: training.seed, fingerprint: problem.source.fingerprint)
        var notes: [String] = []
        if resumes, folder.last.exists { (state, notes) = try restore(training, folder) }
        try settlePace(&state, shouldStop)
        state.log = try folder.begin(training.experiment, problem.record, state)
        observer.begin(state.step, stepCount)
        notes.forEach(observer.note)
        let keeper = FolderKeeper<Scalar>(
            folder: folder, description: problem.description, savingInterval: training.savingInterval)
        let outcome = try run(&state, keeping: keeper, observer, shouldStop)
        try folder.drawLoss(title: training.experiment.name)
        return outcome
    }

    /// Goes back to the last checkpoint.
    /// - Returns: where the run stood, and what its user should know.
    private func restore(_ training: Training, _ folder: RunFolder) throws -> (TrainingState, notes: [String]) {
        let content = try folder.last.read()
        var state = content.state
        guard state.seed == training.seed else {
            throw TrainingError.occupied(
                path: training.folder, reason: "this run has the seed \(state.seed), not \(training.seed)",
                remedy: "Give --seed \(state.seed), or choose another folder with --out.")
        }
        let source = problem.source
        guard state.fingerprint == source.fingerprint else {
            throw TrainingError.dataChanged(
                path: source.path, expected: state.fingerprint, found: source.fingerprint)
        }
        let change = content.experiment.change(to: training.experiment)
        let (epoch, batch) = (state.position.epoch, state.position.batch)
        guard batch < batchCount, state.step == epoch * batchCount + batch else {
            throw TrainingError.checkpoint(
                path: folder.last.path,
                problem: "step \(state.step) is not batch \(batch) of epoch \(epoch), with \(batchCount) batches each",
                remedy: "Remove it, and train again.")
        }
        if state.pace != nil { try settlePace(&state) { false } }
        guard state.step <= stepCount else {
            throw TrainingError.checkpoint(
                path: folder.last.path, problem: "it is of step \(state.step), and budget ends with step \(stepCount)",
                remedy:
                    "`pdetrain \(training.folder) --resume` goes on as it was last told to; else raise budget.epochs, "
                    + "budget.steps or budget.seconds.")
        }
        if change != nil, state.isFinished {
            // What ended the run is over: it is as patient as a new one.
            (state.isFinished, state.impatience) = (false, 0)
        }
        try Checkpoint.load(content.file, into: optimizer.state(), path: folder.last.path)
        optimizer.restore(stepCount: state.step)
        return (state, [content.note, change].compactMap(\.self))
    }
}

/// Keeps a run's states in its folder.
private struct FolderKeeper<Scalar: Real>: StateKeeper {
    let folder: RunFolder
    let description: any RunDescription
    let savingInterval: Duration

    func save(_ tensors: [NamedTensor<Scalar>], _ state: TrainingState) throws {
        try folder.last.write(tensors, state, description)
    }

    func keepBest(_ parameters: [NamedTensor<Scalar>], _ state: TrainingState) throws {
        try folder.best.write(parameters, state, description)
    }

    func append(_ record: LogRecord, behind extent: LogExtent) throws -> LogExtent {
        try folder.append(record, behind: extent)
    }

    var lastPath: String? { folder.last.exists ? folder.last.path : nil }
}
