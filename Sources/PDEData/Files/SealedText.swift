/// JSON texts whose last member, `checksum`, is the CRC-32 of all bytes before it.
///
/// A text is changed by every flipped bit: one before the seal changes the checksum, one in the seal its spelling.
package enum SealedText {
    /// What an unsealed text ends with.
    private static let end = "\n}\n"
    /// The longest text that is read, some times the manifest of a million samples.
    private static let longest = 1 << 31
    private static let beginning = ",\n  \"checksum\": \""

    private static func seal(of checksum: UInt32) -> String { "\(beginning)\(hexadecimal(checksum))\"\(end)" }

    /// The text with its seal.
    /// - Parameter text: An object with members, each on its own line, and a line break at the end.
    package static func sealed(_ text: String) -> String {
        precondition(text.hasSuffix(end), "SealedText.sealed: a text that ends in '\(text.suffix(4))'")
        var body = text
        body.removeLast(end.count)
        var checksum = Checksum()
        body.withUTF8 { checksum.update(UnsafeRawBufferPointer($0)) }
        return body + seal(of: checksum.value)
    }

    /// The text of a file without its seal, and whether it had one: older files have none.
    /// - Throws: `DataError.file` when it cannot be read, `DataError.corrupt` when it is not UTF-8 or has changed since it
    ///   was sealed.
    package static func read(_ path: String) throws(DataError) -> (text: String, isSealed: Bool) {
        let bytes = try FileSystem.read(path, longest: longest)
        let remedy = "It was damaged or edited: put back a copy of it, or make the data again in another folder."
        let body = bytes.dropLast(seal(of: 0).utf8.count)
        let isSealed = bytes[body.endIndex...].starts(with: beginning.utf8)
        if isSealed {
            var checksum = Checksum()
            body.withUnsafeBytes { checksum.update($0) }
            guard bytes[body.endIndex...].elementsEqual(seal(of: checksum.value).utf8) else {
                throw .corrupt(
                    path: path,
                    problem: "its bytes are not those that were written (CRC-32 \(hexadecimal(checksum.value)))",
                    remedy: remedy)
            }
        }
        guard let text = String(validating: isSealed ? body : bytes[...], as: UTF8.self) else {
            throw .corrupt(path: path, problem: "it is not a text in UTF-8", remedy: remedy)
        }
        return (isSealed ? text + end : text, isSealed)
    }
}
