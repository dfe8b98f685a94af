#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The few things that datasets ask of the operating system, every result checked.
package enum FileSystem {
    /// What a path names.
    package enum Kind: Sendable {
        case file(bytes: Int)
        case folder
        case other
    }

    /// What a path names, or nil if nothing.
    package static func kind(_ path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file(bytes: Int(status.st_size))
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// Whether a path names anything.
    package static func exists(_ path: String) -> Bool { kind(path) != nil }

    /// Whether a path names a symbolic link.
    package static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// The path without links; nil when it names nothing.
    package static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The names in a folder in alphabetical order; none if there is no such folder.
    /// - Throws: `DataError.file` when the folder cannot be read.
    package static func list(_ path: String) throws(DataError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw error(path, doing: "cannot be listed")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let length = MemoryLayout.size(ofValue: entry.pointee.d_name)
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: length) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes a folder and those above it; one that exists is left alone.
    /// - Throws: `DataError.file`.
    package static func createFolder(_ path: String) throws(DataError) {
        if mkdir(path, 0o777) == 0 { return }
        let code = errno
        if code == EEXIST, case .folder = kind(path) { return }
        guard code == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw refusal(path, code)
        }
        try createFolder(String(path[..<slash]))
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw refusal(path, errno) }
    }

    /// Why a folder could not be made. ENOENT names no missing input here: the folder above takes none, as /proc does, or is gone,
    /// as a working directory that was removed.
    private static func refusal(_ path: String, _ code: Int32) -> DataError {
        guard code == ENOENT else { return error(path, doing: "this folder cannot be made", code: code) }
        return .file(
            path: path, problem: "this folder cannot be made: the one above it is gone or takes none",
            remedy: "Choose another folder.", code: EACCES)
    }

    /// Removes a file or an empty folder; one that is not there is no error.
    /// - Throws: `DataError.file`.
    package static func remove(_ path: String) throws(DataError) {
        var isFolder = false
        if case .folder = kind(path), !isLink(path) { isFolder = true }
        if (isFolder ? rmdir(path) : unlink(path)) == 0 || errno == ENOENT { return }
        throw error(path, doing: "cannot be removed")
    }

    /// Removes a folder with all that is in it, links as such; one that is not there is no error.
    /// - Throws: `DataError.file`.
    static func removeTree(_ path: String) throws(DataError) {
        if case .folder = kind(path), !isLink(path) {
            for name in try list(path) { try removeTree("\(path)/\(name)") }
        }
        try remove(path)
    }

    /// All bytes of a file.
    /// - Parameter longest: The most bytes that such a file can have.
    /// - Throws: `DataError.file`, `DataError.corrupt` when it is longer.
    package static func read(_ path: String, longest: Int = .max) throws(DataError) -> [UInt8] {
        var bytes: [UInt8] = []
        if case .file(let size) = kind(path) {
            guard size <= longest else {
                throw .corrupt(
                    path: path, problem: "it has \(size) bytes, and such a file has at most \(longest)",
                    remedy: "Put back a copy of it.")
            }
            bytes.reserveCapacity(size)
        }
        try forEachBlock(of: path) {
            bytes.append(contentsOf: $0)
            return true
        }
        return bytes
    }

    /// Whether the first bytes of a file are these.
    /// - Throws: `DataError.file`, `DataError.corrupt` when it is no file.
    static func begins(_ path: String, with bytes: [UInt8]) throws(DataError) -> Bool {
        var isSame = false
        try forEachBlock(of: path) {
            isSame = $0.starts(with: bytes)
            return false
        }
        return isSame
    }

    /// The CRC-32 of a file.
    /// - Throws: `DataError.file`.
    package static func checksum(of path: String) throws(DataError) -> UInt32 {
        var checksum = Checksum()
        try forEachBlock(of: path) {
            checksum.update($0)
            return true
        }
        return checksum.value
    }

    /// The CRC-32 of a file's first and last 64 KiB: tells files apart that are too large to be read whole for it.
    /// - Throws: `DataError.file`.
    package static func checksumOfEnds(of path: String) throws(DataError) -> UInt32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error(path, doing: "cannot be opened") }
        defer { close(descriptor) }
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { block.deallocate() }
        var checksum = Checksum()
        let end = lseek(descriptor, 0, SEEK_END)
        for offset in [0, max(0, end - off_t(block.count))] {
            var done = 0
            while done < block.count {
                let count = pread(descriptor, block.baseAddress! + done, block.count - done, offset + off_t(done))
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { throw error(path, doing: "cannot be read") }
                if count == 0 { break }
                done += count
            }
            checksum.update(UnsafeRawBufferPointer(rebasing: block[..<done]))
        }
        return checksum.value
    }

    /// Reads a file block by block, for as long as `body` gives true.
    /// - Throws: `DataError.file`, `DataError.corrupt` when it is no file, and what `body` throws.
    static func forEachBlock(
        of path: String, _ body: (UnsafeRawBufferPointer) throws(DataError) -> Bool
    ) throws(DataError) {
        // A pipe under the name of a file would be waited for.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw error(path, doing: "cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw noFile(path)
        }
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { block.deallocate() }
        while true {
            let count = systemRead(descriptor, block.baseAddress, block.count)
            if count == 0 { return }
            if count < 0 {
                if errno == EINTR { continue }
                throw error(path, doing: "cannot be read")
            }
            guard try body(UnsafeRawBufferPointer(rebasing: block[..<count])) else { return }
        }
    }

    /// What to say of a folder, a pipe or a device in the place of a file.
    static func noFile(_ path: String) -> DataError {
        .corrupt(path: path, problem: "this is not a file", remedy: "Put a copy of the file in its place.")
    }

    /// The bytes of all files in a folder and those in it.
    /// - Throws: `DataError.file`.
    static func bytes(inTree path: String) throws(DataError) -> Int {
        if case .file(let bytes) = kind(path) { return bytes }
        var bytes = 0
        for name in try list(path) { bytes += try self.bytes(inTree: "\(path)/\(name)") }
        return bytes
    }

    /// Makes a file durable that another descriptor has written.
    /// - Returns: Its size.
    /// - Throws: `DataError.file`.
    static func synchronizeFile(_ path: String) throws(DataError) -> Int {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error(path, doing: "cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw error(path, doing: "cannot be flushed to disk") }
        return Int(lseek(descriptor, 0, SEEK_END))
    }

    /// Makes the names in a folder durable.
    /// - Throws: `DataError.file`.
    package static func synchronizeFolder(_ path: String) throws(DataError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error(path, doing: "cannot be opened") }
        defer { close(descriptor) }
        // Some network file systems cannot flush a folder and say so; there is nothing more to do there.
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
            throw error(path, doing: "cannot be flushed to disk")
        }
    }

    /// What the operating system said, in words with a remedy.
    package static func error(_ path: String, doing what: String, code: Int32 = errno) -> DataError {
        let remedy =
            switch code {
            case ENOSPC, EDQUOT:
                "Free space on that disk, or choose a folder on another one, and run again: "
                    + "finished shards are kept."
            case EROFS: "The file system is read-only; choose a folder on another one."
            case EACCES, EPERM: "Change the permissions, or choose another folder."
            case ENOENT: "Check the path."
            case EEXIST: "There is a file of this name; choose another folder."
            case ENOTDIR: "A part of the path is a file; choose another folder."
            case EIO: "The disk reports a fault; check it, and run again on another one."
            case EMFILE, ENFILE: "Raise the limit of open files (ulimit -n)."
            default: "Run again when the cause is gone: finished shards are kept."
            }
        return .file(path: path, problem: "\(what): \(String(cString: strerror(code)))", remedy: remedy, code: code)
    }
}

/// The system's `read`, under a name that `FileSystem.read` does not hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
