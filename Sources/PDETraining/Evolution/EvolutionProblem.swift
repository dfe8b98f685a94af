import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor

/// Trajectories of a dataset: from frame to frame, or from the first to the last.
package final class EvolutionProblem<Scalar: Real>: RunProblem {
    package let data: TrainingData<Scalar>
    private let validData: TrainingData<Scalar>
    private let details: ModelDescription
    private let seen: DataRecord
    private let backend: CPUBackend
    private let objective: Objective<Scalar>
    private let assembler, validAssembler: BatchAssembler<Scalar>
    package let model: TrainedParts<Scalar>

    package init(_ setting: ProblemSetting) throws {
        let experiment = setting.experiment
        let (task, backend) = (experiment.evolution, setting.backend)
        self.backend = backend
        data = try TrainingData(
            experiment, path: setting.dataset, split: .train, seed: setting.seed, mixes: true, rank: setting.rank)
        validData = try TrainingData(
            experiment, path: setting.dataset, split: .valid, seed: setting.seed, mixes: false)
        let channels = data.selection.channelNames.count
        try setting.admitClosedForm(
            states: task.step.history * channels, outputs: channels, grid: data.selection.resolution,
            pairs: data.sampler.windowCount)
        var fitted = try data.statistics(task.step, setting.shouldStop)
        if experiment.model.carriesState { fitted.normalization.takeUnitsOfState() }
        seen = DataRecord(train: data, valid: validData, meanFrame: fitted.meanFrame)
        let times = data.reader.description.times
        let stride = task.spansTrajectory ? times.count - 1 : task.step.frameStride
        var details = ModelDescription(
            experiment: experiment, normalization: fitted.normalization, fields: data.selection.fields,
            channels: data.selection.channelNames, grid: data.selection.resolution, isPeriodic: data.isPeriodic,
            frameStride: stride, timeStep: times[stride] - times[0], dataset: setting.dataset,
            fingerprint: validData.reader.fingerprintText
        ).expecting(validData.reader)
        details.dataRecord = seen.crc32
        details.closedForm = experiment.model.shape(grid: details.grid, pairs: data.sampler.windowCount)
        if let origin = setting.origin { try details.takeUnits(of: origin) }
        self.details = details
        let initialization = Initialization(seed: setting.seed, backend: backend)
        let surrogate: Surrogate<Scalar> = try details.surrogate(initialization, admit: setting.admit)
        let penalty = experiment.regularizer
        do { try penalty.check(grid: details.grid) } catch { throw TrainingError(error, of: "regularizer") }
        let normalization = details.normalization
        let states = StateChannels(
            mean: normalization.stateMean, deviation: normalization.stateDeviation, history: task.step.history,
            isPeriodic: data.isPeriodic)
        model = TrainedParts(surrogate: surrogate, head: penalty.part(states, initialization))
        assembler = try data.assembler(normalization, on: backend)
        validAssembler = try validData.assembler(normalization, on: backend)
        var objective = Objective<Scalar>(
            task: task.step, loss: FieldLoss(experiment.loss, isPeriodic: data.isPeriodic, normalization),
            penalty: penalty, seed: setting.seed)
        if task.step.mode == .diverted || penalty.asksSolver {
            objective.classicalStep = try data.classicalStep(setting.makeSolver?(details.grid, details.timeStep))
        }
        self.objective = objective
    }

    package var description: any RunDescription { details }
    package var record: SafetensorsFile? { seen.file }
    package var source: ProblemSource {
        ProblemSource(
            path: details.dataset, fingerprint: data.reader.fingerprintText, samples: data.windowCount,
            grid: details.grid,
            bytesPerSample: data.bytesReadAhead)
    }

    package func groups(of model: TrainedParts<Scalar>) -> [ParameterGroup<Scalar>] {
        let all = model.parameters
        let count = model.surrogate.parameters.count
        return [
            ParameterGroup("network", Array(all[..<count]), forms: model.parameterForms),
            ParameterGroup("head", Array(all[count...])),
        ]
    }

    package func batchCount(size: Int) -> Int { data.batchCount(size: size) }

    package func batches(
        size: Int, from start: BatchPosition, epochs: Int
    ) -> any BatchSource<TrainingBatch<Scalar>> {
        TrainingBatches(data.loader(batch: size, from: start, epochs: epochs), assembler)
    }

    package func loss(
        _ model: TrainedParts<Scalar>, constant: TrainedParts<Scalar>, _ batch: TrainingBatch<Scalar>, step: Int
    ) -> Tensor<Scalar> {
        objective(model, constant, batch, step: step)
    }

    package func prediction(_ model: TrainedParts<Scalar>, _ batch: TrainingBatch<Scalar>) -> Tensor<Scalar> {
        model.surrogate(batch.states(model.surrogate.history), conditions: batch.conditions)
    }

    package func pairs(of split: Split, _ shouldStop: () -> Bool) throws -> FittedPairs<Scalar> {
        let (data, assembler) = split == .train ? (data, assembler) : (validData, validAssembler)
        let limit = details.closedForm?.pairs ?? .max
        let batches = TrainingBatches(data.orderedLoader(batch: 16, limit: limit), assembler)
        let surrogate = model.surrogate
        var pairs = GatheredPairs<Scalar>()
        while let batch = try batches.next() {
            if shouldStop() { throw TrainingError.interrupted }
            let states = batch.states(surrogate.history)
            pairs.append(
                surrogate.input(states, conditions: batch.conditions),
                surrogate.target(batch.frames[surrogate.history], after: states))
        }
        return pairs.all
    }

    /// Of steps: over 16 rollouts of at most 100 steps, spread over the validation split.
    package func farError(_ model: TrainedParts<Scalar>, shouldStop: () -> Bool) throws -> Double {
        var experiment = details.experiment
        let task = experiment.evolution
        guard !task.spansTrajectory else {
            return try validate(model, batch: experiment.budget.batch, shouldStop: shouldStop)
        }
        let step = task.step
        let steps = (validData.reader.frameCount - 1) / step.frameStride - (step.history - 1)
        experiment.task = StepTask(
            history: step.history, frameStride: step.frameStride, predict: step.predict, mode: .unrolled,
            steps: max(1, min(100, steps)))
        let rollouts = try TrainingData<Scalar>(experiment, validData.reader, seed: 0, mixes: false)
        let batches = TrainingBatches(
            rollouts.orderedLoader(batch: 16, limit: 16), try rollouts.assembler(details.normalization, on: backend))
        return try objective.validation(model.surrogate, batches, shouldStop: shouldStop).loss
    }

    package func validate(_ model: TrainedParts<Scalar>, batch: Int, shouldStop: () -> Bool) throws -> Double {
        let batches = TrainingBatches(validData.orderedLoader(batch: batch), validAssembler)
        return try objective.validation(model.surrogate, batches, shouldStop: shouldStop).loss
    }
}

extension TrainingBatch {
    /// The first so many frames, joined as a network takes them.
    func states(_ history: Int) -> Tensor<Scalar> {
        Tensor.concatenated(Array(frames[..<history]), along: frames[0].rank - 1)
    }
}

/// Everything with parameters that is trained together.
package struct TrainedParts<Scalar: Real>: Module {
    var surrogate: Surrogate<Scalar>
    /// What the penalty trains along.
    var head: (any Module<Scalar>)?

    package init(surrogate: Surrogate<Scalar>, head: (any Module<Scalar>)? = nil) {
        (self.surrogate, self.head) = (surrogate, head)
    }

    package mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        surrogate.visitParameters(path, visit)
        head?.visitParameters(path + "head.", visit)
    }

    package var parameterForms: [String: ParameterForm] { surrogate.parameterForms }
}

extension ModelDescription {
    /// Takes over the units that a network has learned in from the run that it comes from.
    ///
    /// - Throws: `TrainingError.occupied` with the key in which another run's network differs.
    fileprivate mutating func takeUnits(of origin: RunOrigin) throws {
        let other = try origin.description(ModelDescription.self)
        if origin.isSameRun {
            // On other data, or of other fields, the run is refused when it is restored.
            if other.fingerprint == fingerprint, other.channels == channels {
                (normalization, closedForm) = (other.normalization, other.closedForm)
            }
            return
        }
        guard let (key, there, here) = try other.difference(from: self) else {
            try closedForm?.learnErrors(of: other.experiment, in: origin)
            normalization = other.normalization
            return
        }
        throw TrainingError.occupied(
            path: origin.folder,
            reason: "its network cannot be tuned further here: \(key) is \(there) there and \(here) here",
            remedy: "Set \(key) to what the run has, or train from the start, without from.")
    }

    /// The first key in which networks differ that cannot have the same parameters, or do not mean the same by them.
    private func difference(from other: ModelDescription) throws -> (key: String, there: String, here: String)? {
        let (own, others) = (try StrictEncoder().encode(experiment), try StrictEncoder().encode(other.experiment))
        let network = other.closedForm == nil ? ["model"] : []
        for key in network + ["task.history", "task.predict", "task.kind", "data.parameters", "data.geometry"] {
            guard let left = own.value(at: key), let right = others.value(at: key),
                let (path, there, here) = firstDifference(left, right, at: key)
            else { continue }
            return (path, brief(there), brief(here))
        }
        return channels == other.channels
            ? nil : ("data.fields", channels.joined(separator: ", "), other.channels.joined(separator: ", "))
    }
}
