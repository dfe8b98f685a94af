import PDEConfig

/// Named arrays in the safetensors format, which Python's `safetensors` and most frameworks read.
///
/// The bytes: the header's length (8 bytes, little-endian); the header, a JSON object from names to type, shape and the
/// place of the bytes after the header, with texts under `__metadata__`, padded with spaces so that numbers begin on a
/// multiple of 8; the numbers without gaps, in the order of the names. The first text is a checksum of the whole file, which is
/// compared when a file that has one is read; a program that changes a file leaves it out, or every reader here takes the
/// change for damage.
///
/// Source: the format's description at https://github.com/huggingface/safetensors.
public struct SafetensorsFile: Equatable, Sendable {
    /// The arrays in the order of their names.
    public private(set) var entries: [SafetensorsEntry]
    /// Texts by name, the checksum left out.
    public var metadata: [String: String]
    /// Whether the bytes were compared with a checksum: not for files that other programs have written.
    public private(set) var hasChecksum = true

    static let metadataName = "__metadata__"
    /// The longest header that is read or written, as other readers have it.
    static let longestHeader = 100_000_000

    /// A file of arrays, whose names must differ.
    public init(_ entries: [SafetensorsEntry], metadata: [String: String] = [:]) {
        self.entries = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.metadata = metadata
        for (entry, next) in zip(self.entries, self.entries.dropFirst()) {
            precondition(entry.name != next.name, "SafetensorsFile: '\(entry.name)' is there twice")
        }
        precondition(
            entries.allSatisfy { $0.name != Self.metadataName },
            "SafetensorsFile: '\(Self.metadataName)' is no name for an array")
    }

    /// The array of a name.
    public subscript(name: String) -> SafetensorsEntry? {
        entries.first { $0.name == name }
    }

    /// Reads a file.
    /// - Throws: `DataError.file` when it cannot be read, `DataError.corrupt` when it is not a safetensors file, is not as
    ///   its checksum says, is cut off, or holds types other than F32, F64, I64, U64 and U8.
    public init(path: String) throws(DataError) {
        try self.init(bytes: try FileSystem.read(path), path: path)
    }

    /// Reads the bytes of a file.
    /// - Parameter path: What errors speak of.
    /// - Throws: `DataError.corrupt`.
    public init(bytes: [UInt8], path: String) throws(DataError) {
        let header = try SafetensorsHeader(bytes, path: path)
        metadata = header.metadata
        hasChecksum = metadata.removeValue(forKey: SafetensorsSeal.name) != nil
        entries = bytes.withUnsafeBytes { file in
            header.arrays.map { array in
                let part = UnsafeRawBufferPointer(
                    rebasing: file[(header.end + array.bytes.lowerBound)..<(header.end + array.bytes.upperBound)])
                guard let values = SafetensorsEntry.Values(array.type, part) else {
                    preconditionFailure("SafetensorsFile: a header with the type \(array.type)")
                }
                return SafetensorsEntry(array.name, shape: array.shape, values)
            }
        }
        entries.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Writes the file in one step, as `AtomicFile` does.
    /// - Returns: The CRC-32 of its bytes.
    /// - Throws: `DataError.file`, `DataError.corrupt` when the disk does not hold what was written.
    @discardableResult
    public func write(to path: String) throws(DataError) -> UInt32 {
        try AtomicFile.write(bytes(), to: path)
    }

    /// The bytes of the file; equal files have equal bytes.
    public func bytes() -> [UInt8] {
        precondition(metadata[SafetensorsSeal.name] == nil, "SafetensorsFile: its checksum is for nobody else to set")
        let texts = [(SafetensorsSeal.name, SafetensorsSeal.blank)] + metadata.sorted { $0.key < $1.key }
        var members = [(Self.metadataName, JSON.object(texts.map { ($0.0, .string($0.1)) }))]
        var offset = 0
        for entry in entries {
            let type = entry.values.typeName
            let end = offset + entry.values.count * (SafetensorsEntry.Values.sizes[type] ?? 0)
            members.append(
                (
                    entry.name,
                    .object([
                        ("dtype", .string(type)), ("shape", .array(entry.shape.map { .number($0) })),
                        ("data_offsets", .array([.number(offset), .number(end)])),
                    ])
                ))
            offset = end
        }
        var header = Array(JSON.object(members).serialized(pretty: false).utf8)
        header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        precondition(
            header.count <= Self.longestHeader,
            "SafetensorsFile: a header of \(header.count) bytes, readers take \(Self.longestHeader)")
        var file: [UInt8] = []
        file.reserveCapacity(8 + header.count + offset)
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { file.append(contentsOf: $0) }
        file += header
        for entry in entries { entry.values.append(to: &file) }
        SafetensorsSeal.close(&file)
        return file
    }
}
