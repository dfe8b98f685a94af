import PDECore
import PDEData
import PDEStudies

/// What to do with what is there.
enum NextStep {
    /// With samples of others.
    /// - Parameter leavingOut: How many of them had better be left out.
    static func text(for source: any SampleSource, at path: String, leavingOut count: Int = 0) -> String {
        let makes = "makes a dataset with a manifest"
        if count > 0 {
            return "pdegen import \(path) --leave-out bad --out DIR \(makes), without \(formatCount(count, "sample"))"
        }
        return Catalogue.exists(at: path)
            ? "to train on it: \"data\": { \"folder\": \"\(path)\" } in an experiment; pdegen import \(path) --out DIR \(makes)"
            : "to train on it: pdegen import \(path) --out DIR \(makes)"
    }

    /// In place of a folder that is no dataset.
    static func text(insteadOf path: String) -> String {
        let names = (try? FileSystem.list(path)) ?? []
        if let inner = names.first(where: { FileSystem.exists("\(path)/\($0)/manifest.json") }) {
            return "did you mean \(path)/\(inner)?"
        }
        if let run = RunFolders.all(in: path).first {
            return run == path
                ? "this is a run: pdeeval \(path) evaluates it, pdegen verify \(path) checks it"
                : "it holds runs: pdeeval \(run) evaluates one"
        }
        var above = path[...]
        for _ in 0..<2 {
            guard let slash = above.lastIndex(of: "/") else { break }
            above = above[..<slash]
            if Catalogue.exists(at: String(above)) { return "did you mean \(above)?" }
        }
        if let inner = names.first(where: { ForeignData.exists(at: "\(path)/\($0)") && !$0.hasPrefix(".") }) {
            return "it holds other files: pdegen inspect \(path)/\(inner)"
        }
        return "pdegen RECIPE --out \(path) makes one, pdegen import FILE --out \(path) one of your own arrays"
    }
}

/// The dataset at a path, finished or not.
/// - Throws: `CommandError` when there is none.
func datasetFolder(_ path: String) throws(CommandError) -> DatasetFolder {
    guard case .folder = FileSystem.kind(path) else {
        throw CommandError(
            "\(path): no such file or folder", advice: ["name a folder that pdegen made, or a file"], exitCode: .noInput
        )
    }
    // The folder may have been renamed; the name that its files carry stands in the manifest.
    let unnamed = DatasetFolder(path: path, name: "dataset")
    guard FileSystem.exists(unnamed.manifestPath) || FileSystem.exists(unnamed.workFolder) else {
        throw CommandError("\(path): not a dataset", advice: [NextStep.text(insteadOf: path)], exitCode: .noInput)
    }
    return DatasetFolder(path: path, name: (try? unnamed.manifest())?.name ?? unnamed.name)
}
