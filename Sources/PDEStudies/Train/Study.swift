import PDEConfig
import PDECore
import PDEData
import PDEHybrids
import PDETraining

/// Runs that belong together: an experiment, or variants of one, each with its seeds, on their datasets.
///
///     let study = try Study(Experiment("burgers", …))
///     try study.train()
///
/// Every run has a folder of its own in the study's: `VARIANT/seed-N`, without what there is one of only. Datasets that are missing
/// are made first, each once, whatever number of runs is on it. An experiment whose `from` is the name of a variant before it begins with
/// that one's network of the same seed. Several processes may train one study: each takes its part, and
/// a run that one has taken no other touches.
public struct Study: Sendable {
    /// One experiment of several.
    public struct Variant: Sendable {
        /// Its name, which its folder has in the study's; nil for the only one.
        public var name: String?
        /// What to train on what.
        public var experiment: Experiment

        /// A variant.
        public init(_ name: String?, _ experiment: Experiment) { (self.name, self.experiment) = (name, experiment) }
    }

    /// A run and its datasets.
    public struct Run: Sendable {
        /// The run.
        public let training: Training
        /// Its dataset; nil for a task that needs none.
        public let source: DatasetSource?
        /// The datasets that levels bring beside it.
        public let others: [DatasetSource]
        /// The place in the study of the run whose network it begins with; nil for one that begins with none of them.
        public let origin: Int?

        /// All datasets that it is trained on.
        public var sources: [DatasetSource] { (source.map { [$0] } ?? []) + others }
    }

    /// The study's folder.
    public let folder: String
    /// All runs, variant by variant and seed by seed.
    public let runs: [Run]

    /// The runs of one experiment.
    ///
    /// - Parameters:
    ///   - source: its dataset; the one that it names if left out.
    ///   - folder: where its runs go; `runs/` and its name if left out.
    /// - Throws: `ConfigurationError` for an experiment that cannot run, or whose kinds are not among `kinds`; `StudyError`.
    public init(
        _ experiment: Experiment, on source: DatasetSource? = nil, in folder: String? = nil,
        threads: Int = Processor.usableCoreCount, kinds: Kinds = .hybrid
    ) throws {
        try self.init([Variant(nil, experiment)], on: source, in: folder, threads: threads, kinds: kinds)
    }

    /// The runs of several experiments, which may be on different datasets.
    ///
    /// - Parameters:
    ///   - source: the dataset of all of them; those that they name if left out.
    ///   - folder: where the runs go; `runs/` and the first experiment's name if left out.
    ///   - file: the path of the experiments' file; recipes are looked for from here and from beside its folder.
    ///   - namesSeeds: whether a run has a folder `seed-N` also where its experiment has one seed only.
    /// - Throws: as the other initialiser does; `StudyError.oneFolder`.
    public init(
        _ variants: [Variant], on source: DatasetSource? = nil, in folder: String? = nil, file: String = "",
        namesSeeds: Bool = false, threads: Int = Processor.usableCoreCount, kinds: Kinds = .hybrid
    ) throws {
        precondition(!variants.isEmpty, "variants: expected at least one")
        let top = folder ?? "runs/\(variants[0].experiment.name)"
        var runs: [Run] = []
        // By variant and seed.
        var places: [String: Int] = [:]
        for variant in variants {
            var experiment = try variant.experiment.checked(kinds)
            let others = try experiment.takeLevels(file: file, kinds)
            let source = try source ?? experiment.source(file: file, kinds)
            let base = variant.name.map { "\(top)/\($0)" } ?? top
            for seed in experiment.seeds {
                let origin = places["\(experiment.from ?? "") \(seed)"]
                var begun = experiment
                if let origin { begun.from = runs[origin].training.folder }
                let isAlone = experiment.seeds.count == 1 && !namesSeeds
                // Runs of one seed that was asked for once went where the others belong, too.
                let isBase = isAlone || Training.holds(base, begun, seed: seed, kinds: kinds)
                let folder = isBase ? base : "\(base)/seed-\(seed)"
                guard !runs.contains(where: { $0.training.folder == folder }) else {
                    throw StudyError.oneFolder(path: folder)
                }
                if let name = variant.name { places["\(name) \(seed)"] = runs.count }
                runs.append(Run(begun, source, others, origin, folder, seed, threads, kinds))
            }
        }
        (self.folder, self.runs) = (top, runs)
    }

    /// The run that is in a folder, to go on with, on the dataset that it was trained on.
    ///
    /// - Parameter overrides: keys of its experiment with other values.
    /// - Returns: nil where no run has begun.
    /// - Throws: as the other initialisers do, and as reading a checkpoint does.
    public init?(
        goingOnIn folder: String, setting overrides: [(key: String, value: JSON)] = [],
        threads: Int = Processor.usableCoreCount, kinds: Kinds = .hybrid
    ) throws {
        guard let begun = try Training.begun(in: folder, kinds: kinds) else { return nil }
        let file = try ExperimentFile(folder)
        var experiment = try file.experiments(setting: overrides, kinds: kinds)[0].experiment
        let others = try experiment.takeLevels(file: file.path, kinds)
        let isThere = Catalogue.exists(at: begun.dataset)
        let source = isThere ? DatasetSource(folder: begun.dataset) : try experiment.source(file: file.path, kinds)
        self.folder = folder
        runs = [Run(experiment, source, others, nil, folder, begun.seed, threads, kinds)]
    }
}

extension Study.Run {
    init(
        _ experiment: Experiment, _ source: DatasetSource?, _ others: [DatasetSource], _ origin: Int?, _ folder: String,
        _ seed: UInt64, _ threads: Int, _ kinds: Kinds
    ) {
        (self.source, self.others, self.origin) = (source, others, origin)
        training = Training(
            experiment, dataset: source?.folder ?? "", folder: folder, seed: seed, threads: threads, kinds: kinds,
            makeSolver: source.map { ClassicalSolvers.forTraining($0.folder, experiment.precision, kinds) })
    }
}

extension Experiment {
    /// The dataset that it names; nil for a task that needs none.
    fileprivate func source(file: String, _ kinds: Kinds) throws -> DatasetSource? {
        try task.needsData ? DatasetSource(data, experiment: file, kinds: kinds) : nil
    }

    /// The datasets that its levels bring, whose folders it takes over.
    fileprivate mutating func takeLevels(file: String, _ kinds: Kinds) throws -> [DatasetSource] {
        var sources: [DatasetSource] = []
        for place in data.levels.indices where data.levels[place].hasOwnData {
            let level = data.levels[place]
            let source = try DatasetSource(
                DataChoice(recipe: level.recipe, folder: level.folder), experiment: file, kinds: kinds)
            data.levels[place].folder = source.folder
            if !sources.contains(source) { sources.append(source) }
        }
        return sources
    }

    /// Itself, if it can be written down and read again: what is made of values keeps the ranges that hold in JSON, and its runs
    /// can be opened.
    fileprivate func checked(_ kinds: Kinds) throws -> Experiment {
        try StrictDecoder(kinds: kinds).decode(Experiment.self, from: StrictEncoder().encode(self))
    }
}
