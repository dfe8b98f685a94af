import PDEConfig
import PDECore
import PDEData

/// Turns a recipe into a dataset folder.
///
/// Samples are computed on several threads and written in the order of their numbers, shard by shard. What is finished
/// stays finished: a run that was killed continues at the first shard that is missing or damaged, and several
/// processes may share the work.
public struct Generation: Sendable {
    /// The recipe.
    public let recipe: Recipe
    /// The recipe as JSON with every default filled in: what is stored, and what claims the folder.
    public let resolved: JSON
    /// Where the dataset goes.
    public let folder: DatasetFolder
    /// All shards of the dataset.
    public let plan: ShardPlan
    /// What the dataset's files have in common.
    public private(set) var description: DatasetDescription

    /// A generation of `recipe` in the folder at `path`; nothing is written yet, and of the folder only its recipe is read,
    /// which says how samples are numbered there.
    /// - Throws: `ConfigurationError` if the recipe holds a number that JSON cannot; `DataError` if its name or its fields
    ///   cannot be stored, or the folder's recipe cannot be read.
    public init(_ recipe: Recipe, in path: String) throws {
        folder = DatasetFolder(path: path, name: recipe.name)
        let stored = try folder.storedRecipe()
        let recipe = recipe.numbered(as: stored)
        self.recipe = recipe
        resolved = try recipe.resolved(as: stored)
        description = recipe.problem.definition.description(in: recipe)
        try description.validate()
        plan = recipe.shards(bytesPerSample: description.bytesPerSample)
    }

    /// The solver's grid in words.
    public var gridText: String { recipe.problem.definition.gridText(in: recipe) }

    /// Versions and processor features that the last bits of the data depend on.
    ///
    /// Some problems multiply by OpenBLAS, whose kernels differ from processor to processor; on more than one of its threads
    /// they may round differently from run to run: a program that generates data calls `BLASThreads.limit(to: 1)` at its
    /// start, as `pdegen` does.
    public var versions: [String: String] {
        var versions = StorageLibraries.versions
        versions["pdekit"] = LibraryVersions.pdekit
        versions["fftw"] = LibraryVersions.fftw
        versions["instruction_level"] = "x86-64-v\(Processor.instructionLevel)"
        if recipe.problem.definition.usesBLAS {
            let version = LibraryVersions.openBLAS.split(separator: " ").prefix(2).joined(separator: " ")
            versions["openblas"] = "\(version), kernels for \(LibraryVersions.openBLASKernel)"
        }
        return versions
    }

    /// What a run reports while it goes on. All are called on the thread of `run`.
    public struct Observer {
        /// A sample is done.
        public var sample: (SampleRecord) -> Void
        /// Something to tell the user: a shard that is repaired, a sample that was refused.
        public var note: (String) -> Void
        /// The shards that need work were found: how many samples they hold.
        public var start: (_ pending: Int) -> Void

        /// An observer.
        public init(
            start: @escaping (Int) -> Void = { _ in }, sample: @escaping (SampleRecord) -> Void = { _ in },
            note: @escaping (String) -> Void = { _ in }
        ) {
            self.start = start
            self.sample = sample
            self.note = note
        }
    }

    /// What a run did.
    public struct Outcome: Sendable {
        /// Records of the shards that this run made.
        public var made: [ShardRecord] = []
        /// Shards that were finished before.
        public var kept = 0
        /// Shards that another process was making.
        public var elsewhere: [ShardID] = []
        /// Whether the run was asked to stop.
        public var isInterrupted = false
        /// The manifest, once the dataset is whole.
        public var manifest: Manifest?
        /// Shards that are still missing.
        public var missing: [ShardID] = []
        /// Whether this run put the dataset together.
        public var isAssembled = false
        /// The check of the discretisation, if this run put the dataset together and the check was made.
        public var accuracy: AccuracyCheck?
        /// Why the check was not made, if this run put the dataset together.
        public var accuracyOmission: AccuracyOmission?
    }

    /// After how many samples without a success a run gives up.
    private static let patience = 4
    /// How many shards are leased and worked on at a time; each lease holds a file open.
    private static let batch = 32

    /// Makes the shards that are missing, and the dataset's other files when all are there.
    ///
    /// - Parameters:
    ///   - threads: worker threads. The bytes do not depend on it.
    ///   - includes: which shards, by their place in `plan`, are this process's to make.
    ///   - observer: is told of progress.
    ///   - shouldStop: asked at every step of every sample, on several threads; a shard that is cut short leaves nothing behind.
    /// - Throws: `DataError` for a folder that is occupied, cannot be written or is full; `GenerationError`.
    public func run(
        threads: Int, including includes: (Int) -> Bool = { _ in true }, observer: Observer = Observer(),
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Outcome {
        let claim = try claim()
        let manifest = claim == .finished ? try folder.manifest() : nil
        var begun = self
        begun.description = try folder.layout(of: description, for: plan, manifest: manifest)
        return try begun.run(manifest, threads, including: includes, observer, shouldStop)
    }

    private func run(
        _ manifest: Manifest?, _ threads: Int, including includes: (Int) -> Bool, _ observer: Observer,
        _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> Outcome {
        var outcome = Outcome()
        var pending: [PlannedShard] = []
        for (place, shard) in plan.enumerated() where includes(place) {
            if try needsWork(shard, manifest, observer) { pending.append(shard) } else { outcome.kept += 1 }
        }
        let samples = pending.reduce(0) { $0 + $1.indices.count }
        observer.start(samples)
        let memory = try MemoryPlan(self, threads: threads, samples: samples)
        if memory.threads < min(threads, samples) {
            observer.note("memory is short: samples are made on \(memory.threads) of \(threads) threads")
        }
        for start in stride(from: 0, to: pending.count, by: Self.batch) {
            let shards = Array(pending[start..<min(start + Self.batch, pending.count)])
            do { try make(shards, manifest, memory, observer, shouldStop, &outcome) } catch is SampleStopped {}
            if shouldStop() {
                outcome.isInterrupted = true
                return outcome
            }
        }
        do { try assemble(&outcome, shouldStop) } catch is SampleStopped { outcome.isInterrupted = true }
        return outcome
    }

    /// Claims the folder; where only the numbers of samples differ, says that datasets do not grow.
    private func claim() throws -> Claim {
        do {
            return try folder.claim(recipe: resolved)
        } catch DataError.occupied(let path, let reason) {
            guard try isResized else { throw DataError.occupied(path: path, reason: reason) }
            throw DataError.occupied(
                path: path,
                reason: "\(reason); a dataset does not grow in its folder: "
                    + (recipe.samples.numbering == .bySplit
                        ? "made in another one, it has the samples that are here, bit for bit, and the others"
                        : "another one gets samples of its own, as these are numbered through all splits"))
        }
    }

    /// Whether the folder's recipe is this one but for the numbers of samples.
    private var isResized: Bool {
        get throws {
            guard var stored = try folder.storedRecipe() else { return false }
            for split in Split.allCases {
                let path = "samples.\(split.rawValue)"
                if let count = resolved.value(at: path) { try stored.set(path, to: count) }
            }
            return stored == resolved
        }
    }

    private func needsWork(_ shard: PlannedShard, _ manifest: Manifest?, _ observer: Observer) throws -> Bool {
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

    /// Leases shards and makes their samples in one run of the pipeline.
    /// - Throws: `SampleStopped` if samples were given up because `shouldStop` said so.
    private func make(
        _ shards: [PlannedShard], _ manifest: Manifest?, _ memory: MemoryPlan, _ observer: Observer,
        _ shouldStop: @escaping @Sendable () -> Bool, _ outcome: inout Outcome
    ) throws {
        var leased: [(shard: PlannedShard, lease: ShardLease)] = []
        for shard in shards {
            guard let lease = try folder.acquire(shard.id) else {
                outcome.elsewhere.append(shard.id)
                continue
            }
            // Another process may have finished it between the look and the lease.
            if case .complete = try folder.status(of: shard, manifest: manifest) {
                outcome.kept += 1
            } else {
                leased.append((shard, lease))
            }
        }
        var made: [ShardRecord] = []
        defer { outcome.made += made }
        var failures = 0
        var successes = outcome.made.reduce(0) { $0 + $1.trajectories } + outcome.kept
        var assembly: ShardAssembly?
        var next = 0
        let recipe = recipe
        let watch = SampleWatch { _ in !shouldStop() }
        try OrderedPipeline.run(
            indices: leased.flatMap(\.shard.indices), threads: memory.threads, window: memory.window,
            makeWorker: { _ in SampleWorker(recipe, watch).make },
            consume: { index, generated in
                let (shard, lease) = leased[next]
                let current = try assembly ?? ShardAssembly(shard, self)
                assembly = current
                try current.append(generated)
                try report(generated, observer)
                if let failure = generated.record.failure {
                    observer.note("sample \(recipe.address(of: index)) failed: \(failure)")
                    failures += 1
                    guard successes > 0 || failures < Self.patience else {
                        throw GenerationError.hopeless(
                            samples: failures, attempts: recipe.problem.definition.attempts, reason: failure,
                            advice: recipe.problem.definition.advice)
                    }
                } else {
                    successes += 1
                }
                observer.sample(generated.record)
                if index == shard.indices.last {
                    made.append(try current.store(in: folder, lease))
                    assembly = nil
                    next += 1
                }
            },
            shouldStop: shouldStop)
    }

    /// Tells of the draws that were refused, and keeps what is left of those that blew up.
    private func report(_ generated: GeneratedSample, _ observer: Observer) throws {
        for rejection in generated.record.rejections {
            let head = "sample \(recipe.address(of: generated.record.index)), attempt \(rejection.attempt): "
            var note = head + rejection.reason
            if generated.record.failure == nil || rejection != generated.record.rejections.last {
                note += "; drawn again"
            }
            if let postMortem = generated.postMortems.first(where: { $0.attempt == rejection.attempt }) {
                let path = try postMortem.store(
                    of: recipe.address(of: postMortem.sample.index), in: folder, following: description,
                    provenance: provenance)
                note += "; its last finite state is in \(path)"
            }
            observer.note(note)
        }
    }

    /// What every file says of its making.
    fileprivate var provenance: [String: String] {
        var texts = versions
        texts["recipe"] = resolved.serialized()
        texts["seed"] = "\(recipe.seed)"
        return texts
    }

    private func assemble(_ outcome: inout Outcome, _ shouldStop: @escaping @Sendable () -> Bool) throws {
        var isAssembled = false
        var (accuracy, omission): (AccuracyCheck?, AccuracyOmission?)
        let assembly = try folder.assemble(
            plan, description: description, recipe: resolved, seed: recipe.seed, versions: versions,
            reports: ["README.md", "preview.png"]
        ) { manifest in
            isAssembled = true
            do {
                accuracy = try AccuracyCheck(of: manifest, recipe: recipe, shouldStop: shouldStop)
            } catch let error as AccuracyOmission {
                omission = error
            }
            return [
                "README.md": Array(DatasetCard(manifest, recipe, accuracy, omission).text.utf8),
                "preview.png": try Preview(manifest, recipe, folder).png(),
            ]
        }
        outcome.isAssembled = isAssembled
        (outcome.accuracy, outcome.accuracyOmission) = (accuracy, omission)
        switch assembly {
        case .complete(let manifest): outcome.manifest = manifest
        case .waiting(let shards): outcome.missing = shards
        }
    }
}

/// One shard while its samples come in.
private final class ShardAssembly {
    private let shard: PlannedShard
    private let writer: ShardWriter
    private var records: [SampleRecord] = []
    private var writing = Duration.zero

    init(_ shard: PlannedShard, _ generation: Generation) throws {
        self.shard = shard
        writer = try ShardWriter(
            description: generation.description, provenance: generation.provenance, capacity: shard.indices.count)
    }

    func append(_ generated: GeneratedSample) throws {
        records.append(generated.record)
        let clock = ContinuousClock()
        if let sample = generated.sample { writing += try clock.measure { try writer.append(sample) } }
    }

    func store(in folder: DatasetFolder, _ lease: ShardLease) throws -> ShardRecord {
        let start = ContinuousClock.now
        let image = try writer.finish()
        writing += ContinuousClock.now - start
        return try folder.store(
            image, as: shard, samples: records, secondsGenerating: records.reduce(0) { $0 + $1.wallTime },
            secondsAssembling: writing / .seconds(1), lease: lease)
    }
}
