/// The little YAML that dataset folders need, in the form that PyYAML reads back with the same types.
enum YAML {
    /// A number; YAML 1.1 takes `1e-05` for a text unless there is a point and a signed exponent.
    static func number(_ value: Double) -> String {
        let text = "\(value)"
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return "\(text[..<exponent]).0\(text[exponent...])"
    }

    /// A name, in quotes where it would be read as something else.
    static func name(_ text: String) -> String {
        let words: Set = ["yes", "no", "true", "false", "on", "off", "null", "y", "n"]
        let isPlain = text.utf8.first.map { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a } ?? false
        return isPlain && !words.contains(text.lowercased()) ? text : "\"\(text)\""
    }

    /// `key:` and a list, `[]` when it is empty.
    static func list(_ key: String, _ items: [String], indent: String = "") -> String {
        guard !items.isEmpty else { return "\(indent)\(key): []\n" }
        return "\(indent)\(key):\n" + items.map { "\(indent)- \($0)\n" }.joined()
    }
}
