/// The dependency lists in a manifest's `house(…)`, `.target(…)`, `.executableTarget(…)` and `.systemLibrary(…)` calls.
///
/// Targets that live under `Tests` and `.target(name:)` inside a dependency list count as what they are: the first are
/// left out, the second are names of dependencies.
func manifestDependencies(_ manifest: String) -> [String: [String]] {
    var found: [String: [String]] = [:]
    var rest = manifest[...]
    let calls = ["house(", ".target(", ".executableTarget(", ".systemLibrary("]
    while let range = calls.compactMap({ rest.firstRange(of: $0) }).min(by: { $0.lowerBound < $1.lowerBound }) {
        let isDeclaration = rest[..<range.lowerBound].hasSuffix("func ")
        let isHouse = rest[range] == "house("
        let body = upToClosing(rest[range.upperBound...], open: "(", close: ")")
        rest = isDeclaration ? rest[range.upperBound...] : rest[body.endIndex...]
        guard !isDeclaration, let name = quoted(in: body).first, !body.contains("path: \"Tests/") else { continue }
        let marker = body.firstRange(of: isHouse ? "[" : "dependencies:")
        let list = marker.map { body[(isHouse ? $0.lowerBound : $0.upperBound)...] } ?? ""
        let start = list.firstIndex(of: "[").map { list.index(after: $0) }
        found[name] = start.map { quoted(in: upToClosing(list[$0...], open: "[", close: "]")) } ?? []
    }
    return found
}

private func upToClosing(_ text: Substring, open: Character, close: Character) -> Substring {
    var depth = 1
    for index in text.indices {
        if text[index] == open { depth += 1 }
        if text[index] == close { depth -= 1 }
        if depth == 0 { return text[..<index] }
    }
    return text
}

private func quoted(in text: Substring) -> [String] {
    text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
}
