import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor

/// One run: an experiment with one seed, in one folder.
///
/// The folder holds `experiment.json` (resolved), `log.jsonl`, `loss.png` and `checkpoint/`; what is written at any moment is
/// whole. N steps equal k steps, a kill and N − k steps after `resumes`, bit for bit, on any number of threads.
public struct Training: Sendable {
    /// What to train on what.
    public let experiment: Experiment
    /// The dataset's folder.
    public let dataset: String
    /// Where the run goes.
    public let folder: String
    /// The run's seed.
    public let seed: UInt64
    /// Threads.
    public let threads: Int
    /// Makes the classical solver of the dataset, where training asks it: `diverted` chains and the penalty `response`.
    public let makeSolver: (@Sendable (_ grid: [Int], _ timeStep: Double) -> ClassicalSolver?)?

    /// The longest time between two checkpoints: what a kill can cost.
    public var savingInterval = Duration.seconds(30)

    /// Replaces a state, [channel][space…], by the one that follows, for a sample with these numbers.
    public typealias ClassicalSolver = (
        _ state: UnsafeMutablePointer<Double>, _ parameters: [String: Double]
    ) -> Void

    /// A run; nothing is read or written yet.
    public init(
        _ experiment: Experiment, dataset: String, folder: String, seed: UInt64, threads: Int,
        makeSolver: (@Sendable (_ grid: [Int], _ timeStep: Double) -> ClassicalSolver?)? = nil
    ) {
        self.makeSolver = makeSolver
        self.experiment = experiment
        self.dataset = dataset
        self.folder = folder
        self.seed = seed
        self.threads = threads
    }

    /// What a run tells while it goes on.
    public struct Observer {
        /// Steps taken before and in all.
        public var begin: (_ done: Int, _ total: Int) -> Void
        /// A step is done: steps taken, its loss.
        public var step: (_ done: Int, _ loss: Double) -> Void
        /// A validation is done.
        public var validated: (LogRecord, _ isBest: Bool) -> Void
        /// Something that the run's user should know.
        public var note: (String) -> Void

        /// An observer.
        public init(
            begin: @escaping (Int, Int) -> Void, step: @escaping (Int, Double) -> Void,
            validated: @escaping (LogRecord, Bool) -> Void, note: @escaping (String) -> Void = { _ in }
        ) {
            self.begin = begin
            self.step = step
            self.validated = validated
            self.note = note
        }
    }

    /// How a run ended.
    public struct Outcome: Sendable {
        /// Whether it was asked to stop before its end.
        public var isInterrupted: Bool
        /// Where it stands.
        public var state: TrainingState
        /// Trainable numbers.
        public var parameterCount: Int
        /// Seconds this call spent in steps, and of these waiting for data.
        public var stepSeconds, waitingSeconds: Double
        /// The most memory that tensors took at once, in bytes.
        public var peakBytes: Int
    }

    /// Trains until the end, or until `shouldStop`.
    ///
    /// - Parameter resumes: goes on from the folder's last checkpoint if there is one.
    /// - Throws: `TrainingError`, `DataError`.
    public func run(
        resumes: Bool, observer: Observer, shouldStop: () -> Bool
    ) throws -> Outcome {
        switch experiment.precision {
        case .float: try TrainingSession<Float>(self).run(resumes: resumes, observer, shouldStop)
        case .double: try TrainingSession<Double>(self).run(resumes: resumes, observer, shouldStop)
        }
    }

    /// Looks whether the network can learn at all; see `SelfCheck`.
    public func check() throws -> [String] {
        switch experiment.precision {
        case .float: try SelfCheck(TrainingSession<Float>(self)).run()
        case .double: try SelfCheck(TrainingSession<Double>(self)).run()
        }
    }
}

/// A run with everything it needs in memory.
package final class TrainingSession<Scalar: Real> {
    let training: Training
    package let data: TrainingData<Scalar>
    let validData: TrainingData<Scalar>
    package let backend: CPUBackend
    package let description: ModelDescription
    private let record: DataRecord
    private(set) var objective: Objective<Scalar>
    var parts: TrainedParts<Scalar>
    let optimizer: Optimizer<Scalar>

    package init(_ training: Training) throws {
        self.training = training
        let experiment = training.experiment
        data = try TrainingData(experiment, path: training.dataset, split: .train, seed: training.seed, mixes: true)
        validData = try TrainingData(
            experiment, path: training.dataset, split: .valid, seed: training.seed, mixes: false)
        backend = CPUBackend(threads: training.threads)
        let (normalization, meanFrame) = try data.statistics(experiment.task)
        record = DataRecord(train: data, valid: validData, meanFrame: meanFrame)
        let times = data.reader.description.times
        let stride = experiment.task.kind == .operator ? times.count - 1 : experiment.task.frameStride
        var description = ModelDescription(
            experiment: experiment, normalization: normalization, fields: data.selection.fields,
            channels: data.selection.channelNames, grid: data.selection.resolution, isPeriodic: data.isPeriodic,
            frameStride: stride, timeStep: times[stride] - times[0], dataset: training.dataset,
            fingerprint: data.reader.fingerprintText
        ).expecting(data.reader)
        description.dataRecord = record.crc32
        self.description = description
        let initialization = Initialization(seed: training.seed, backend: backend)
        let surrogate: Surrogate<Scalar> = try description.surrogate(initialization) { _ in }
        var head: UncertaintyHead<Scalar>?
        if experiment.regularizer.kind == .jaws {
            guard let shortest = description.grid.min(), shortest >= experiment.regularizer.headReach else {
                throw TrainingError.grid(
                    key: "regularizer.headReach",
                    problem: "\(experiment.regularizer.headReach) points to either side on a grid of "
                        + description.grid.map(String.init).joined(separator: " × "),
                    remedy: "The head can see as many points as the shortest axis has.")
            }
            head = UncertaintyHead(
                mean: normalization.stateMean, deviation: normalization.stateDeviation,
                history: experiment.task.history, isPeriodic: data.isPeriodic,
                hidden: experiment.regularizer.headHidden, reach: experiment.regularizer.headReach, initialization)
        }
        parts = TrainedParts(surrogate: surrogate, head: head)
        optimizer = Optimizer(experiment.optimizer, parts.parameters, threads: training.threads)
        objective = Objective(
            task: experiment.task, loss: Loss(experiment.loss, isPeriodic: data.isPeriodic, normalization),
            penalty: JacobianPenalty(experiment.regularizer), seed: training.seed)
        if experiment.task.mode == .diverted || experiment.regularizer.kind == .response {
            objective.classicalStep = try classicalStep()
        }
    }

    /// The classical solver on tensors.
    private func classicalStep() throws -> ClassicalStep<Scalar> {
        guard let solve = training.makeSolver?(description.grid, description.timeStep) else {
            throw TrainingError.data(
                path: training.dataset,
                problem: "there is no classical solver that goes on from its states, which this experiment asks",
                remedy: "Use another task.training or regularizer.kind; flows have none, nor grids of odd size.")
        }
        let names = data.reader.description.parameters.filter { !$0.isTimeVarying }.map(\.name)
        let numbers = try names.map { try data.reader.scalar($0) }
        let (points, channels) = (data.selection.pointCount, data.selection.channelCount)
        let buffer = AlignedBuffer<Double>(count: points * channels)
        return { states, samples in
            Tensor(shape: states.shape, on: states.backend) { values in
                states.withUnsafeValues { source in
                    for (row, sample) in samples.enumerated() {
                        let place = row * points * channels
                        for point in 0..<points {
                            for channel in 0..<channels {
                                buffer.pointer[channel * points + point] = Double(
                                    source[place + point * channels + channel])
                            }
                        }
                        let parameters = zip(names, numbers).map { ($0, $1.count == 1 ? $1[0] : $1[sample]) }
                        solve(buffer.pointer, Dictionary(uniqueKeysWithValues: parameters))
                        for point in 0..<points {
                            for channel in 0..<channels {
                                values[place + point * channels + channel] = Scalar(
                                    buffer.pointer[channel * points + point])
                            }
                        }
                    }
                }
            }
        }
    }

    /// Steps of the whole run.
    var stepCount: Int {
        let budget = training.experiment.budget
        let all = data.sampler.batchCount(batchSize: budget.batch) * budget.epochs
        return min(all, budget.steps ?? all)
    }

    /// One step: the loss, its derivatives, the parameters' move.
    package func step(_ batch: TrainingBatch<Scalar>, samples: [Int], number: Int) -> (
        loss: Double, learningRate: Double
    ) {
        let (module, variables) = parts.differentiable
        let value = objective(module, parts, batch, samples: samples, step: number)
        let loss = Double(value.item)
        let gradients = value.gradient(withRespectTo: variables, endingRecord: true)
        let choice = training.experiment
        let rate = choice.optimizer.learningRate * choice.schedule.factor(step: number, of: stepCount)
        guard loss.isFinite else { return (loss, rate) }
        optimizer.step(gradients, learningRate: rate)
        return (loss, rate)
    }

    /// The surrogate to validate and keep: with averaged parameters if there are any.
    var result: TrainedParts<Scalar> {
        var values = optimizer.result.makeIterator()
        return parts.mappingParameters { _, _ in values.next()! }
    }

    /// The mean loss over the validation split.
    func validate() throws -> Double {
        let surrogate = result.surrogate
        let assembler = try validData.assembler(description.normalization, on: backend)
        let loader = validData.orderedLoader(batch: training.experiment.budget.batch)
        return try objective.validation(surrogate, loader, assembler).loss
    }

    func run(resumes: Bool, _ observer: Training.Observer, _ shouldStop: () -> Bool) throws -> Training.Outcome {
        let folder = try RunFolder(training.folder, training.experiment, resumes: resumes)
        var state = TrainingState(seed: training.seed, fingerprint: description.fingerprint)
        var note: String?
        if resumes, folder.last.exists { (state, note) = try restore(folder) }
        try folder.begin(training.experiment, record, upTo: state.step)
        let budget = training.experiment.budget
        let total = stepCount
        observer.begin(state.step, total)
        if let note { observer.note(note) }
        let clock = ContinuousClock()
        let start = clock.now
        var saved = start
        let earlier = state.seconds
        let assembler = try data.assembler(description.normalization, on: backend)
        let loader = data.loader(batch: budget.batch, from: state.position, epochs: budget.epochs)
        let batches = data.sampler.batchCount(batchSize: budget.batch)
        var rate = 0.0
        var isInterrupted = false
        while !state.isFinished {
            guard state.step < total, let batch = try loader.next() else {
                state.isFinished = true
                try save(state, folder)
                break
            }
            let samples = batch.windows[..<batch.count].map(\.sample)
            let tensors = assembler(batch)
            loader.recycle(batch)
            let (loss, learningRate) = step(tensors, samples: samples, number: state.step)
            rate = learningRate
            guard loss.isFinite else {
                throw TrainingError.diverged(
                    step: state.step, loss: loss, checkpoint: folder.last.exists ? folder.last.path : nil)
            }
            state.step += 1
            state.lossSum += loss
            state.lossCount += 1
            state.position.batch += 1
            if state.position.batch == batches { state.position = BatchPosition(epoch: state.position.epoch + 1) }
            observer.step(state.step, loss)
            let isLast = state.step == total
            let endsEpoch = state.position.batch == 0
            if isLast || (endsEpoch && state.position.epoch % budget.validateEvery == 0) {
                state.seconds = earlier + (clock.now - start) / .seconds(1)
                state.peakBytes = max(state.peakBytes, backend.pool.usage.peakBytes)
                try validated(&state, rate, folder, observer)
                if let patience = budget.patience, state.impatience >= patience { state.isFinished = true }
                if isLast { state.isFinished = true }
                try save(state, folder)
                saved = clock.now
            }
            isInterrupted = shouldStop() && !state.isFinished
            // What a kill can cost is bounded; when it happens changes no result, as every state can be gone on from.
            if isInterrupted || clock.now - saved > training.savingInterval {
                state.seconds = earlier + (clock.now - start) / .seconds(1)
                try save(state, folder)
                saved = clock.now
            }
            if isInterrupted { break }
        }
        try folder.drawLoss(title: training.experiment.name)
        return Training.Outcome(
            isInterrupted: isInterrupted, state: state, parameterCount: parts.surrogate.parameterCount,
            stepSeconds: (clock.now - start) / .seconds(1), waitingSeconds: loader.waitingSeconds,
            peakBytes: backend.pool.usage.peakBytes)
    }

    private func validated(
        _ state: inout TrainingState, _ rate: Double, _ folder: RunFolder, _ observer: Training.Observer
    ) throws {
        let validLoss = try validate()
        // A gradient that is no number spoils the parameters although the loss was one.
        guard validLoss.isFinite, optimizer.isFinite else {
            throw TrainingError.diverged(
                step: state.step, loss: validLoss, checkpoint: folder.last.exists ? folder.last.path : nil)
        }
        let record = LogRecord(
            step: state.step, epoch: state.position.epoch, trainLoss: state.lossSum / Double(max(1, state.lossCount)),
            validLoss: validLoss, learningRate: rate)
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
        try folder.append(record)
        observer.validated(record, isBest)
    }

    private func save(_ state: TrainingState, _ folder: RunFolder) throws {
        guard optimizer.isFinite else {
            throw TrainingError.diverged(
                step: state.step, loss: .nan, checkpoint: folder.last.exists ? folder.last.path : nil)
        }
        try folder.last.write(optimizer.state(), state, description)
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
        let batches = data.sampler.batchCount(batchSize: training.experiment.budget.batch)
        guard state.step <= stepCount, batch < batches, state.step == epoch * batches + batch else {
            throw TrainingError.checkpoint(
                path: folder.last.path,
                problem: "step \(state.step) is not batch \(batch) of epoch \(epoch), with \(batches) batches each",
                remedy: "Remove it, and train again.")
        }
        try Checkpoint.load(content.file, into: optimizer.state(), path: folder.last.path)
        optimizer.restore(stepCount: state.step)
        return (state, content.note)
    }
}

extension ModelDescription {
    /// The surrogate with first values.
    /// - Parameter admit: as `ModelChoice.network` takes it.
    func surrogate<Scalar: Real>(
        _ initialization: Initialization, admit: (_ parameters: Double) throws(TrainingError) -> Void
    ) throws(TrainingError) -> Surrogate<Scalar> {
        let task = experiment.task
        let conditions = experiment.data.parameters.count + (experiment.data.geometry ? 2 : 0)
        let network: Network<Scalar> = try experiment.model.network(
            grid: grid, isPeriodic: isPeriodic, inputs: task.history * channels.count + conditions,
            outputs: channels.count, initialization, admit: admit)
        return Surrogate(
            network, normalization, history: task.history, predictsChange: task.predictsChange,
            maskChannel: experiment.data.geometry ? experiment.data.parameters.count : nil,
            on: initialization.backend)
    }
}
