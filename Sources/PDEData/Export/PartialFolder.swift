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
    /// - Throws: `DataError.occupied`, `DataError.file`.
    func finish() throws(DataError) {
        try FileSystem.synchronizeFolder(path)
        guard rename(path, target) == 0 else {
            if [ENOTEMPTY, EEXIST, ENOTDIR].contains(errno) { throw Self.occupied(target) }
            throw FileSystem.error(target, doing: "cannot be put in place")
        }
        try? FileSystem.remove(lockPath)
        let slash = target.lastIndex(of: "/")
        try FileSystem.synchronizeFolder(slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? ".")
    }

    /// Removes all that was written.
    func discard() {
        try? FileSystem.removeTree(path)
        try? FileSystem.remove(lockPath)
    }
}
