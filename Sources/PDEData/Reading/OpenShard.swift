#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Where a shard's chunks are; stays in memory when the file is closed: eight bytes a chunk.
struct ShardIndex: Sendable {
    /// For each field of the description the addresses of its chunks, [sample][run]; none where only HDF5 can read it.
    var addresses: [[UInt64]]
    /// Whether HDF5 has to read some field of every sample.
    var needsHDF5: Bool
}

/// An open shard, closed with its last user.
///
/// Chunks are read past HDF5, so that threads need not wait for each other: a chunk's bytes stand at one place in the
/// file, followed by their checksum.
final class OpenShard: Sendable {
    let path: String
    let index: ShardIndex
    /// For fields that are stored in another way; nil when there are none.
    let reader: ShardReader?
    private let descriptor: Int32

    /// - Throws: `DataError.file` when the file cannot be opened, `DataError.corrupt` when it has not the given size.
    init(_ file: RecordedFile, index: ShardIndex, reader: ShardReader?) throws(DataError) {
        path = file.path
        self.index = index
        self.reader = reader
        descriptor = try Self.open(file)
    }

    deinit { close(descriptor) }

    /// Opens a file that should have a size.
    private static func open(_ file: RecordedFile) throws(DataError) -> Int32 {
        let descriptor = systemOpen(file.path)
        guard descriptor >= 0 else { throw file.unopened() }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size == file.bytes else {
            close(descriptor)
            throw file.wrongSize(found: Int(status.st_size))
        }
        return descriptor
    }

    /// Reads one chunk and checks it.
    /// - Parameters:
    ///   - position: The field's place in the description.
    ///   - row: The sample's place in this file.
    ///   - run: The chunk of the sample.
    ///   - sample: The sample's number in the dataset, for messages.
    ///   - values: Room for the chunk and its checksum.
    /// - Throws: `DataError.corrupt` when the checksum differs or the file ends, `DataError.file`.
    func read(
        _ field: StoredField, at position: Int, row: Int, run: Int, sample: Int,
        into values: UnsafeMutablePointer<Float>
    ) throws(DataError) {
        let bytes = field.bytesPerChunk - 4
        let buffer = UnsafeMutableRawPointer(values)
        let address = index.addresses[position][row &* field.runs &+ run]
        var done = 0
        while done < bytes + 4 {
            let count = pread(descriptor, buffer + done, bytes + 4 - done, off_t(address) + off_t(done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw FileSystem.error(path, doing: "\(place(of: field, run, sample)) cannot be read")
            }
            guard count > 0 else { throw corrupt(field, run, sample, "the file ends in it") }
            done += count
        }
        let stored = UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: bytes, as: UInt32.self))
        let found = Fletcher32.checksum(of: UnsafeRawBufferPointer(start: buffer, count: bytes))
        guard found == stored else {
            throw corrupt(
                field, run, sample, "the checksum is \(hexadecimal(found)), stored is \(hexadecimal(stored))")
        }
    }

    /// Reads frames through HDF5, which checks and unpacks them as the file says.
    /// - Returns: [frames][spatial…][components].
    /// - Throws: `DataError.corrupt` when HDF5 cannot.
    func readThroughHDF5(
        _ field: StoredField, row: Int, frames: Range<Int>, sample: Int
    ) throws(DataError) -> [Float] {
        guard let reader else { preconditionFailure("OpenShard.readThroughHDF5: \(path) is open without HDF5") }
        do throws(DataError) {
            return try reader.read(field: field.name, sample: row, frames: frames)
        } catch {
            guard case .hdf5(_, _, let operation, let message) = error else { throw error }
            throw corrupt(
                field.name, frames, field.description.isTimeVarying, sample, "\(operation) failed: \(message)")
        }
    }

    private func place(of field: StoredField, _ run: Int, _ sample: Int) -> String {
        let frames = run * field.run..<min((run + 1) * field.run, field.frames)
        return place(field.name, frames, field.description.isTimeVarying, sample)
    }

    private func place(_ field: String, _ frames: Range<Int>, _ isTimeVarying: Bool, _ sample: Int) -> String {
        let which = frames.count == 1 ? "frame \(frames.lowerBound)" : "frames \(frames)"
        return "field '\(field)' of sample \(sample)" + (isTimeVarying ? ", \(which)" : "")
    }

    private func corrupt(_ field: StoredField, _ run: Int, _ sample: Int, _ problem: String) -> DataError {
        .corrupt(path: path, problem: "\(place(of: field, run, sample)): \(problem)", remedy: RecordedFile.remedy)
    }

    private func corrupt(
        _ field: String, _ frames: Range<Int>, _ isTimeVarying: Bool, _ sample: Int, _ problem: String
    ) -> DataError {
        .corrupt(
            path: path, problem: "\(place(field, frames, isTimeVarying, sample)): \(problem)",
            remedy: RecordedFile.remedy)
    }
}

/// The system's `open` for reading, under a name that `OpenShard.open` does not hide.
private func systemOpen(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC) }
