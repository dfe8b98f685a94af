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
        /// A run of several could not be trained, and why; the others go on.
        public var failed: (Training, any Error) -> Void

        /// An observer.
        public init(
            making: @escaping (DatasetSource) -> Generation.Observer = { _ in Generation.Observer() },
            training: @escaping (Training) -> Training.Observer = { _ in Training.Observer() },
            trained: @escaping (Training, Training.Outcome) throws -> Void = { _, _ in },
            failed: @escaping (Training, any Error) -> Void = { _, _ in }
        ) {
            (self.making, self.training, self.trained, self.failed) = (making, training, trained, failed)
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
        /// Runs of several that could not be trained, by their places, and why.
        public var failed: [(place: Int, error: any Error)] = []
        /// Whether it was asked to stop.
        public var isInterrupted = false
    }

    /// Trains the runs, or this process's part of them, and makes the datasets that are missing for them first.
    ///
    /// A part that a launcher chose is where the process begins: it passes over runs that others have or have finished, and goes on
    /// with those that nobody has. A part given by hand is all that it trains, and all of it. Of several runs finished ones are passed over,
    /// one that begins with another's network waits for that, and one that cannot be trained does not keep the others from it.
    ///
    /// - Parameters:
    ///   - part: which runs are this process's to train.
    ///   - resumes: goes on from the folders' last checkpoints where there are some.
    ///   - observer: is told of progress.
    ///   - shouldStop: asked before every step, on several threads.
    /// - Throws: `StudyError`; of a single run what making its datasets and training throw.
    @discardableResult
    public func train(
        _ part: ShardSelection = .all, resumes: Bool = false, observer: Observer = Observer(),
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Outcome {
        var outcome = Outcome()
        var looked: [Dataset] = []
        let own = runs.indices.filter(part.contains)
        let start = part.continuation(among: runs.count)
        let others = start.map { start in runs.indices.map { (start + $0) % runs.count }.filter { !part.contains($0) } }
        // Of what a launcher gave this process others may have taken some; what it was told by hand it does or says why not.
        func isTaken(_ place: Int) -> Bool {
            start != nil && !isFree(place, resumes: resumes || part.contains(place))
                || runs.count > 1 && isFinished(place)
        }
        func attempt(_ place: Int, _ work: () throws -> Void) throws {
            guard runs.count > 1 else { return try work() }
            do { try work() } catch {
                if shouldStop() { throw error }
                outcome.failed.append((place, error))
                observer.failed(runs[place].training, error)
            }
        }
        func hasFailed(_ place: Int) -> Bool { outcome.failed.contains { $0.place == place } }
        try refuseSharedFolders()
        for place in own where !isTaken(place) {
            try attempt(place) { try prepare(place, &looked, observer, shouldStop) }
        }
        var open = (own + (others ?? [])).filter { !hasFailed($0) }
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            for place in open where !isTaken(place) {
                let origin = runs[place].origin
                if let origin, !isFinished(origin), !hasFailed(origin) { continue }
                open.removeAll { $0 == place }
                hasMoved = true
                try attempt(place) {
                    if let origin, hasFailed(origin) {
                        throw StudyError.noOrigin(
                            run: runs[place].training.folder, origin: runs[origin].training.folder)
                    }
                    if !part.contains(place) { try prepare(place, &looked, observer, shouldStop) }
                    // Another process may have been quicker.
                    do { try train(place, &outcome, resumes, observer, shouldStop) } catch TrainingError.occupied
                        where isTaken(place)
                    {}
                }
                if outcome.isInterrupted { return outcome }
            }
        }
        for place in runs.indices where !outcome.trained.contains(where: { $0.place == place }) && !hasFailed(place) {
            switch try runs[place].training.standing() {
            case .held(let holder): outcome.elsewhere[place] = holder
            case .new, .begun: outcome.missing.append(place)
            case .finished: break
            }
        }
        return outcome
    }

    /// A dataset that was looked for, and why it cannot be used.
    private struct Dataset {
        let source: DatasetSource
        var error: (any Error)?
    }

    /// Makes the datasets of runs where they are missing, and refuses those that training cannot use.
    ///
    /// - Parameter places: the runs' places in `runs`.
    /// - Throws: as `train`.
    public func prepare(
        _ places: [Int], observer: Observer = Observer(), shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        var looked: [Dataset] = []
        for place in places { try prepare(place, &looked, observer, shouldStop) }
    }

    private func prepare(
        _ place: Int, _ looked: inout [Dataset], _ observer: Observer, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        let run = runs[place]
        for source in run.sources {
            if let known = looked.first(where: { $0.source == source }) {
                if let error = known.error { throw error }
                continue
            }
            do {
                try source.make(
                    threads: run.training.threads, observer: observer.making(source), shouldStop: shouldStop)
                looked.append(Dataset(source: source))
            } catch {
                looked.append(Dataset(source: source, error: error))
                throw error
            }
        }
        if let source = run.source {
            try ClassicalSolvers.checkTraining(run.training.experiment, on: source.folder, run.training.kinds)
        }
    }

    /// Refuses two recipes for one folder before anything is made.
    private func refuseSharedFolders() throws(StudyError) {
        var known: [String: DatasetSource] = [:]
        for source in runs.flatMap(\.sources) where source.recipe != nil {
            if let other = known[source.folder], other != source {
                throw .occupied(path: source.folder, reason: "two recipes of this study would make their datasets here")
            }
            known[source.folder] = source
        }
    }

    /// Whether a run has come to its end.
    func isFinished(_ place: Int) -> Bool { (try? runs[place].training.standing()) == .finished }

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
