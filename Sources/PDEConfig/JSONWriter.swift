extension JSON {
    /// The value as JSON text, the same for equal trees with members in the same order.
    ///
    /// - Parameter pretty: two spaces of indent a level, arrays of scalars on one line as long as it fits; else no space at all.
    public func serialized(pretty: Bool = true) -> String {
        var writer = JSONWriter(isPretty: pretty)
        writer.write(self, depth: 0)
        return writer.text
    }
}

private struct JSONWriter {
    private static let lineLength = 100

    let isPretty: Bool
    var text = ""

    mutating func write(_ json: JSON, depth: Int) {
        switch json.content {
        case .null: text += "null"
        case .bool(let bool): text += bool ? "true" : "false"
        case .number(let number): text += number.text
        case .string(let string): write(string)
        case .array(let elements):
            if let line = line(of: elements, depth: depth) {
                text += line
            } else {
                list(elements, "[", "]", depth: depth) { $0.write($1, depth: depth + 1) }
            }
        case .object(let members):
            list(members, "{", "}", depth: depth) { writer, member in
                writer.write(member.name)
                writer.text += writer.isPretty ? ": " : ":"
                writer.write(member.value, depth: depth + 1)
            }
        }
    }

    /// The array on one line, if all its elements are scalars and it is short.
    private func line(of elements: [JSON], depth: Int) -> String? {
        guard isPretty, !elements.isEmpty, elements.count <= Self.lineLength / 2,
            elements.allSatisfy({ $0.array == nil && $0.members == nil })
        else { return nil }
        let line = "[" + elements.map { $0.serialized(pretty: false) }.joined(separator: ", ") + "]"
        return line.utf8.count + 2 * depth <= Self.lineLength ? line : nil
    }

    private mutating func list<Item>(
        _ items: [Item], _ opening: String, _ closing: String, depth: Int, item: (inout JSONWriter, Item) -> Void
    ) {
        text += opening
        for (position, each) in items.enumerated() {
            if position > 0 { text += "," }
            if isPretty { newLine(depth: depth + 1) }
            item(&self, each)
        }
        if isPretty, !items.isEmpty { newLine(depth: depth) }
        text += closing
    }

    private mutating func newLine(depth: Int) {
        text += "\n"
        text += String(repeating: "  ", count: depth)
    }

    private mutating func write(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
