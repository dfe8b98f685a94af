/// The modules that a Swift source imports, however the import is written.
///
/// Comments and string literals do not count. `import struct X.Y`, `import X.Sub`, attributes and access levels do.
func importedModules(in source: String) -> [String] {
    let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
    let levels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
    var modules: [String] = []
    let code = withoutComments(source, keepingTexts: false)
    for statement in code.split(whereSeparator: { $0 == "\n" || $0 == ";" }) {
        var words = statement.split(whereSeparator: { $0 == " " || $0 == "\t" })[...]
        while let word = words.first, word.hasPrefix("@") || levels.contains(word) { words.removeFirst() }
        guard words.popFirst() == "import" else { continue }
        if let kind = words.first, kinds.contains(kind) { words.removeFirst() }
        if let module = words.first?.split(separator: ".").first { modules.append(String(module)) }
    }
    return modules
}

/// A Swift source without its comments and, if not kept, without the content of its string literals.
///
/// Raw strings and interpolations are read as plain text, which is enough to find imports.
func withoutComments(_ source: String, keepingTexts: Bool) -> String {
    var code: [UInt8] = []
    var rest = Array(source.utf8)[...]
    func take(_ prefix: String) -> Bool {
        guard rest.starts(with: prefix.utf8) else { return false }
        rest = rest.dropFirst(prefix.utf8.count)
        return true
    }
    while let byte = rest.first {
        if take("//") {
            rest = rest.drop { $0 != UInt8(ascii: "\n") }
        } else if take("/*") {
            var depth = 1
            while depth > 0, !rest.isEmpty {
                if take("/*") {
                    depth += 1
                } else if take("*/") {
                    depth -= 1
                } else {
                    rest.removeFirst()
                }
            }
        } else if byte == UInt8(ascii: "\"") {
            let quotes = take("\"\"\"") ? "\"\"\"" : "\""
            if quotes == "\"" { rest.removeFirst() }
            code += quotes.utf8
            while !rest.isEmpty, !take(quotes) {
                let count = rest.first == UInt8(ascii: "\\") ? 2 : 1
                if keepingTexts { code += rest.prefix(count) }
                rest = rest.dropFirst(count)
            }
            code += quotes.utf8
        } else {
            code.append(byte)
            rest.removeFirst()
        }
    }
    return String(decoding: code, as: UTF8.self)
}
