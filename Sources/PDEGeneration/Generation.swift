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
    public package(set) var description: DatasetDescription

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
        var description = recipe.problem.definition.description(in: recipe)
        if recipe.accuracy != nil { description.diagnostics? += GridChoice.diagnostics }
        description.hasChecksums = recipe.storage.checksums
        try description.validate()
        self.description = description
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
        if recipe.problem.profile.usesBLAS {
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
        /// There are so many more samples to make: in shards of others that nobody made; or so many fewer, where others make
        /// them or an earlier run has left them.
        public var change: (_ pending: Int) -> Void

        /// An observer.
        public init(
            start: @escaping (Int) -> Void = { _ in }, change: @escaping (Int) -> Void = { _ in },
            sample: @escaping (SampleRecord) -> Void = { _ in }, note: @escaping (String) -> Void = { _ in }
        ) {
            self.start = start
            self.change = change
            self.sample = sample
            self.note = note
        }
    }

    /// What a run did.
    public struct Outcome: Sendable {
        /// Records of the shards that this run made.
        public var made: [ShardRecord] = []
        /// Shards, of those that this run was to make, that were finished before.
        public var kept = 0
        /// Shards that are missing and that another process is making, and which.
        public var elsewhere: [ShardID: String] = [:]
        /// Whether the run was asked to stop.
        public var isInterrupted = false
        /// The manifest, once the dataset is whole.
        public var manifest: Manifest?
        /// Shards that are still missing.
        public var missing: [ShardID] = []
        /// Those of them that nobody makes.
        public var unheld: Set<ShardID> { Set(missing).subtracting(elsewhere.keys) }
        /// Whether this run put the dataset together.
        public var isAssembled = false
        /// The check of the discretisation, if this run put the dataset together and the check was made.
        public var accuracy: AccuracyCheck?
        /// Why the check was not made, if this run put the dataset together.
        public var accuracyOmission: AccuracyOmission?
    }

    /// Makes the shards that are missing, and the dataset's other files when all are there.
    ///
    /// Shards are leased one by one, as the workers need them, so that several processes share what is left.
    /// - Parameters:
    ///   - threads: worker threads. The bytes do not depend on it.
    ///   - includes: which shards, by their place in `plan`, are this process's to make.
    ///   - start: from where in `plan` the run goes on, after these, with shards that are missing and that nobody makes; nil
    ///     if it does not.
    ///   - observer: is told of progress.
    ///   - shouldStop: asked at every step of every sample, on several threads; of a shard that is cut short the samples that
    ///     are finished are kept.
    /// - Throws: `DataError` for a folder that is occupied, cannot be written or is full; `GenerationError`.
    public func run(
        threads: Int, including includes: (Int) -> Bool = { _ in true }, continuingAt start: Int? = nil,
        observer: Observer = Observer(), shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Outcome {
        let claim = try claim()
        let manifest = claim == .finished ? try folder.manifest() : nil
        var begun = self
        begun.description = try folder.layout(of: description, for: plan, manifest: manifest)
        let run = GenerationRun(begun, manifest, observer, shouldStop: shouldStop)
        let samples = try run.look(for: includes, continuingAt: start)
        let memory = try MemoryPlan(begun, threads: threads, samples: samples)
        if memory.threads < min(threads, samples) {
            observer.note("memory is short: samples are made on \(memory.threads) of \(threads) threads")
        }
        while true {
            do { try run.makeSamples(memory) } catch is SampleStopped {}
            var outcome = run.outcome
            outcome.isInterrupted = shouldStop()
            if outcome.isInterrupted { return outcome }
            do { try begun.assemble(&outcome, shouldStop) } catch is SampleStopped {
                outcome.isInterrupted = true
                return outcome
            }
            for shard in outcome.missing { outcome.elsewhere[shard] = try folder.holder(of: shard) }
            // Whoever held them has ended meanwhile, and not finished them.
            let free = plan.enumerated().filter { place, shard in
                (start != nil || includes(place)) && outcome.unheld.contains(shard.id)
            }
            if free.isEmpty { return outcome }
            run.takeUp(free.map(\.element))
        }
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

    /// What every file says of its making.
    var provenance: [String: String] {
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
