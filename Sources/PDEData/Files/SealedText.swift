/// Texts whose end is the CRC-32 of all bytes before it.
///
/// A text is changed by every flipped bit: one before the seal changes the checksum, one in the seal its spelling.
package enum SealedText {
    /// Where texts carry their seal.
    package enum Form: Sendable {
        /// JSON objects: in their last member, `checksum`.
        case json
        /// Pages of HTML: in a comment behind all else.
        case page

        /// What an unsealed text ends with.
        fileprivate var end: String { self == .json ? "\n}\n" : "\n" }

        fileprivate var beginning: String { self == .json ? ",\n  \"checksum\": \"" : "\n<!-- checksum " }

        fileprivate func seal(of checksum: UInt32) -> String {
            "\(beginning)\(hexadecimal(checksum))\(self == .json ? "\"" : " -->")\(end)"
        }
    }

    /// The longest text that is read, some times the manifest of a million samples.
    private static let longest = 1 << 31

    /// The text with its seal.
    /// - Parameter text: An object with members, each on its own line, or a page; with a line break at the end.
    package static func sealed(_ text: String, as form: Form = .json) -> String {
        precondition(text.hasSuffix(form.end), "SealedText.sealed: a text that ends in '\(text.suffix(4))'")
        var body = text
        body.removeLast(form.end.count)
        var checksum = Checksum()
        body.withUTF8 { checksum.update(UnsafeRawBufferPointer($0)) }
        return body + form.seal(of: checksum.value)
    }

    /// The text of a file without its seal, and whether it had one: older files have none.
    /// - Throws: `DataError.file` when it cannot be read, `DataError.corrupt` when it is not UTF-8 or has changed since it
    ///   was sealed.
    package static func read(
        _ path: String, as form: Form = .json
    ) throws(DataError) -> (text: String, isSealed: Bool) {
        let bytes = try FileSystem.read(path, longest: longest)
        let remedy = "It was damaged or edited: put back a copy of it, or make the data again in another folder."
        let body = bytes.dropLast(form.seal(of: 0).utf8.count)
        let differing = zip(bytes[body.endIndex...], form.beginning.utf8).count { $0 != $1 }
        let isSealed = body.endIndex > 0 && differing == 0
        // What is nearly a seal is a damaged one, and no text of before there were seals.
        if body.endIndex > 0, differing <= 2 {
            var checksum = Checksum()
            body.withUnsafeBytes { checksum.update($0) }
            guard bytes[body.endIndex...].elementsEqual(form.seal(of: checksum.value).utf8) else {
                throw .corrupt(
                    path: path,
                    problem: "its bytes are not those that were written (CRC-32 \(hexadecimal(checksum.value)))",
                    remedy: remedy)
            }
        }
        guard let text = String(validating: isSealed ? body : bytes[...], as: UTF8.self) else {
            throw .corrupt(path: path, problem: "it is not a text in UTF-8", remedy: remedy)
        }
        return (isSealed ? text + form.end : text, isSealed)
    }
}
