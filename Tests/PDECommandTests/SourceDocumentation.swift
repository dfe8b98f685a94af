import Foundation

/// The documentation that stands in the project's sources: the first sentence over types, properties and cases.
struct SourceDocumentation {
    /// By type and name, `Budget.epochs`; of a type itself by its name.
    private(set) var sentences: [String: String] = [:]
    /// The property that a key of another name stands for, by type of keys and key: `LevelChoice.CodingKeys.where` is `bounds`.
    private var properties: [String: String] = [:]

    /// Reads all Swift files of a folder.
    init(of folder: URL) throws {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)!
        for case let file as URL in files where file.pathExtension == "swift" {
            read(try String(contentsOf: file, encoding: .utf8))
        }
    }

    /// What a key means: what is said of it where keys are listed, or else of the property that it stands for.
    func meaning(of key: String, in owner: String) -> String? {
        for keys in ["CodingKeys", "Key"] {
            if let sentence = sentences["\(owner).\(keys).\(key)"] { return sentence }
            if let property = properties["\(owner).\(keys).\(key)"] { return sentences["\(owner).\(property)"] }
        }
        return sentences["\(owner).\(key)"]
    }

    private mutating func read(_ source: String) {
        var types: [(name: String, depth: Int)] = []
        var (depth, comment, isInText) = (0, [String](), false)
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            let code = line.trimmingCharacters(in: .whitespaces)
            if code.components(separatedBy: "\"\"\"").count == 2 {
                isInText.toggle()
                continue
            }
            guard !isInText else { continue }
            if code.hasPrefix("///") {
                comment.append(code.dropFirst(3).trimmingCharacters(in: .whitespaces))
                continue
            }
            let scope = types.map(\.name).joined(separator: ".")
            let isMember = types.last.map { $0.depth == depth } ?? (depth == 0)
            let bare = code.replacing(/"(\\.|[^"\\])*"/, with: "\"\"").replacing(/\/\/.*/, with: "")
            if let type = bare.firstMatch(of: /\b(?:struct|enum|class|extension|protocol|actor) ([\w.]+)/), isMember,
                bare.contains("{")
            {
                note(comment, [scope, String(type.1)])
                if bare.filter({ $0 == "{" }).count > bare.filter({ $0 == "}" }).count {
                    types.append((String(type.1), depth + 1))
                }
            } else if isMember, let names = bare.firstMatch(of: /^(?:@\S+ )?(?:[\w()]+ )*?(?:var|let|case) (.*)/) {
                for name in Self.declared(String(names.1)) { note(comment, [scope, name]) }
                if let renamed = code.firstMatch(of: /case (\w+) = "(\w+)"/) {
                    properties["\(scope).\(renamed.2)"] = String(renamed.1)
                    note(comment, [scope, String(renamed.2)])
                }
            }
            if !code.hasPrefix("@") || bare.contains(" ") { comment = [] }
            depth += bare.filter { $0 == "{" }.count - bare.filter { $0 == "}" }.count
            while let last = types.last, depth < last.depth { types.removeLast() }
        }
    }

    /// The names that a declaration has: `beta1` and `beta2` of `beta1, beta2: Double`.
    private static func declared(_ text: String) -> [String] {
        text.prefix { !":={(".contains($0) }.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private mutating func note(_ comment: [String], _ path: [String]) {
        let text = comment.prefix { !$0.isEmpty }.joined(separator: " ")
        guard !text.isEmpty else { return }
        let sentence = text.firstMatch(of: /^.*?[.:](?= |$)/).map { String($0.0) } ?? text
        let key = path.filter { !$0.isEmpty }.joined(separator: ".")
        if sentences[key] == nil {
            sentences[key] = sentence.replacing(/[.:]$/, with: "").replacing(/\bnil\b/, with: "null")
        }
    }
}
