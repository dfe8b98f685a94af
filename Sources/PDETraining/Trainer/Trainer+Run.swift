import PDEData
import PDETensor

extension Trainer {
    /// Trains until the end, or until `shouldStop`.
    func run(resumes: Bool, _ observer: Training.Observer, _ shouldStop: () -> Bool) throws -> Training.Outcome {
        try MemoryDemand(training).admit(self)
        let folder = try RunFolder(training.folder, training.experiment, training.kinds, resumes: resumes)
        var state = TrainingState(seed: training.seed, fingerprint: problem.source.fingerprint)
        var notes: [String] = []
        if resumes, folder.last.exists { (state, notes) = try restore(folder) }
        state.log = try folder.begin(training.experiment, problem.record, state)
        let budget = training.experiment.budget
        let (total, batches) = (stepCount, batchCount)
        observer.begin(state.step, total)
        notes.forEach(observer.note)
        let clock = ContinuousClock()
        let start = clock.now
        var saved = start
        let earlier = state.seconds
        let loader = problem.batches(size: budget.batch, from: state.position, epochs: budget.epochs)
        func save() throws {
            state.seconds = earlier + (clock.now - start) / .seconds(1)
            state.peakBytes = max(state.peakBytes, backend.pool.usage.peakBytes)
            try write(state, folder)
            saved = clock.now
        }
        var isInterrupted = false
        while !state.isFinished {
            isInterrupted = shouldStop()
            if isInterrupted {
                try save()
                break
            }
            if isValidationDue(state) {
                do { try validate(&state, folder, observer, shouldStop) } catch TrainingError.interrupted {
                    // Gone on with, the run begins with this validation.
                    continue
                }
                state.isFinished = state.step == total || budget.patience.map { state.impatience >= $0 } ?? false
                try save()
                continue
            }
            guard state.step < total, let batch = try loader.next() else {
                state.isFinished = true
                try save()
                break
            }
            let loss = step(batch, number: state.step).loss
            guard loss.isFinite else { throw diverged(state, loss, folder) }
            state.step += 1
            state.lossSum += loss
            state.lossCount += 1
            state.position.batch += 1
            if state.position.batch == batches { state.position = BatchPosition(epoch: state.position.epoch + 1) }
            observer.step(state.step, loss)
            // What a kill can cost is bounded; when it happens changes no result, as every state can be gone on from.
            if clock.now - saved > training.savingInterval { try save() }
        }
        try folder.drawLoss(title: training.experiment.name)
        return Training.Outcome(
            isInterrupted: isInterrupted, state: state,
            parameterCount: kept(of: model).reduce(0) { $0 + $1.value.count },
            stepSeconds: (clock.now - start) / .seconds(1), waitingSeconds: loader.waitingSeconds,
            peakBytes: backend.pool.usage.peakBytes)
    }

    /// Whether a validation comes before the next step: at the end of some epochs and of the run, where steps were taken since the
    /// last one.
    private func isValidationDue(_ state: TrainingState) -> Bool {
        let endsEpoch =
            state.position.batch == 0 && state.position.epoch % training.experiment.budget.validateEvery == 0
        return state.lossCount > 0 && (endsEpoch || state.step == stepCount)
    }

    /// Validates, and keeps what is best so far.
    /// - Throws: `TrainingError.interrupted`, with the state as it was.
    private func validate(
        _ state: inout TrainingState, _ folder: RunFolder, _ observer: Training.Observer, _ shouldStop: () -> Bool
    ) throws {
        let result = result
        let validLoss = try problem.validate(
            result, batch: training.experiment.budget.batch, shouldStop: shouldStop)
        // A gradient that is no number spoils the parameters although the loss was one.
        guard validLoss.isFinite, optimizer.isFinite else { throw diverged(state, validLoss, folder) }
        let record = LogRecord(
            step: state.step, epoch: state.position.epoch, trainLoss: state.lossSum / Double(max(1, state.lossCount)),
            validLoss: validLoss, learningRate: learningRate(in: state.step - 1))
        (state.lossSum, state.lossCount) = (0, 0)
        let isBest = validLoss < state.bestLoss ?? .infinity
        if isBest {
            state.bestLoss = validLoss
            state.bestStep = state.step
            state.impatience = 0
        } else {
            state.impatience += 1
        }
        // The best first: killed between the two, the run goes on from before and writes the same again.
        if isBest { try folder.best.write(kept(of: result), state, problem.description) }
        state.log = try folder.append(record, behind: state.log ?? LogExtent())
        observer.validated(record, isBest)
    }

    /// What of a model its readers need.
    private func kept(of model: Problem.Model) -> [NamedTensor<Scalar>] { problem.groups(of: model)[0].parameters }

    private func write(_ state: TrainingState, _ folder: RunFolder) throws {
        guard optimizer.isFinite else { throw diverged(state, .nan, folder) }
        try folder.last.write(optimizer.state(), state, problem.description)
    }

    private func diverged(_ state: TrainingState, _ loss: Double, _ folder: RunFolder) -> TrainingError {
        .diverged(step: state.step, loss: loss, checkpoint: folder.last.exists ? folder.last.path : nil)
    }

    /// Goes back to the last checkpoint.
    /// - Returns: where the run stood, and what its user should know.
    private func restore(_ folder: RunFolder) throws -> (TrainingState, notes: [String]) {
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
        guard state.step <= stepCount else {
            throw TrainingError.checkpoint(
                path: folder.last.path, problem: "it is of step \(state.step), and budget ends with step \(stepCount)",
                remedy: "Raise budget.epochs or budget.steps.")
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
