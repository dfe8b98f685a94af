#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// An exclusive lock on a file; the kernel gives it back when the process ends, however it ends.
package final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock; makes its file and folder if they are not there.
    /// - Parameter waits: Whether to wait for another holder, or to give up.
    /// - Returns: nil when another holder has it.
    /// - Throws: `DataError.file` when the file cannot be made or the file system has no locks.
    package static func take(_ path: String, waits: Bool) throws(DataError) -> FileLock? {
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            if descriptor < 0 {
                // The last holder may have removed the folder, too.
                if errno == ENOENT, let slash = path.lastIndex(of: "/") {
                    try FileSystem.createFolder(String(path[..<slash]))
                    continue
                }
                throw FileSystem.error(path, doing: "this lock cannot be made")
            }
            let lock = FileLock(descriptor: descriptor)
            while flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
                if errno == EINTR { continue }
                if errno == EWOULDBLOCK { return nil }
                throw FileSystem.error(path, doing: "this file system gives no locks")
            }
            // The last holder may have removed the file before we got its lock: then ours guards nothing.
            if lock.isStill(at: path) { return lock }
        }
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Given back by name: a child of this process that has not yet begun its own program would hold on to a descriptor that is
    /// only closed here.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private func isStill(at path: String) -> Bool {
        var mine = stat()
        var there = stat()
        return fstat(descriptor, &mine) == 0 && stat(path, &there) == 0
            && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev
    }
}
