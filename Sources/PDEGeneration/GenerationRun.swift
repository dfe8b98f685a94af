import PDECore
import PDEData

/// A run of a generation while it goes on: leases shards one after the other, as its workers need them, makes their samples and
/// stores them.
final class GenerationRun {
    /// After how many samples without a success a run gives up.
    private static let patience = 4
    /// For how long finished samples may be in memory alone. Shards that are made faster are stored whole, and written once.
    private static let longestUnkept = Duration.milliseconds(500)

    private let generation: Generation
    private let manifest: Manifest?
    private let observer: Generation.Observer
    private let shouldStop: @Sendable () -> Bool
    private(set) var outcome = Generation.Outcome()

    /// Shards of which it is known that they need work.
    private var pending: ArraySlice<PlannedShard> = []
    /// Where in the plan the shards are that nobody was given: from here on, to the end and from the beginning.
    private var others: (start: Int, done: Int)?
    /// Shards of which samples are asked for or made, in order.
    private var assemblies: [ShardAssembly] = []
    /// The samples of the last of them that are not yet asked for.
    private var indices: Range<Int> = 0..<0
    private var lastKept = ContinuousClock.now
    private var failures = 0
    private var successes = 0

    init(
        _ generation: Generation, _ manifest: Manifest?, _ observer: Generation.Observer,
        shouldStop: @escaping @Sendable () -> Bool
    ) {
        self.generation = generation
        self.manifest = manifest
        self.observer = observer
        self.shouldStop = shouldStop
    }

    private var folder: DatasetFolder { generation.folder }

    /// Looks for the shards of a part that need work, and tells the observer of each that is damaged and of their samples.
    /// - Returns: How many samples there are to make at most.
    func look(for part: (Int) -> Bool, continuingAt start: Int?) throws -> Int {
        var found: [PlannedShard] = []
        for (place, shard) in generation.plan.enumerated() where part(place) {
            if try needsWork(shard) { found.append(shard) } else { outcome.kept += 1 }
        }
        successes = outcome.kept
        pending = found[...]
        others = start.map { ($0, 0) }
        let samples = found.reduce(0) { $0 + $1.indices.count }
        observer.start(samples)
        return start == nil ? samples : generation.recipe.splits.reduce(0) { $0 + $1.indices.count }
    }

    /// Makes these shards too, as far as nobody else does.
    func takeUp(_ shards: [PlannedShard]) {
        pending += shards
        observer.change(shards.reduce(0) { $0 + $1.indices.count })
    }

    /// Makes the samples of all shards that are left and that can be leased. After a stop or an error nothing of what is finished
    /// is lost.
    /// - Throws: `SampleStopped` if samples were given up because `shouldStop` said so.
    func makeSamples(_ memory: MemoryPlan) throws {
        let recipe = generation.recipe
        let shouldStop = shouldStop
        let watch = SampleWatch { _ in !shouldStop() }
        defer {
            keep()
            assemblies = []
            indices = 0..<0
        }
        try OrderedPipeline.run(
            threads: memory.threads, window: memory.window, nextIndex: nextIndex,
            makeWorker: { _ in SampleWorker(recipe, watch).make }, consume: consume, shouldStop: shouldStop)
    }

    // MARK: Leases

    private func nextIndex() throws -> Int? {
        while indices.isEmpty {
            guard !shouldStop(), let assembly = try lease() else { return nil }
            if assembly.isWhole {
                outcome.made.append(try assembly.store())
            } else {
                assemblies.append(assembly)
                indices = assembly.indices
            }
        }
        return indices.removeFirst()
    }

    /// The next shard that needs work and that no other process is making.
    private func lease() throws -> ShardAssembly? {
        while let (shard, isExpected) = try nextShard() {
            let lease = try folder.acquire(shard.id)
            // Another process may have finished it between the look and the lease.
            let isNeeded = try lease != nil && folder.status(of: shard, manifest: manifest).record == nil
            guard let lease, isNeeded else {
                if lease != nil { outcome.kept += 1 }
                if isExpected { observer.change(-shard.indices.count) }
                continue
            }
            let assembly = ShardAssembly(lease, shard, generation)
            let change = assembly.indices.count - (isExpected ? shard.indices.count : 0)
            if change != 0 { observer.change(change) }
            if assembly.foundCount > 0 {
                observer.note(
                    "\(folder.relativePath(of: shard.id)): \(assembly.foundCount) of \(shard.indices.count) samples were "
                        + "finished by an earlier run")
            }
            return assembly
        }
        return nil
    }

    /// The next shard to ask for, and whether the observer knows of its samples.
    private func nextShard() throws -> (PlannedShard, isExpected: Bool)? {
        if let shard = pending.popFirst() { return (shard, true) }
        let plan = generation.plan
        while let (start, done) = others, done < plan.count {
            others = (start, done + 1)
            let shard = plan[(start + done) % plan.count]
            // Whoever wrote its record had just read its bytes.
            let status = try folder.status(of: shard, manifest: manifest, comparesBytes: false)
            if status.record == nil { return (shard, false) }
        }
        return nil
    }

    private func needsWork(_ shard: PlannedShard) throws -> Bool {
        switch try folder.status(of: shard, manifest: manifest) {
        case .complete: return false
        case .unrecorded: return true
        case .missing: observer.note("\(folder.relativePath(of: shard.id)) is missing: making it again")
        case .wrongSize(let expected, let found):
            observer.note("\(folder.relativePath(of: shard.id)) has \(found) bytes of \(expected): making it again")
        case .corrupt(let problem):
            observer.note("\(folder.relativePath(of: shard.id)) is damaged (\(problem)): making it again")
        }
        return true
    }

    // MARK: Samples

    private func consume(_ index: Int, _ generated: GeneratedSample) throws {
        let assembly = assemblies[0]
        try report(generated)
        try assembly.append(generated)
        if let failure = generated.record.failure {
            observer.note("sample \(generation.recipe.address(of: index)) failed: \(failure)")
            failures += 1
            guard successes > 0 || failures < Self.patience else {
                let profile = generation.recipe.problem.profile
                throw GenerationError.hopeless(
                    samples: failures, attempts: profile.attempts, reason: failure, advice: profile.advice)
            }
        } else {
            successes += 1
        }
        observer.sample(generated.record)
        if assembly.isWhole {
            outcome.made.append(try assembly.store())
            assemblies.removeFirst()
            lastKept = .now
        } else if ContinuousClock.now - lastKept > Self.longestUnkept {
            keep()
        }
    }

    /// Writes finished samples of unfinished shards beside them.
    private func keep() {
        do {
            for assembly in assemblies { try assembly.keep() }
        } catch {
            observer.note("\(error)\nOnly whole shards will be kept if this run is ended.")
        }
        lastKept = .now
    }

    /// Tells of the draws that were refused, and keeps what is left of those that blew up.
    private func report(_ generated: GeneratedSample) throws {
        for rejection in generated.record.rejections {
            let sample = generation.recipe.address(of: generated.record.index)
            var note = "sample \(sample), attempt \(rejection.attempt): \(rejection.reason)"
            if generated.record.failure == nil || rejection != generated.record.rejections.last {
                note += "; drawn again"
            }
            if let postMortem = generated.postMortems.first(where: { $0.attempt == rejection.attempt }) {
                let path = try postMortem.store(
                    of: sample, in: folder, following: generation.description, provenance: generation.provenance)
                note += "; its last finite state is in \(path)"
            }
            observer.note(note)
        }
    }
}
