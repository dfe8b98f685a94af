import Glibc
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEHybrids
import PDETraining

/// Where a dataset is, and how it is made when it is not there.
///
///     try DatasetSource(Recipe(file: "burgers"), in: "data/burgers").make()
public struct DatasetSource: Sendable {
    /// The dataset's folder.
    public let folder: String
    /// The path of the recipe's file, if there is one.
    public let file: String?
    /// The recipe; nil for a dataset that has to be there.
    public let recipe: Recipe?
    private let kinds: Kinds

    /// The dataset of a recipe.
    ///
    /// - Parameters:
    ///   - folder: where it goes; `data/` and the recipe's name if left out.
    ///   - kinds: kinds of the program's own that the recipe names.
    public init(_ recipe: Recipe, in folder: String? = nil, kinds: Kinds = .hybrid) {
        self.init(recipe, folder ?? "data/\(recipe.name)", file: nil, kinds)
    }

    /// A dataset that is there.
    public init(folder: String) { self.init(nil, folder, file: nil, Kinds()) }

    /// The dataset that an experiment names.
    ///
    /// - Parameters:
    ///   - experiment: the path of the experiment's file; recipes are looked for from here and from beside its folder.
    ///   - kinds: kinds of the program's own that the recipe may name.
    /// - Throws: `StudyError` when there is no such recipe, `ConfigurationError` when it cannot run.
    public init(_ data: DataChoice, experiment: String = "", kinds: Kinds = .hybrid) throws {
        guard let named = data.recipe else {
            self.init(folder: data.folder!)
            return
        }
        let above = experiment.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(
            separator: "/")
        let beside = above.isEmpty ? named : "\(above)/\(named)"
        let isHere = FileSystem.exists(named) || !FileSystem.exists(beside)
        let recipe = try Recipe(file: isHere ? named : beside, kinds: kinds)
        self.init(recipe, data.folder ?? "data/\(recipe.name)", file: named, kinds)
    }

    private init(_ recipe: Recipe?, _ folder: String, file: String?, _ kinds: Kinds) {
        (self.recipe, self.folder, self.file, self.kinds) = (recipe, folder, file, kinds)
    }

    /// Whether a finished dataset is there, or files of others in The Well's layout.
    public var exists: Bool { Catalogue.exists(at: folder) }

    /// Makes the dataset if it is not there or not whole, together with other processes that are at it; waits for these.
    ///
    /// - Parameters:
    ///   - threads: worker threads. The bytes do not depend on it.
    ///   - observer: is told of progress; of the beginning once for every time that something is found to do.
    ///   - shouldStop: asked at every step of every sample, on several threads.
    /// - Throws: `StudyError` when the folder holds something else, when there is neither dataset nor recipe, and when
    ///   `shouldStop` says so; what making throws.
    public func make(
        threads: Int = Processor.usableCoreCount, observer: Generation.Observer = Generation.Observer(),
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        do {
            if exists { try check() } else { try generate(threads, observer, shouldStop) }
        } catch DataError.occupied(let path, let reason) {
            throw StudyError.occupied(path: path, reason: reason)
        }
    }

    /// Whether the dataset that is there is the recipe's.
    private func check() throws {
        guard let recipe else { return }
        let dataset = DatasetFolder(path: folder, name: recipe.name)
        // Read as a recipe, so that keys that came after the dataset have their defaults.
        let stored = try dataset.storedRecipe()
        let there = stored.flatMap { try? Recipe(stored: $0, kinds: kinds) }
        if there != recipe.numbered(as: stored) {
            _ = try dataset.claim(recipe: Generation(recipe, in: folder).resolved)
        }
    }

    private func generate(
        _ threads: Int, _ observer: Generation.Observer, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        guard let recipe else { throw FolderAdvice.noDataset(folder) }
        let generation = try Generation(recipe, in: folder)
        var isWaiting = false
        while true {
            let outcome = try generation.run(threads: threads, observer: observer, shouldStop: shouldStop)
            if outcome.isInterrupted || shouldStop() { throw StudyError.interrupted(dataset: folder) }
            guard outcome.manifest == nil else { return }
            if !isWaiting {
                observer.note(
                    "waiting for another process that makes \(outcome.missing.count) of the \(generation.plan.count) shards of "
                        + folder)
            }
            // What it leaves behind when it ends is made here.
            isWaiting = true
            sleep(1)
        }
    }
}

extension DatasetSource: Equatable {
    /// Whether both are the same recipe's dataset in the same folder.
    public static func == (left: DatasetSource, right: DatasetSource) -> Bool {
        left.folder == right.folder && left.file == right.file && left.recipe == right.recipe
    }
}
