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
    /// leaves it as `.<name>.partial`. Reading back asks the file system, which may answer from memory: it finds what
    /// went wrong on the way there; what a disk loses later is found by the CRC-32 when the file is verified.
    /// - Returns: The CRC-32 of the bytes.
    /// - Throws: `DataError.file` with the bytes that were needed, `DataError.vanished` when there is no such folder,
    ///   `DataError.corrupt` when the file does not hold what was written.
    @discardableResult
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(DataError) -> UInt32 {
        let partial = temporaryPath(of: path)
        let size = describe(bytes.count)
        let descriptor = open(partial, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw refusal(path, doing: "cannot be created (\(size))") }
        do throws(DataError) {
            let checksum: UInt32
            do throws(DataError) {
                checksum = try writeAll(bytes, to: descriptor, path: path)
                guard fsync(descriptor) == 0 else {
                    throw FileSystem.error(path, doing: "cannot be flushed to disk (\(size))")
                }
                guard try holds(descriptor, bytes, path: path) else {
                    throw .corrupt(
                        path: path, problem: "what was read back is not what was written (\(size))",
                        remedy: "Check the disk, and run again on another one.")
                }
                // The memory serves the next file: writing into pages that are still warm is many times faster.
                if bytes.count > blockSize { leaveCache(descriptor, 0..<bytes.count) }
            } catch {
                close(descriptor)
                throw error
            }
            guard close(descriptor) == 0 else { throw FileSystem.error(path, doing: "cannot be closed (\(size))") }
            guard rename(partial, path) == 0 else {
                throw refusal(path, doing: "cannot be put in place (\(size))")
            }
            try FileSystem.synchronizeFolder(folder(of: path))
            return checksum
        } catch {
            unlink(partial)
            throw error
        }
    }

    /// Writes bytes.
    /// - Throws: As `write(_:to:)` for a buffer.
    @discardableResult
    public static func write(_ bytes: [UInt8], to path: String) throws(DataError) -> UInt32 {
        var result: Result<UInt32, DataError> = .success(0)
        bytes.withUnsafeBytes { buffer in
            result = Result { () throws(DataError) in try write(buffer, to: path) }
        }
        return try result.get()
    }

    /// Writes a text as UTF-8.
    /// - Throws: As `write(_:to:)` for a buffer.
    @discardableResult
    public static func write(_ text: String, to path: String) throws(DataError) -> UInt32 {
        try write(Array(text.utf8), to: path)
    }

    /// The name under which a file is while it is not whole.
    package static func temporaryPath(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return ".\(path).partial" }
        return "\(path[...slash]).\(path[path.index(after: slash)...]).partial"
    }

    /// Writes all bytes to an open file, block by block: the disk takes one while the next is summed up.
    /// - Returns: The CRC-32 of the bytes.
    @discardableResult
    package static func writeAll(
        _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
    ) throws(DataError) -> UInt32 {
        var checksum = Checksum()
        var done = 0
        while done < bytes.count {
            let block = UnsafeRawBufferPointer(rebasing: bytes[done..<min(bytes.count, done + blockSize)])
            let count = systemWrite(descriptor, block.baseAddress, block.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw FileSystem.error(
                    path, doing: "cannot be written (\(describe(bytes.count)) needed, \(describe(done)) went in)",
                    code: count == 0 ? EIO : errno)
            }
            // Starts the disk on this block. Only a hint: the flush at the end is what counts.
            if bytes.count > blockSize { leaveCache(descriptor, done..<(done + count)) }
            checksum.update(UnsafeRawBufferPointer(rebasing: block[..<count]))
            done += count
        }
        return checksum.value
    }

    /// Whether an open file holds just these bytes.
    private static func holds(
        _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, path: String
    ) throws(DataError) -> Bool {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { block.deallocate() }
        var done = 0
        while true {
            let count = pread(descriptor, block.baseAddress, block.count, off_t(done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileSystem.error(path, doing: "cannot be read back") }
            if count == 0 { return done == bytes.count }
            guard done + count <= bytes.count, memcmp(block.baseAddress!, bytes.baseAddress! + done, count) == 0 else {
                return false
            }
            done += count
        }
    }

    /// Why a name could not be made: ENOENT says that its folder is not there, or takes no files as those of /proc do.
    private static func refusal(_ path: String, doing what: String) -> DataError {
        let code = errno
        guard code == ENOENT else { return FileSystem.error(path, doing: what, code: code) }
        return FileSystem.exists(folder(of: path))
            ? FileSystem.error(path, doing: what, code: EACCES) : .vanished(path: folder(of: path))
    }

    private static let blockSize = 1 << 21

    /// Asks the system to write out what is waiting in a part of a file, and to forget what is on disk.
    private static func leaveCache(_ descriptor: Int32, _ part: Range<Int>) {
        #if os(Linux)
            posix_fadvise(descriptor, off_t(part.lowerBound), off_t(part.count), POSIX_FADV_DONTNEED)
        #endif
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
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, buffer, count)
}
