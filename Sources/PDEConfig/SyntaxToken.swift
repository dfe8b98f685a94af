/// What stands where the parser cannot go on, in words, with a hint for the usual slips.
struct SyntaxToken {
    let found: String
    let hint: String?

    /// - Parameters:
    ///   - rest: the document from here to its end.
    ///   - word: the run of letters, digits and signs with which it begins.
    init(_ rest: ArraySlice<UInt8>, word: ArraySlice<UInt8>) {
        guard let first = rest.first else {
            (found, hint) = ("the end of the file", nil)
            return
        }
        if !word.isEmpty {
            let text = String(decoding: word, as: UTF8.self)
            (found, hint) = ("`\(text)`", Self.hint(forWord: text))
        } else if first == UInt8(ascii: "\"") {
            let line = rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") && $0 != 0x0A }.prefix(40)
            (found, hint) = ("`\"\(String(decoding: line, as: UTF8.self))\"`", nil)
        } else {
            let scalar = String(decoding: rest.prefix(4), as: UTF8.self).unicodeScalars.first ?? " "
            found = scalar == "\u{FEFF}" ? "a byte order mark" : "`\(Character(scalar))`"
            hint =
                switch scalar {
                case "/", "#": "JSON has no comments"
                case "'": "strings and names stand in double quotes"
                case "\u{FEFF}": "save the file as UTF-8 without a byte order mark"
                case "\u{201C}", "\u{201D}": "use the plain double quote \""
                default: nil
                }
        }
    }

    private static func hint(forWord word: String) -> String? {
        let bare = word.drop { $0 == "-" || $0 == "+" }
        switch bare.lowercased() {
        case "true": return "write true"
        case "false": return "write false"
        case "null", "none", "nil": return "write null"
        case "nan", "inf", "infinity": return "JSON has no NaN and no infinity"
        default: break
        }
        guard let first = bare.first, first.isNumber || first == "." else {
            return "strings and names stand in double quotes"
        }
        if word.first == "+" { return "a number has no plus sign in front" }
        if bare.first == "." || bare.last == "." || bare.contains(".e") || bare.contains(".E") {
            return "digits stand on both sides of the point: write 0.5 or 1.0"
        }
        if bare.contains("_") { return "a number has no underscores" }
        if bare.first == "0", bare.dropFirst().first?.isNumber == true { return "a number has no leading zeros" }
        if bare.hasPrefix("0x") || bare.hasPrefix("0X") { return "numbers are decimal" }
        return nil
    }
}
