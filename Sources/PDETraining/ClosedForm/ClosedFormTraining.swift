import PDECore
import PDEData
import PDEOperators
import PDETensor

extension Training {
    /// Fits a network in closed form and writes the run's folder as training by steps does: its one step is the fit.
    ///
    /// What is begun again after a stop gives the same bytes; a run that is finished is left as it is.
    func fit<Scalar: Real>(
        _ problem: some RunProblem<Scalar>, _ setting: ProblemSetting, resumes: Bool, _ observer: Observer,
        _ shouldStop: () -> Bool
    ) throws -> Outcome {
        let folder = try RunFolder(folder, experiment, kinds, resumes: resumes)
        let kept = problem.kept(of: problem.model)
        let parameters = kept.reduce(0) { $0 + $1.value.count }
        let pool = setting.backend.pool
        func outcome(_ state: TrainingState, isInterrupted: Bool = false) -> Outcome {
            Outcome(
                isInterrupted: isInterrupted, state: state, parameterCount: parameters, stepSeconds: state.seconds,
                waitingSeconds: 0, peakBytes: pool.usage.peakBytes)
        }
        if resumes, folder.last.exists {
            let state = try folder.last.read().state
            guard state.fingerprint == problem.source.fingerprint else {
                throw TrainingError.dataChanged(
                    path: problem.source.path, expected: state.fingerprint, found: problem.source.fingerprint)
            }
            if state.isFinished { return outcome(state) }
        }
        var state = TrainingState(seed: seed, fingerprint: problem.source.fingerprint)
        state.log = try folder.begin(experiment, problem.record, state)
        observer.begin(0, 1)
        observer.demand(MemoryDemand(self).fittingText(parameters: parameters, bytes: MemoryLayout<Scalar>.size))
        let clock = ContinuousClock()
        let start = clock.now
        let losses: (misfit: Double, valid: Double)
        do { losses = try solve(problem, setting, observer, shouldStop) } catch TrainingError.interrupted {
            return outcome(state, isInterrupted: true)
        }
        (state.step, state.position) = (1, BatchPosition(epoch: 1))
        (state.bestLoss, state.bestStep, state.isFinished) = (losses.valid, 1, true)
        (state.seconds, state.peakBytes) = ((clock.now - start) / .seconds(1), pool.usage.peakBytes)
        observer.step(1, losses.misfit)
        let record = LogRecord(
            step: 1, epoch: 1, trainLoss: losses.misfit, validLoss: losses.valid, learningRate: 0)
        try folder.best.write(kept, state, problem.description)
        state.log = try folder.append(record, behind: state.log ?? LogExtent())
        // A run that is finished is not gone on with: its numbers stand in the best state.
        try folder.last.write([] as [NamedTensor<Scalar>], state, problem.description)
        observer.validated(record, true)
        try folder.drawLoss(title: experiment.name)
        return outcome(state)
    }

    /// Fits, and judges by the validation split.
    /// - Throws: `TrainingError.interrupted` after `shouldStop`.
    private func solve<Scalar: Real>(
        _ problem: some RunProblem<Scalar>, _ setting: ProblemSetting, _ observer: Observer, _ shouldStop: () -> Bool
    ) throws -> (misfit: Double, valid: Double) {
        guard let network = closedForm(problem.model) else { throw TrainingError.noPairs(experiment) }
        if let origin = setting.origin, !origin.isSameRun {
            try Checkpoint.load(
                origin.content.file, into: network.meanParameters, converting: true, path: origin.content.path)
        }
        var pairs = try problem.pairs(of: .train, shouldStop)
        let misfit: Double?
        do {
            misfit = try network.fit(&pairs, threads: threads, note: observer.note, shouldStop: shouldStop)
        } catch let error as LinearAlgebraError {
            throw TrainingError.data(
                path: problem.source.path, problem: "no \(experiment.model.kindName) fits its pairs: \(error)",
                remedy: "Look at the data with `pdegen verify`, and at model.inputs.")
        }
        guard let misfit else { throw TrainingError.interrupted }
        if !network.meanParameters.isEmpty { try weigh(network, of: problem, observer, shouldStop) }
        try network.calibrate(problem.pairs(of: .valid, shouldStop))
        let loss = try problem.validate(problem.model, batch: experiment.budget.batch, shouldStop: shouldStop)
        guard loss.isFinite else { throw TrainingError.diverged(step: 1, loss: loss, checkpoint: nil) }
        return (misfit, loss)
    }

    /// Takes as much of what is learned over a mean network as makes errors on the validation split smallest, of steps those of whole
    /// rollouts: with nothing of it the network is as it was, so that it gets no worse there.
    private func weigh<Scalar: Real>(
        _ network: any ClosedFormOperator<Scalar>, of problem: some RunProblem<Scalar>, _ observer: Observer,
        _ shouldStop: () -> Bool
    ) throws {
        let symmetries = network.symmetryCount
        let alone = ClosedFormShare(0, isAveraged: false)
        let shares =
            [1, 0.75, 0.5, 0.25].map { ClosedFormShare($0, isAveraged: symmetries > 1) }
            + (symmetries > 1 ? [ClosedFormShare(0, isAveraged: true)] : []) + [alone]
        let errors = try network.weigh(shares) { try problem.farError(problem.model, shouldStop: shouldStop) }
        let best = errors.indices.min { errors[$0] < errors[$1] } ?? 0
        let averaged = "over the \(symmetries) symmetries"
        observer.note(
            "validation error \(Float(errors[errors.count - 1])) of the network alone"
                + (symmetries > 1 ? ", \(Float(errors[errors.count - 2])) averaged \(averaged)" : "")
                + ", \(Float(errors[0])) with all that the process adds, \(Float(errors[best])) with "
                + "\(Int(100 * shares[best].part)) % of it"
                + (shares[best].isAveraged ? " averaged \(averaged)" : "") + ", which is what is taken")
    }

    /// The network that is fitted; nil for a model of another kind.
    private func closedForm<Scalar: Real>(_ model: any Module<Scalar>) -> (any ClosedFormOperator<Scalar>)? {
        let surrogate = (model as? TrainedParts<Scalar>)?.surrogate ?? model as? Surrogate<Scalar>
        return surrogate?.network as? any ClosedFormOperator<Scalar>
    }
}
