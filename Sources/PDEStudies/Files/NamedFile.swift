import PDEConfig
import PDEData
import PDEGeneration
import PDEHybrids

/// A JSON file that is given by path or by the name that it has in its folder.
package struct NamedFile {
    /// What it is, `recipe`, and where such files are, `datasets`.
    let kind, folder: String

    /// Files of a kind in a folder.
    package init(kind: String, folder: String) {
        self.kind = kind
        self.folder = folder
    }

    /// The file's JSON, which gets the file's name as its own if it has none, and its path.
    /// - Throws: `StudyError` when there is no such file, `ConfigurationError` when it is not JSON.
    package func read(_ named: String) throws -> (json: JSON, path: String) {
        let path = try find(named)
        let bytes: [UInt8]
        do { bytes = try FileSystem.read(path) } catch {
            throw StudyError.unreadable(path: path)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw StudyError.file(path: path, problem: "not a text file in UTF-8")
        }
        var json = try JSON.parse(text, file: path)
        try refuseOther(json, path)
        if json["name"] == nil, json.members != nil {
            let file = path.split(separator: "/").last.map(String.init) ?? path
            try json.set("name", to: .string(file.hasSuffix(".json") ? String(file.dropLast(5)) : file))
        }
        return (json, path)
    }

    /// Refuses a file of the other kind, with the command that takes it.
    private func refuseOther(_ json: JSON, _ path: String) throws(StudyError) {
        let (isRecipe, isExperiment) = (json["equation"] != nil, json["data"] != nil)
        let other =
            switch kind {
            case "recipe" where isExperiment && !isRecipe: "an experiment, not a recipe: pdetrain \(path) trains it"
            case "experiment" where isRecipe && !isExperiment:
                "a recipe, not an experiment: pdegen \(path) makes its dataset"
            default: nil as String?
            }
        if let other { throw .file(path: path, problem: "this is \(other)") }
    }

    private func find(_ named: String) throws(StudyError) -> String {
        let candidates = [named, named + ".json", "\(folder)/\(named)", "\(folder)/\(named).json"]
        if let found = candidates.first(where: { if case .file = FileSystem.kind($0) { true } else { false } }) {
            return found
        }
        switch FileSystem.kind(named) {
        case .other:
            throw .file(path: named, problem: "this is no regular file, and \(kind)s are read from files only")
        case .folder where kind == "experiment": try RunFolders.requireOne(named)
        default: break
        }
        let known = ((try? FileSystem.list(folder)) ?? []).filter { $0.hasSuffix(".json") }.map {
            String($0.dropLast(5))
        }
        var advice: [String] = []
        let base = named.split(separator: "/").last.map(String.init) ?? named
        let stem = base.hasSuffix(".json") ? String(base.dropLast(5)) : base
        if let close = nearest(stem, among: known) { advice.append("did you mean \(folder)/\(close).json?") }
        if !known.isEmpty { advice.append("\(kind)s in \(folder)/: \(known.sorted().joined(separator: ", "))") }
        throw .noFile(name: named, kind: kind, advice: advice)
    }
}

extension Recipe {
    /// Reads a recipe's file.
    ///
    /// - Parameters:
    ///   - file: its path, or its name in `datasets/`.
    ///   - kinds: kinds of the program's own that it may name.
    /// - Throws: `StudyError` when there is no such file, `ConfigurationError` when the recipe cannot run.
    public init(file: String, kinds: Kinds = .hybrid) throws {
        let json = try NamedFile(kind: "recipe", folder: "datasets").read(file).json
        self = try StrictDecoder(kinds: kinds).decode(Recipe.self, from: json)
    }
}
