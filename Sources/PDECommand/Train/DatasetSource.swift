import Glibc
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDETraining

/// Where an experiment's dataset is, and how it is made when it is not there.
struct DatasetSource {
    /// The dataset's folder.
    let folder: String
    /// The recipe's path, if there is one.
    let recipe: String?
    private let resolved: Recipe?

    /// - Parameter experiment: the experiment's path; recipes are looked for from here and from beside its folder.
    init(_ data: DataChoice, experiment: String) throws {
        recipe = data.recipe
        guard let named = data.recipe else {
            folder = data.folder!
            resolved = nil
            return
        }
        let file = NamedFile(kind: "recipe", folder: "datasets")
        let above = experiment.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(
            separator: "/")
        let beside = above.isEmpty ? named : "\(above)/\(named)"
        let isHere = FileSystem.exists(named) || !FileSystem.exists(beside)
        let json = try file.read(isHere ? named : beside).json
        let found = try StrictDecoder().decode(Recipe.self, from: json)
        resolved = found
        folder = data.folder ?? "data/\(found.name)"
    }

    /// A dataset that is there.
    init(folder: String) { (self.folder, recipe, resolved) = (folder, nil, nil) }

    /// Whether a finished dataset is there, or files of others in The Well's layout.
    var exists: Bool { Catalogue.exists(at: folder) }

    /// Makes the dataset if it is not there or not whole, together with other processes that are at it.
    /// - Throws: `CommandError` when the folder holds another recipe's dataset, or there is no recipe; what making throws.
    func make(threads: Int, mode: ProgressReporter.Mode) throws {
        do {
            if exists { try check() } else { try generate(threads, mode) }
        } catch DataError.occupied(let path, let reason) {
            throw CommandError(
                "\(path): \(reason)",
                advice: [
                    "give the recipe's dataset a folder of its own with data.folder, or remove this one",
                    "to train on what is there, leave data.recipe out and set data.folder to \(path)",
                ], exitCode: .cannotCreate)
        }
    }

    /// Whether the dataset that is there is the recipe's.
    private func check() throws {
        guard let resolved else { return }
        let dataset = DatasetFolder(path: folder, name: resolved.name)
        // Read as a recipe, so that keys that came after the dataset have their defaults.
        let stored = try dataset.storedRecipe()
        let there = stored.flatMap { try? Recipe(stored: $0) }
        if there != resolved.numbered(as: stored) {
            _ = try dataset.claim(recipe: Generation(resolved, in: folder).resolved)
        }
    }

    private func generate(_ threads: Int, _ mode: ProgressReporter.Mode) throws {
        guard let resolved else {
            throw CommandError(
                "\(folder): no finished dataset",
                advice: [
                    "make it with pdegen, or name its recipe in data.recipe",
                    "data of others need data/{train,valid,test}/*.hdf5 in The Well's layout; pdegen import makes them",
                ],
                exitCode: .noInput)
        }
        var progress: ProgressReporter?
        let observer = Generation.Observer(
            start: { pending in
                progress = progress ?? ProgressReporter(resolved.name, total: pending, unit: "samples", mode: mode)
            }, sample: { _ in progress?.advance() }, note: { progress?.note($0) })
        let generation = try Generation(resolved, in: folder)
        var isWaiting = false
        while true {
            let outcome = try generation.run(
                threads: threads, including: { _ in true }, observer: observer, shouldStop: { Interrupt.isRequested })
            if outcome.isInterrupted || Interrupt.isRequested {
                progress?.finish()
                throw CommandError(
                    "interrupted while making \(folder)", advice: ["run the same command again to continue"],
                    exitCode: .interrupted)
            }
            guard outcome.manifest == nil else { break }
            if !isWaiting {
                progress?.note(
                    "waiting for another process that makes \(outcome.missing.count) of the \(generation.plan.count) shards of "
                        + folder)
            }
            // What it leaves behind when it ends is made here.
            isWaiting = true
            sleep(1)
        }
        progress?.finish()
    }
}
