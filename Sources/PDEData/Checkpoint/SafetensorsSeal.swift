/// The checksum that a safetensors file carries: the CRC-32 of all its bytes, header and spaces included.
///
/// It is the first text of the metadata, eight digits at the same place in every file, which count as zeros themselves. Other
/// readers of the format see one more text.
enum SafetensorsSeal {
    /// The name of the text.
    static let name = "checksum"
    /// The digits while they are not known.
    static let blank = "00000000"

    private static let beginning = Array("{\"\(SafetensorsFile.metadataName)\":{\"\(name)\":\"".utf8)
    private static let digits = 8 + beginning.count..<8 + beginning.count + blank.utf8.count

    /// Writes the digits into a file that has room for them.
    static func close(_ file: inout [UInt8]) {
        precondition(isThere(in: file), "SafetensorsSeal: a file without room for its checksum")
        file.replaceSubrange(digits, with: text(for: file).utf8)
    }

    /// Whether a file has a checksum at its place.
    static func isThere(in file: [UInt8]) -> Bool {
        file.count >= digits.upperBound && file[8..<digits.lowerBound].elementsEqual(beginning)
    }

    /// What is wrong with a file that has a checksum; nil when its bytes are those that were written.
    static func problem(of file: [UInt8]) -> String? {
        let wanted = text(for: file)
        if file[digits].elementsEqual(wanted.utf8) { return nil }
        let found = String(decoding: file[digits], as: UTF8.self)
        return "its bytes have the checksum \(wanted), and it says \(found)"
    }

    private static func text(for file: [UInt8]) -> String {
        var checksum = Checksum()
        file.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[..<digits.lowerBound])) }
        Array(blank.utf8).withUnsafeBytes { checksum.update($0) }
        file.withUnsafeBytes { checksum.update(UnsafeRawBufferPointer(rebasing: $0[digits.upperBound...])) }
        return hexadecimal(checksum.value)
    }
}
