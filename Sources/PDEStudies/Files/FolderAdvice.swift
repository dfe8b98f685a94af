import PDEConfig
import PDEData

/// What to do with what stands where something else was expected.
package enum FolderAdvice {
    /// In the place of a dataset.
    package static func insteadOfDataset(_ path: String) -> String {
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
        if let inner = names.first(where: { ForeignData.holdsArrays("\(path)/\($0)") }) {
            return "it holds arrays: pdegen inspect \(path)/\(inner)"
        }
        return "pdegen RECIPE --out \(path) makes one, pdegen import FILE --out \(path) one of your own arrays"
    }

    /// The error for a folder that was named as a dataset's and holds none that is finished.
    package static func noDataset(_ path: String) -> StudyError {
        let folder = DatasetFolder(path: path, name: "dataset")
        let again = (try? folder.storedRecipe()).flatMap(\.self).map { DatasetFolder.again($0) }
        let isThere = FileSystem.exists(path)
        return .noDataset(
            path: path, problem: again != nil ? "no finished dataset" : isThere ? "not a dataset" : "no such dataset",
            next: again ?? insteadOfDataset(path))
    }

    /// In the place of a run with a network.
    package static func insteadOfRun(_ path: String) -> [String] {
        switch FileSystem.kind(path) {
        case .file:
            let text = (try? FileSystem.read(path)).flatMap { String(validating: $0, as: UTF8.self) }
            let json = text.flatMap { try? JSON.parse($0, file: path) }
            if json?["equation"] != nil { return ["this is a recipe: pdegen \(path) makes its dataset"] }
            if json?["data"] != nil { return ["this is an experiment: pdetrain \(path) trains it"] }
            return ["this is a file; name the folder of a run"]
        case .folder where FileSystem.exists("\(path)/manifest.json"):
            return [
                "this is a dataset: pdegen inspect \(path) shows it",
                "an experiment whose data.folder it is trains a network on it: pdetrain EXPERIMENT",
            ]
        case .folder: return ["it has no checkpoint", "train one: pdetrain EXPERIMENT --out \(path)"]
        default: return ["there is no such folder", "train one: pdetrain EXPERIMENT --out \(path)"]
        }
    }
}
