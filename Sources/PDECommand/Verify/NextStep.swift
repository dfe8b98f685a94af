import PDECore
import PDEData
import PDEStudies

/// What to do with what is there.
package enum NextStep {
    /// With samples of others.
    /// - Parameter leavingOut: How many of them had better be left out.
    package static func text(for source: any SampleSource, at path: String, leavingOut count: Int = 0) -> String {
        let makes = "makes a dataset with a manifest"
        if count > 0 {
            return "pdegen import \(path) --leave-out bad --out DIR \(makes), without \(formatCount(count, "sample"))"
        }
        return Catalogue.exists(at: path)
            ? "to train on it: \"data\": { \"folder\": \"\(path)\" } in an experiment; pdegen import \(path) --out DIR \(makes)"
            : "to train on it: pdegen import \(path) --out DIR \(makes)"
    }
}

/// The dataset at a path, finished or not.
/// - Throws: `CommandError` when there is none.
package func datasetFolder(_ path: String) throws(CommandError) -> DatasetFolder {
    guard case .folder = FileSystem.kind(path) else {
        throw CommandError(
            "\(path): no such file or folder", advice: ["name a folder that pdegen made, or a file"], exitCode: .noInput
        )
    }
    // The folder may have been renamed; the name that its files carry stands in the manifest.
    let unnamed = DatasetFolder(path: path, name: "dataset")
    guard FileSystem.exists(unnamed.manifestPath) || FileSystem.exists(unnamed.workFolder) else {
        throw CommandError("\(path): not a dataset", advice: [FolderAdvice.insteadOfDataset(path)], exitCode: .noInput)
    }
    return DatasetFolder(path: path, name: (try? unnamed.manifest())?.name ?? unnamed.name)
}
