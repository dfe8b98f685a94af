#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Writes files that are either whole or not there.
public enum AtomicFile {
    /// Writes under a temporary name in the same folder, flushes, reads back and compares, renames, flushes the folder.
    ///
    /// A file of that name is replaced in one step. The temporary file is removed when anything fails; a killed run
    /// leaves it as `.<name>.partial`.
    /// - Returns: The CRC-32 of the bytes.
    /// - Throws: `DataError.file` with the bytes that were needed, `DataError.corrupt` when the disk gives back
    ///   something else.
    @discardableResult
    public static func write(_ bytes: [UInt8], to path: String) throws(DataError) -> UInt32 {
        let partial = temporaryPath(of: path)
        let size = describe(bytes.count)
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileSystem.error(path, doing: "cannot be created (\(size))") }
        do throws(DataError) {
            do throws(DataError) {
                try writeAll(bytes, to: descriptor, path: path)
                guard fsync(descriptor) == 0 else {
                    throw FileSystem.error(path, doing: "cannot be flushed to disk (\(size))")
                }
            } catch {
                close(descriptor)
                throw error
            }
            guard close(descriptor) == 0 else { throw FileSystem.error(path, doing: "cannot be closed (\(size))") }
            let checksum = Checksum(of: bytes).value
            guard try FileSystem.checksum(of: partial) == checksum else {
                throw .corrupt(
                    path: path, problem: "what was read back is not what was written (\(size))",
                    remedy: "Check the disk, and run again on another one.")
            }
            guard rename(partial, path) == 0 else {
                throw FileSystem.error(path, doing: "cannot be put in place (\(size))")
            }
            try FileSystem.synchronizeFolder(folder(of: path))
            return checksum
        } catch {
            unlink(partial)
            throw error
        }
    }

    /// Writes a text as UTF-8.
    /// - Throws: As `write(_:to:)` for bytes.
    @discardableResult
    public static func write(_ text: String, to path: String) throws(DataError) -> UInt32 {
        try write(Array(text.utf8), to: path)
    }

    /// The name under which a file is while it is not whole.
    package static func temporaryPath(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return ".\(path).partial" }
        return "\(path[...slash]).\(path[path.index(after: slash)...]).partial"
    }

    /// Writes all bytes to an open file.
    package static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(DataError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                systemWrite(descriptor, buffer.baseAddress! + done, min(buffer.count - done, 1 << 30))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw FileSystem.error(
                    path, doing: "cannot be written (\(describe(bytes.count)) needed, \(describe(done)) went in)",
                    code: count == 0 ? EIO : errno)
            }
            done += count
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func describe(_ bytes: Int) -> String {
        bytes < 10_000_000 ? "\(bytes) bytes" : "\(bytes / 1_000_000) MB"
    }
}

/// The system's `write`, under a name that `AtomicFile.write` does not hide.
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
