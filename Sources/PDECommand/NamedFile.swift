import Glibc
import PDEConfig
import PDEData

/// A JSON file that a command is given by path or by the name it has in its folder.
struct NamedFile {
    /// What it is, `recipe`, and where such files are, `datasets`.
    let kind, folder: String

    init(kind: String, folder: String) {
        self.kind = kind
        self.folder = folder
    }

    /// The file's JSON, which gets the file's name as its own if it has none, and its path.
    /// - Throws: `CommandError` when there is no such file, `ConfigurationError` when it is not JSON.
    func read(_ named: String) throws -> (json: JSON, path: String) {
        let path = try find(named)
        let bytes: [UInt8]
        do { bytes = try FileSystem.read(path) } catch {
            throw CommandError("\(path): cannot be read", advice: ["is it a file?"], exitCode: .noInput)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandError("\(path): not a text file in UTF-8", exitCode: .badData)
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
    private func refuseOther(_ json: JSON, _ path: String) throws(CommandError) {
        let (isRecipe, isExperiment) = (json["equation"] != nil, json["data"] != nil)
        let other =
            switch kind {
            case "recipe" where isExperiment && !isRecipe: "an experiment, not a recipe: pdetrain \(path) trains it"
            case "experiment" where isRecipe && !isExperiment:
                "a recipe, not an experiment: pdegen \(path) makes its dataset"
            default: nil as String?
            }
        if let other { throw CommandError("\(path): this is \(other)", exitCode: .badData) }
    }

    private func find(_ named: String) throws(CommandError) -> String {
        let candidates = [named, named + ".json", "\(folder)/\(named)", "\(folder)/\(named).json"]
        if let found = candidates.first(where: { if case .file = FileSystem.kind($0) { true } else { false } }) {
            return found
        }
        let known = ((try? FileSystem.list(folder)) ?? []).filter { $0.hasSuffix(".json") }.map {
            String($0.dropLast(5))
        }
        var advice: [String] = []
        let base = named.split(separator: "/").last.map(String.init) ?? named
        let stem = base.hasSuffix(".json") ? String(base.dropLast(5)) : base
        if let close = nearest(stem, among: known) { advice.append("did you mean \(folder)/\(close).json?") }
        if !known.isEmpty { advice.append("\(kind)s in \(folder)/: \(known.sorted().joined(separator: ", "))") }
        throw CommandError("\(named): no such \(kind)", advice: advice, exitCode: .noInput)
    }
}

extension JSON {
    /// Sets the key that `KEY=VALUE` names; an `example` of one is shown to who writes something else.
    mutating func apply(_ assignment: String, _ arguments: Arguments, example: String) throws {
        guard let equals = assignment.firstIndex(of: "="), equals != assignment.startIndex else {
            throw arguments.wrongValue("set", expected: "KEY=VALUE such as \(example)", found: assignment)
        }
        let path = String(assignment[..<equals])
        let text = String(assignment[assignment.index(after: equals)...])
        try set(path, to: .scalar(fromFlag: text, origin: .flag("--set \(path)")))
    }
}
