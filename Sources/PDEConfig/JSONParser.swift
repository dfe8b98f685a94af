extension JSON {
    /// Reads a document strictly by RFC 8259; a repeated name in an object is an error as well.
    ///
    /// - Parameters:
    ///   - text: the document.
    ///   - file: the name under which errors and origins speak of it.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> JSON {
        var parser = JSONParser(text, file: file)
        return try parser.document()
    }

    /// The value of a flag such as `--set key.path=value`: valid JSON is taken as JSON, anything else as a string.
    public static func scalar(fromFlag text: String, origin: Origin) -> JSON {
        let parsed = try? JSON.parse(text, file: "")
        return (parsed ?? .string(text)).with(origin: origin)
    }
}

/// A recursive descent parser that knows its line and column.
struct JSONParser {
    private static let depthLimit = 128

    private let bytes: [UInt8]
    private let file: String
    private var index = 0
    private var line = 1
    private var lineStart = 0
    /// UTF-8 continuation bytes since the line's start: columns count scalars, not bytes.
    private var continuationBytes = 0

    init(_ text: String, file: String) {
        bytes = Array(text.utf8)
        self.file = file
    }

    mutating func document() throws(ConfigurationError) -> JSON {
        skipSpace()
        let root = try value(depth: 0)
        skipSpace()
        guard index == bytes.count else { throw unexpected(expected: "the end of the file after the first value") }
        return root
    }

    private mutating func value(depth: Int) throws(ConfigurationError) -> JSON {
        let origin = here
        guard let byte = next else { throw unexpected(expected: "a value") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return JSON(.string(try string()), origin: origin)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let word = self.word
            guard JSON.Number.isValid(word), let number = JSON.Number(String(decoding: word, as: UTF8.self)) else {
                throw unexpected(expected: "a number")
            }
            index = word.endIndex
            return JSON(.number(number), origin: origin)
        default:
            let word = self.word
            let content: JSON.Content
            switch String(decoding: word, as: UTF8.self) {
            case "true": content = .bool(true)
            case "false": content = .bool(false)
            case "null": content = .null
            default: throw unexpected(expected: "a value")
            }
            index = word.endIndex
            return JSON(content, origin: origin)
        }
    }

    private mutating func object(depth: Int) throws(ConfigurationError) -> JSON {
        let origin = here
        try enter(depth)
        var members: [JSON.Member] = []
        var places: [String: JSON.Origin] = [:]
        var comma: Int?
        while true {
            skipSpace()
            if next == UInt8(ascii: "}") {
                if let comma { throw trailing(comma, before: "}", expected: "another member") }
                index += 1
                return JSON(.object(members), origin: origin)
            }
            if comma == nil, !members.isEmpty { throw unexpected(expected: "`,` or `}`", hint: missingComma) }
            let nameOrigin = here
            guard next == UInt8(ascii: "\"") else {
                throw unexpected(
                    expected: members.isEmpty ? "a name in double quotes or `}`" : "a name in double quotes")
            }
            let nameStart = index
            let name = try string()
            if let first = places.updateValue(nameOrigin, forKey: name) {
                throw ConfigurationError.syntax(
                    at: position(nameStart), found: "the name `\"\(name)\"` a second time",
                    expected: "each name once in an object", hint: "the first one stands at \(first)")
            }
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw unexpected(expected: "`:` after the name \"\(name)\"") }
            index += 1
            skipSpace()
            members.append(JSON.Member(name: name, value: try value(depth: depth), origin: nameOrigin))
            comma = takeComma()
        }
    }

    private mutating func array(depth: Int) throws(ConfigurationError) -> JSON {
        let origin = here
        try enter(depth)
        var elements: [JSON] = []
        var comma: Int?
        while true {
            skipSpace()
            if next == UInt8(ascii: "]") {
                if let comma { throw trailing(comma, before: "]", expected: "another element") }
                index += 1
                return JSON(.array(elements), origin: origin)
            }
            if comma == nil, !elements.isEmpty { throw unexpected(expected: "`,` or `]`", hint: missingComma) }
            elements.append(try value(depth: depth))
            comma = takeComma()
        }
    }

    /// Steps over the opening bracket.
    private mutating func enter(_ depth: Int) throws(ConfigurationError) {
        guard depth <= Self.depthLimit else {
            throw ConfigurationError.syntax(
                at: position(index), found: "an object or array inside \(depth - 1) others",
                expected: "at most \(Self.depthLimit) levels")
        }
        index += 1
    }

    private mutating func takeComma() -> Int? {
        skipSpace()
        guard next == UInt8(ascii: ",") else { return nil }
        defer { index += 1 }
        return index
    }

    // MARK: Strings

    private mutating func string() throws(ConfigurationError) -> String {
        let start = index
        index += 1
        var text: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text.append(contentsOf: try escape().utf8)
            case 0..<0x20:
                let found =
                    byte == 0x0A ? "the end of the line in a string" : "the control character \(byte) in a string"
                throw ConfigurationError.syntax(
                    at: position(index), found: found,
                    expected: byte == 0x0A ? "the closing `\"`" : "an escape such as `\\n` or `\\u0007`")
            default:
                if byte & 0xC0 == 0x80 { continuationBytes += 1 }
                text.append(byte)
                index += 1
            }
        }
        throw ConfigurationError.syntax(
            at: position(index), found: "the end of the file in a string", expected: "the closing `\"`",
            hint: "the string begins at \(position(start))")
    }

    private mutating func escape() throws(ConfigurationError) -> String {
        let start = index
        index += 1
        guard let byte = next else { throw badEscape(start) }
        index += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw badEscape(start)
        }
        var units = [try codeUnit(start)]
        if UTF16.isLeadSurrogate(units[0]), bytes[index...].starts(with: "\\u".utf8) {
            index += 2
            units.append(try codeUnit(start))
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw badEscape(start) }
        return text
    }

    private mutating func codeUnit(_ start: Int) throws(ConfigurationError) -> UInt16 {
        let digits = bytes[index...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw badEscape(start) }
        index += 4
        return unit
    }

    private func badEscape(_ start: Int) -> ConfigurationError {
        let end = min(max(index, start + 2), bytes.count)
        return .syntax(
            at: position(start), found: "the escape `\(String(decoding: bytes[start..<end], as: UTF8.self))`",
            expected:
                "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits (surrogates in pairs)")
    }

    // MARK: Position

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private var here: JSON.Origin {
        .file(file, line: line, column: index - lineStart - continuationBytes + 1)
    }

    /// The place of a byte of the current line, counted afresh: errors also point into the middle of a string.
    private func position(_ place: Int) -> JSON.Origin {
        guard place >= lineStart else { return earlierPosition(place) }
        return .file(file, line: line, column: bytes[lineStart..<place].count { $0 & 0xC0 != 0x80 } + 1)
    }

    private func earlierPosition(_ place: Int) -> JSON.Origin {
        let before = bytes[..<place]
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return .file(
            file, line: before.count { $0 == 0x0A } + 1, column: bytes[start..<place].count { $0 & 0xC0 != 0x80 } + 1)
    }

    private mutating func skipSpace() {
        while let byte = next {
            switch byte {
            case 0x20, 0x09, 0x0D: index += 1
            case 0x0A:
                index += 1
                line += 1
                lineStart = index
                continuationBytes = 0
            default: return
            }
        }
    }

    /// The run of letters, digits and signs that begins here: a number, a literal, or what was meant as one.
    private var word: ArraySlice<UInt8> {
        bytes[index...].prefix { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }

    // MARK: Errors

    private var missingComma: String? {
        guard let next else { return nil }
        return next == UInt8(ascii: "\"") || next == UInt8(ascii: "{") || next == UInt8(ascii: "[") || !word.isEmpty
            ? "a comma is missing before it" : nil
    }

    private func trailing(_ comma: Int, before bracket: String, expected: String) -> ConfigurationError {
        .syntax(
            at: position(comma), found: "a comma before `\(bracket)`", expected: expected,
            hint: "remove the comma: JSON has none after the last one")
    }

    private func unexpected(expected: String, hint: String? = nil) -> ConfigurationError {
        let token = SyntaxToken(bytes[index...], word: word)
        return .syntax(at: position(index), found: token.found, expected: expected, hint: token.hint ?? hint)
    }
}
