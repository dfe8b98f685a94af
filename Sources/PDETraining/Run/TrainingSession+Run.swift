import PDEData
import PDETensor

extension TrainingSession {
    func run(resumes: Bool, _ observer: Training.Observer, _ shouldStop: () -> Bool) throws -> Training.Outcome {
        try MemoryDemand(training).admit(self)
        let folder = try RunFolder(training.folder, training.experiment, training.kinds, resumes: resumes)
        var state = TrainingState(seed: training.seed, fingerprint: description.fingerprint)
        var note: String?
        if resumes, folder.last.exists { (state, note) = try restore(folder) }
        state.log = try folder.begin(training.experiment, record, state)
        let budget = training.experiment.budget
        let (total, batches) = (stepCount, batchCount)
        observer.begin(state.step, total)
        if let note { observer.note(note) }
        let clock = ContinuousClock()
        let start = clock.now
        var saved = start
        let earlier = state.seconds
        let assembler = try data.assembler(description.normalization, on: backend)
        let loader = data.loader(batch: budget.batch, from: state.position, epochs: budget.epochs)
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
            let samples = batch.windows[..<batch.count].map(\.sample)
            let tensors = assembler(batch)
            loader.recycle(batch)
            let loss = step(tensors, samples: samples, number: state.step).loss
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
            isInterrupted: isInterrupted, state: state, parameterCount: parts.surrogate.parameterCount,
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
        let validLoss = try objective.validation(
            result.surrogate, validData.orderedLoader(batch: training.experiment.budget.batch),
            validData.assembler(description.normalization, on: backend), shouldStop: shouldStop
        ).loss
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
        if isBest { try folder.best.write(result.surrogate.parameters, state, description) }
        state.log = try folder.append(record, behind: state.log ?? LogExtent())
        observer.validated(record, isBest)
    }

    private func write(_ state: TrainingState, _ folder: RunFolder) throws {
        guard optimizer.isFinite else { throw diverged(state, .nan, folder) }
        try folder.last.write(optimizer.state(), state, description)
    }

    private func diverged(_ state: TrainingState, _ loss: Double, _ folder: RunFolder) -> TrainingError {
        .diverged(step: state.step, loss: loss, checkpoint: folder.last.exists ? folder.last.path : nil)
    }

    /// Goes back to the last checkpoint.
    /// - Returns: where the run stood, and what its user should know.
    private func restore(_ folder: RunFolder) throws -> (TrainingState, note: String?) {
        let content = try folder.last.read()
        let state = content.state
        guard state.seed == training.seed else {
            throw TrainingError.occupied(
                path: training.folder, reason: "this run has the seed \(state.seed), not \(training.seed)",
                remedy: "Give --seed \(state.seed), or choose another folder with --out.")
        }
        guard state.fingerprint == description.fingerprint else {
            throw TrainingError.dataChanged(
                path: training.dataset, expected: state.fingerprint, found: description.fingerprint)
        }
        let (epoch, batch) = (state.position.epoch, state.position.batch)
        guard state.step <= stepCount, batch < batchCount, state.step == epoch * batchCount + batch else {
            throw TrainingError.checkpoint(
                path: folder.last.path,
                problem: "step \(state.step) is not batch \(batch) of epoch \(epoch), with \(batchCount) batches each",
                remedy: "Remove it, and train again.")
        }
        try Checkpoint.load(content.file, into: optimizer.state(), path: folder.last.path)
        optimizer.restore(stepCount: state.step)
        return (state, content.note)
    }
}
