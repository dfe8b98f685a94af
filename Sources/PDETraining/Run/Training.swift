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
    /// What an experiment can name.
    public let kinds: Kinds
    /// Makes the classical solver of the dataset, where training asks it: `diverted` chains and the penalty `response`.
    public let makeSolver: (@Sendable (_ grid: [Int], _ timeStep: Double) -> ClassicalSolver?)?

    /// The longest time between two checkpoints: what a kill can cost.
    public var savingInterval = Duration.seconds(30)
    /// Bytes that the process may still take; nil where nobody says.
    package var availableMemory: @Sendable () -> Int? = { AvailableMemory.bytes }

    /// Replaces a state, [channel][space…], by the one that follows, for a sample with these numbers.
    public typealias ClassicalSolver = (
        _ state: UnsafeMutablePointer<Double>, _ parameters: [String: Double]
    ) -> Void

    /// A run; nothing is read or written yet.
    public init(
        _ experiment: Experiment, dataset: String, folder: String, seed: UInt64, threads: Int,
        kinds: Kinds = Kinds(), makeSolver: (@Sendable (_ grid: [Int], _ timeStep: Double) -> ClassicalSolver?)? = nil
    ) {
        self.kinds = kinds
        self.makeSolver = makeSolver
        self.experiment = experiment
        self.dataset = dataset
        self.folder = folder
        self.seed = seed
        self.threads = threads
    }

    /// Whether a folder holds the run of an experiment with a seed; which other seeds the experiment has does not count.
    public static func holds(
        _ folder: String, _ experiment: Experiment, seed: UInt64, kinds: Kinds = Kinds()
    ) -> Bool {
        RunFolder.holds(folder, experiment, seed: seed, kinds)
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

    /// Trains until the end, or until `shouldStop`, which is asked before every step and every batch of a validation.
    ///
    /// - Parameter resumes: goes on from the folder's last checkpoint if there is one.
    /// - Throws: `TrainingError`, `.interrupted` when it was stopped before the folder was claimed; `DataError`.
    public func run(
        resumes: Bool, observer: Observer, shouldStop: () -> Bool
    ) throws -> Outcome {
        switch experiment.precision {
        case .float: try TrainingSession<Float>(self, shouldStop).run(resumes: resumes, observer, shouldStop)
        case .double: try TrainingSession<Double>(self, shouldStop).run(resumes: resumes, observer, shouldStop)
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
    let record: DataRecord
    private(set) var objective: Objective<Scalar>
    var parts: TrainedParts<Scalar>
    let optimizer: Optimizer<Scalar>

    package init(_ training: Training, _ shouldStop: () -> Bool = { false }) throws {
        self.training = training
        let experiment = training.experiment
        data = try TrainingData(experiment, path: training.dataset, split: .train, seed: training.seed, mixes: true)
        validData = try TrainingData(
            experiment, path: training.dataset, split: .valid, seed: training.seed, mixes: false)
        backend = CPUBackend(threads: training.threads)
        let (normalization, meanFrame) = try data.statistics(experiment.task, shouldStop)
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
        let surrogate: Surrogate<Scalar> = try description.surrogate(initialization) {
            (parameters) throws(TrainingError) in
            try MemoryDemand(training).admit(parameters: parameters, bytes: MemoryLayout<Scalar>.size)
        }
        let penalty = experiment.regularizer
        do { try penalty.check(grid: description.grid) } catch { throw TrainingError(error, of: "regularizer") }
        let states = StateChannels(
            mean: normalization.stateMean, deviation: normalization.stateDeviation, history: experiment.task.history,
            isPeriodic: data.isPeriodic)
        parts = TrainedParts(surrogate: surrogate, head: penalty.part(states, initialization))
        optimizer = Optimizer(experiment.optimizer, parts.groups, threads: training.threads)
        objective = Objective(
            task: experiment.task, loss: FieldLoss(experiment.loss, isPeriodic: data.isPeriodic, normalization),
            penalty: penalty, seed: training.seed)
        if experiment.task.mode == .diverted || penalty.asksSolver {
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

    /// Batches of an epoch.
    var batchCount: Int { data.sampler.batchCount(batchSize: training.experiment.budget.batch) }

    /// Steps of the whole run.
    var stepCount: Int {
        let budget = training.experiment.budget
        let all = batchCount * budget.epochs
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
        let rate = learningRate(in: number)
        guard loss.isFinite else { return (loss, rate) }
        optimizer.step(gradients, learningRate: rate)
        return (loss, rate)
    }

    /// The learning rate in step `number`.
    func learningRate(in number: Int) -> Double {
        let choice = training.experiment
        return choice.optimizer.learningRate * choice.schedule.factor(within: number, of: stepCount)
    }

    /// The surrogate to validate and keep: with averaged parameters if there are any.
    var result: TrainedParts<Scalar> {
        var values = optimizer.result.makeIterator()
        return parts.mappingParameters { _, _ in values.next()! }
    }
}

extension ModelDescription {
    /// The surrogate with first values.
    ///
    /// - Parameter admit: is told how many parameters the network will have before any is made, and throws for too many.
    /// - Throws: `TrainingError.grid` when it does not fit on the grid; what `admit` throws.
    func surrogate<Scalar: Real>(
        _ initialization: Initialization, admit: (_ parameters: Double) throws(TrainingError) -> Void
    ) throws(TrainingError) -> Surrogate<Scalar> {
        let task = experiment.task
        let conditions = experiment.data.parameters.count + (experiment.data.geometry ? 2 : 0)
        let shape = OperatorShape(
            inputs: task.history * channels.count + conditions, outputs: channels.count, isPeriodic: isPeriodic)
        do throws(GridMisfit) { try experiment.model.check(grid: grid) } catch {
            throw TrainingError(error, of: "model")
        }
        try admit(experiment.model.parameterCount(shape))
        return Surrogate(
            experiment.model.network(shape, initialization), normalization, history: task.history,
            predictsChange: task.predictsChange,
            maskChannel: experiment.data.geometry ? experiment.data.parameters.count : nil,
            on: initialization.backend)
    }
}
