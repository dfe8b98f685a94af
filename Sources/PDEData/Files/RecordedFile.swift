import Synchronization

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A file whose size and checksum are on record, and which is read only if it is that file. Of files of others only the
/// size is known, from when they were first looked at.
///
/// A process reads all bytes of a file once, before it uses any; a file that was replaced or changed since is read again.
struct RecordedFile: Sendable {
    let path: String
    let bytes: Int
    let crc32: UInt32?

    /// What tells one state of a file from another.
    private struct State: Hashable {
        let device, node, size, seconds, nanoseconds, crc32: UInt64
    }

    private static let known = Mutex<Set<State>>([])
    /// A file that changed so few seconds ago may change again without another time: those of file systems are coarse.
    private static let clockSteps = 2

    /// Compares the file with its record.
    /// - Throws: `DataError.corrupt` when it is another file, `DataError.file` when it cannot be read.
    func check() throws(DataError) {
        let state = try state()
        guard state.size == bytes else { throw wrongSize(found: Int(state.size)) }
        guard let crc32, !Self.known.withLock({ $0.contains(state) }) else { return }
        let found = try FileSystem.checksum(of: path)
        guard found == crc32 else {
            throw .corrupt(
                path: path, problem: "the shard's CRC-32 is \(hexadecimal(found)), recorded is \(hexadecimal(crc32))",
                remedy: Self.remedy)
        }
        guard Int(state.seconds) + Self.clockSteps < time(nil) else { return }
        _ = Self.known.withLock { $0.insert(state) }
    }

    private func state() throws(DataError) -> State {
        var status = stat()
        guard stat(path, &status) == 0 else { throw unopened() }
        #if canImport(Darwin)
            let changed = status.st_mtimespec
        #else
            let changed = status.st_mtim
        #endif
        return State(
            device: UInt64(truncatingIfNeeded: status.st_dev), node: UInt64(status.st_ino),
            size: UInt64(status.st_size), seconds: UInt64(clamping: changed.tv_sec),
            nanoseconds: UInt64(clamping: changed.tv_nsec), crc32: UInt64(crc32 ?? 0))
    }

    /// What to say, by `errno`, of a file that could not be opened.
    func unopened() -> DataError {
        guard errno == ENOENT, crc32 != nil else { return FileSystem.error(path, doing: "this shard cannot be opened") }
        return .corrupt(
            path: path, problem: "the shard is missing", remedy: "Run the recipe again: it makes this file anew.")
    }

    /// What to say of a file that is shorter or longer than recorded.
    func wrongSize(found: Int) -> DataError {
        let problem =
            found < bytes ? "is truncated: \(found) of \(bytes) bytes" : "has \(found) bytes, recorded are \(bytes)"
        return .corrupt(path: path, problem: "the shard \(problem)", remedy: Self.remedy)
    }

    /// What to do about a damaged file of a dataset.
    static let remedy =
        "The file is damaged: `pdegen verify` names all that is, and the recipe or import, run again, makes it anew."
}
