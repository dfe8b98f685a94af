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
    /// How processes that train together tell each other their gradients; nil for a process of its own.
    public var exchange: (any GradientExchange)?
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

    /// The seed of the run in a folder and the folder of its dataset, from its last state; nil where there is none.
    /// - Throws: as reading a checkpoint does.
    public static func begun(
        in folder: String, kinds: Kinds = Kinds()
    ) throws -> (seed: UInt64, dataset: String)? {
        let last = Checkpoint(path: "\(folder)/checkpoint/last.safetensors", kinds)
        guard last.exists else { return nil }
        let content = try last.read()
        return (content.state.seed, content.dataset ?? "")
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
        /// What a fit in closed form is about to take.
        public var demand: (String) -> Void

        /// An observer; one that takes no notice unless told otherwise.
        public init(
            begin: @escaping (Int, Int) -> Void = { _, _ in }, step: @escaping (Int, Double) -> Void = { _, _ in },
            validated: @escaping (LogRecord, Bool) -> Void = { _, _ in }, note: @escaping (String) -> Void = { _ in },
            demand: @escaping (String) -> Void = { _ in }
        ) {
            self.begin = begin
            self.step = step
            self.validated = validated
            self.note = note
            self.demand = demand
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
        resumes: Bool = false, observer: Observer = Observer(), shouldStop: () -> Bool = { false }
    ) throws -> Outcome {
        try withoutActuallyEscaping(shouldStop) { shouldStop in
            switch experiment.precision {
            case .float: try run(Float.self, resumes, observer, shouldStop)
            case .double: try run(Double.self, resumes, observer, shouldStop)
            }
        }
    }

    private func run<Scalar: Real>(
        _: Scalar.Type, _ resumes: Bool, _ observer: Observer, _ shouldStop: @escaping () -> Bool
    ) throws -> Outcome {
        func run(_ problem: some RunProblem<Scalar>) throws -> Outcome {
            if experiment.model is any ClosedFormArchitecture {
                return try fit(problem, setting, resumes: resumes, observer, shouldStop)
            }
            return try Trainer(problem, of: self, setting).run(self, resumes: resumes, observer, shouldStop)
        }
        let setting = try setting(Scalar.self, resumes: resumes, shouldStop)
        let problem: any RunProblem<Scalar> = try experiment.task.problem(setting)
        return try run(problem)
    }

    /// Looks whether the network can learn at all; see `SelfCheck`.
    public func check() throws -> [String] {
        switch experiment.precision {
        case .float: try check(Float.self)
        case .double: try check(Double.self)
        }
    }

    private func check<Scalar: Real>(_: Scalar.Type) throws -> [String] {
        func check(_ problem: some RunProblem<Scalar>) throws -> [String] {
            if experiment.model is any ClosedFormArchitecture {
                return ["\(experiment.model.kindName): its numbers follow in closed form, there is no step to check"]
            }
            return try SelfCheck(Trainer(problem, of: self, setting), self).run()
        }
        let setting = try setting(Scalar.self, resumes: false) { false }
        let problem: any RunProblem<Scalar> = try experiment.task.problem(setting)
        return try check(problem)
    }

    /// Seconds that the run's steps will take, by the pace of some that are taken now and leave no trace; nil of what has no steps.
    public func forecast() throws -> Double? {
        switch experiment.precision {
        case .float: try forecast(Float.self)
        case .double: try forecast(Double.self)
        }
    }

    private func forecast<Scalar: Real>(_: Scalar.Type) throws -> Double? {
        func forecast(_ problem: some RunProblem<Scalar>) throws -> Double? {
            guard !(experiment.model is any ClosedFormArchitecture) else { return nil }
            return try Trainer(problem, of: self, setting).forecast()
        }
        let setting = try setting(Scalar.self, resumes: false) { false }
        let problem: any RunProblem<Scalar> = try experiment.task.problem(setting)
        return try forecast(problem)
    }

    /// What the run's problem is made from.
    package func setting<Scalar: Real>(
        _: Scalar.Type, resumes: Bool = false, _ shouldStop: @escaping () -> Bool = { false }
    ) throws -> ProblemSetting {
        ProblemSetting(
            experiment: experiment, dataset: dataset, seed: seed, backend: CPUBackend(threads: threads),
            rank: exchange?.rank ?? Rank(), origin: try origin(resumes: resumes), makeSolver: makeSolver,
            admit: { (parameters) throws(TrainingError) in
                try MemoryDemand(self).admit(parameters: parameters, bytes: MemoryLayout<Scalar>.size)
            }, shouldStop: shouldStop)
    }

    /// The run itself where it is gone on with, else the one whose network it begins with.
    private func origin(resumes: Bool) throws -> RunOrigin? {
        let last = Checkpoint(path: "\(folder)/checkpoint/last.safetensors", kinds)
        if resumes, last.exists { return RunOrigin(folder: folder, isSameRun: true, content: try last.read()) }
        guard let from = experiment.from else { return nil }
        return RunOrigin(folder: from, isSameRun: false, content: try Checkpoint.best(of: from, kinds).read())
    }
}
