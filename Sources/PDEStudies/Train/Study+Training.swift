import PDECore
import PDEData
import PDEGeneration
import PDETraining

extension Study {
    /// What a study tells while it goes on. All are called on the thread of `train`.
    public struct Observer {
        /// A dataset is looked for, and made if it is missing: who is told of that.
        public var making: (DatasetSource) -> Generation.Observer
        /// A run begins: who is told of it.
        public var training: (Training) -> Training.Observer
        /// A run has ended, or was stopped.
        public var trained: (Training, Training.Outcome) throws -> Void

        /// An observer.
        public init(
            making: @escaping (DatasetSource) -> Generation.Observer = { _ in Generation.Observer() },
            training: @escaping (Training) -> Training.Observer = { _ in Training.Observer() },
            trained: @escaping (Training, Training.Outcome) throws -> Void = { _, _ in }
        ) {
            (self.making, self.training, self.trained) = (making, training, trained)
        }
    }

    /// What became of a study's runs.
    public struct Outcome: Sendable {
        /// What this process trained: the runs' places in `runs`, and how each ended.
        public var trained: [(place: Int, outcome: Training.Outcome)] = []
        /// Runs that other processes train now, by their places: which.
        public var elsewhere: [Int: String] = [:]
        /// Places of runs that are not finished and that nobody trains.
        public var missing: [Int] = []
        /// Whether it was asked to stop.
        public var isInterrupted = false
    }

    /// Trains the runs, or this process's part of them, and makes the datasets that are missing for them first.
    ///
    /// A part that a launcher chose is where the process begins: it passes over runs that others have or have finished, and goes on
    /// with those that nobody has. A part given by hand is all that it trains, and all of it.
    ///
    /// - Parameters:
    ///   - part: which runs are this process's to train.
    ///   - resumes: goes on from the folders' last checkpoints where there are some.
    ///   - observer: is told of progress.
    ///   - shouldStop: asked before every step, on several threads.
    /// - Throws: `StudyError`; what making datasets and training throw.
    @discardableResult
    public func train(
        _ part: ShardSelection = .all, resumes: Bool = false, observer: Observer = Observer(),
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Outcome {
        var outcome = Outcome()
        let own = runs.indices.filter(part.contains)
        let start = part.continuation(among: runs.count)
        let others = start.map { start in runs.indices.map { (start + $0) % runs.count }.filter { !part.contains($0) } }
        // Of what a launcher gave this process others may have taken some; what it was told by hand it does or says why not.
        func isTaken(_ place: Int) -> Bool {
            start != nil && !isFree(place, resumes: resumes || part.contains(place))
        }
        try prepare(own.filter { !isTaken($0) }, observer: observer, shouldStop: shouldStop)
        for place in own + (others ?? []) where !isTaken(place) {
            if !part.contains(place) { try prepare([place], observer: observer, shouldStop: shouldStop) }
            // Another process may have been quicker.
            do { try train(place, &outcome, resumes, observer, shouldStop) } catch TrainingError.occupied
                where isTaken(place)
            { continue }
            if outcome.isInterrupted { return outcome }
        }
        for place in runs.indices where !outcome.trained.contains(where: { $0.place == place }) {
            switch try runs[place].training.standing() {
            case .held(let holder): outcome.elsewhere[place] = holder
            case .new, .begun: outcome.missing.append(place)
            case .finished: break
            }
        }
        return outcome
    }

    /// Makes the datasets of runs where they are missing, and refuses those that training cannot use.
    ///
    /// - Parameter places: the runs' places in `runs`.
    /// - Throws: as `train`.
    public func prepare(
        _ places: [Int], observer: Observer = Observer(), shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        var made: [DatasetSource] = []
        for run in places.map({ runs[$0] }) {
            guard let source = run.source, !made.contains(source) else { continue }
            made.append(source)
            try source.make(threads: run.training.threads, observer: observer.making(source), shouldStop: shouldStop)
        }
        for run in places.map({ runs[$0] }) {
            guard let source = run.source else { continue }
            try ClassicalSolvers.checkTraining(run.training.experiment, on: source.folder, run.training.kinds)
        }
    }

    /// Whether nobody has a run or has finished it; one that has begun is only free to be gone on with.
    private func isFree(_ place: Int, resumes: Bool) -> Bool {
        switch try? runs[place].training.standing() {
        case .held, .finished: false
        case .begun: resumes
        // What cannot be read says so itself.
        case .new, nil: true
        }
    }

    private func train(
        _ place: Int, _ outcome: inout Outcome, _ resumes: Bool, _ observer: Observer, _ shouldStop: () -> Bool
    ) throws {
        let training = runs[place].training
        let end = try training.run(resumes: resumes, observer: observer.training(training), shouldStop: shouldStop)
        outcome.trained.append((place, end))
        outcome.isInterrupted = end.isInterrupted
        try observer.trained(training, end)
    }
}
