#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// A folder that is either whole or not there: it is filled under the name `.<name>.partial` beside its place, and renamed.
///
/// What a killed process left under that name is removed by the next one; a lock keeps two from filling one folder.
struct PartialFolder {
    /// Where files are put until all are there.
    let path: String
    private let target: String
    private let lockPath: String
    private let lock: FileLock

    /// - Throws: `DataError.occupied` when something is in the folder's place or another process is filling it,
    ///   `DataError.file`.
    init(at target: String) throws(DataError) {
        self.target = target
        path = AtomicFile.temporaryPath(of: target)
        lockPath = path + ".lock"
        guard !FileSystem.exists(target), !FileSystem.isLink(target) else { throw Self.occupied(target) }
        // A lock waits for a folder that takes files.
        try FileSystem.createFolder(path)
        guard let lock = try FileLock.take(lockPath, waits: false) else {
            throw .occupied(path: target, reason: "another process is writing this folder")
        }
        self.lock = lock
        try FileSystem.removeTree(path)
        try FileSystem.createFolder(path)
    }

    private static func occupied(_ path: String) -> DataError {
        .occupied(path: path, reason: "something is there already, and an export makes a folder of its own")
    }

    /// Puts the folder in its place.
    /// - Parameter bytes: What was written: somebody may have removed files meanwhile.
    /// - Throws: `DataError.occupied`, `DataError.vanished`, `DataError.file`.
    func finish(holding bytes: Int) throws(DataError) {
        guard try FileSystem.bytes(inTree: path) == bytes else { throw .vanished(path: path) }
        try FileSystem.synchronizeFolder(path)
        guard rename(path, target) == 0 else {
            if [ENOTEMPTY, EEXIST, ENOTDIR].contains(errno) { throw Self.occupied(target) }
            throw FileSystem.error(target, doing: "cannot be put in place")
        }
        try? FileSystem.remove(lockPath)
        let slash = target.lastIndex(of: "/")
        try FileSystem.synchronizeFolder(slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? ".")
    }

    /// An error while the folder was filled, in its words: nothing of it is kept, and what is missing there was removed.
    func said(_ error: DataError) -> DataError {
        guard case .file(let file, let problem, let remedy, let code) = error else {
            // HDF5 does not say that it is the folder that is missing.
            return FileSystem.exists(path) ? error : .vanished(path: path)
        }
        return code == ENOENT && file.hasPrefix(path + "/")
            ? .vanished(path: path)
            : .file(
                path: file, problem: problem, remedy: remedy.replacing(": finished shards are kept", with: ""),
                code: code)
    }

    /// Removes all that was written.
    func discard() {
        try? FileSystem.removeTree(path)
        try? FileSystem.remove(lockPath)
    }
}
