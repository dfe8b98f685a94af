/// A type at the top level of a file: not nested, not private.
struct TypeName: Hashable {
    /// Its name.
    let name: String
    /// Its target.
    let target: String
    /// Whether other packages see it.
    let isPublic: Bool
}

/// The types that stand at the top level of a source file.
func topLevelTypes(in source: String, of target: String) -> [TypeName] {
    source.split(separator: "\n").compactMap { line in
        var words = line.prefix { !":<{(=".contains($0) }.split(separator: " ")
        guard line.first != " ", words.count >= 2 else { return nil }
        while let first = words.first, first.hasPrefix("@") { words.removeFirst() }
        let isPublic = words.first == "public"
        words.removeAll { ["public", "package", "final", "indirect"].contains($0) }
        guard let kind = words.first, ["class", "struct", "enum", "protocol", "actor", "typealias"].contains(kind),
            words.count >= 2
        else { return nil }
        return TypeName(name: String(words[1]), target: target, isPublic: isPublic)
    }
}

/// What the umbrella brings: module and name of every line that exports one.
func exports(in umbrella: String) -> [(module: String, name: String)] {
    umbrella.split(separator: "\n").filter { $0.hasPrefix("@_exported import") }.map { line in
        let path = line.split(separator: " ").last!.split(separator: ".")
        return (String(path[0]), path.count > 1 ? String(path[1]) : "")
    }
}
