import PDECore
import PDEData
import PDETensor

/// What becomes of the states that a run goes through.
protocol StateKeeper<Scalar> {
    associatedtype Scalar: Real

    /// Keeps a state to go on from: all that steps change.
    func save(_ tensors: [NamedTensor<Scalar>], _ state: TrainingState) throws
    /// Keeps what of a model its readers need, in the state that validated best.
    func keepBest(_ parameters: [NamedTensor<Scalar>], _ state: TrainingState) throws
    /// Adds a line to the log.
    func append(_ record: LogRecord, behind extent: LogExtent) throws -> LogExtent
    /// The longest time between two states that are saved.
    var savingInterval: Duration { get }
    /// The path of the last state that was saved; nil where there is none.
    var lastPath: String? { get }
}

extension Trainer {
    /// Steps and validations from a state on, to the end or until `shouldStop`.
    ///
    /// - Throws: `TrainingError.diverged`; what keeping states throws.
    func run(
        _ state: inout TrainingState, keeping keeper: some StateKeeper<Scalar>, _ observer: Training.Observer,
        _ shouldStop: () -> Bool
    ) throws -> Training.Outcome {
        let (total, batches) = (stepCount, batchCount)
        let clock = ContinuousClock()
        let start = clock.now
        var saved = start
        let earlier = state.seconds
        let loader = problem.batches(size: plan.budget.batch, from: state.position, epochs: plan.budget.epochs)
        func noteTime() { state.seconds = earlier + (clock.now - start) / .seconds(1) }
        func save() throws {
            noteTime()
            state.peakBytes = max(state.peakBytes, backend.pool.usage.peakBytes)
            guard optimizer.isFinite else { throw diverged(state, .nan, keeper) }
            try keeper.save(optimizer.state(), state)
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
                noteTime()
                do { try validate(&state, keeper, observer, shouldStop) } catch TrainingError.interrupted {
                    // Gone on with, the run begins with this validation.
                    continue
                }
                state.isFinished = state.step == total || plan.budget.patience.map { state.impatience >= $0 } ?? false
                try save()
                continue
            }
            guard state.step < total, let batch = try loader.next() else {
                state.isFinished = true
                try save()
                break
            }
            let loss = step(batch, number: state.step).loss
            guard loss.isFinite else { throw diverged(state, loss, keeper) }
            state.add(loss, between: min(total, batches * plan.budget.validateEvery))
            state.position.batch += 1
            if state.position.batch == batches { state.position = BatchPosition(epoch: state.position.epoch + 1) }
            observer.step(state.step, loss)
            // What a kill can cost is bounded; when it happens changes no result, as every state can be gone on from.
            if clock.now - saved > keeper.savingInterval { try save() }
        }
        return Training.Outcome(
            isInterrupted: isInterrupted, state: state,
            parameterCount: problem.kept(of: model).reduce(0) { $0 + $1.value.count },
            stepSeconds: (clock.now - start) / .seconds(1), waitingSeconds: loader.waitingSeconds,
            peakBytes: backend.pool.usage.peakBytes)
    }

    /// Whether a validation comes before the next step: at the end of some epochs and of the run, where steps were taken since the
    /// last one.
    private func isValidationDue(_ state: TrainingState) -> Bool {
        let endsEpoch = state.position.batch == 0 && state.position.epoch % plan.budget.validateEvery == 0
        return state.lossCount > 0 && (endsEpoch || state.step == stepCount)
    }

    /// Validates, and keeps what is best so far.
    /// - Throws: `TrainingError.interrupted`, with the state as it was.
    private func validate(
        _ state: inout TrainingState, _ keeper: some StateKeeper<Scalar>, _ observer: Training.Observer,
        _ shouldStop: () -> Bool
    ) throws {
        let result = result
        let validLoss = try problem.validate(result, batch: plan.budget.batch, shouldStop: shouldStop)
        // A gradient that is no number spoils the parameters although the loss was one.
        guard validLoss.isFinite, optimizer.isFinite else { throw diverged(state, validLoss, keeper) }
        let record = LogRecord(
            step: state.step, epoch: state.position.epoch, trainLoss: state.lossSum / Double(max(1, state.lossCount)),
            validLoss: validLoss, learningRate: learningRate(in: state.step - 1),
            parts: state.partMeans(learningRate: learningRate))
        state.clearLosses()
        let isBest = validLoss < state.bestLoss ?? .infinity
        if isBest {
            state.bestLoss = validLoss
            state.bestStep = state.step
            state.impatience = 0
        } else {
            state.impatience += 1
        }
        // The best first: killed between the two, the run goes on from before and writes the same again.
        if isBest { try keeper.keepBest(problem.kept(of: result), state) }
        state.log = try keeper.append(record, behind: state.log ?? LogExtent())
        observer.validated(record, isBest)
    }

    private func diverged(_ state: TrainingState, _ loss: Double, _ keeper: some StateKeeper) -> TrainingError {
        .diverged(step: state.step, loss: loss, checkpoint: keeper.lastPath)
    }
}
