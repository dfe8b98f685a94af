#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// An exclusive lock on a file, whose holder stands in the file.
///
/// Where the file system locks files, the kernel gives the lock back when the process ends, however it ends. Where it does not,
/// or only among the processes of one node, the lock is a link beside the file, `.held`, that only one process can create and that
/// leads to its name; one that a killed process left is taken over on its host, and must be removed by hand elsewhere.
package final class FileLock: Sendable {
    private enum Hold {
        case locked(Int32)
        case created(String)
    }

    private let hold: Hold

    private init(_ hold: Hold) { self.hold = hold }

    /// How the kernel locks an open file: `flock`, but for tests.
    package typealias Locking = (_ descriptor: Int32, _ operation: Int32) -> Int32

    /// Takes the lock; makes its file and folder if they are not there.
    /// - Parameters:
    ///   - waits: Whether to wait for another holder, or to give up.
    ///   - patience: For how many seconds to wait for a holder of which nobody here can tell whether it still runs.
    /// - Returns: nil when another holder has it.
    /// - Throws: `DataError.file` when the file cannot be made, and when patience ends.
    package static func take(
        _ path: String, waits: Bool, patience: Double = 300, locking: Locking = flock
    ) throws(DataError) -> FileLock? {
        if MountTable.locksStayLocal(at: path) { return try create(path, waits, patience) }
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
            let lock = FileLock(.locked(descriptor))
            var isSecondTry = false
            while locking(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
                switch errno {
                case EINTR: continue
                case EWOULDBLOCK:
                    if isSecondTry { return nil }
                    // It may have been someone who only looked whether it is held.
                    isSecondTry = true
                    usleep(20_000)
                case ENOLCK, ENOSYS, EOPNOTSUPP, EINVAL: return try create(path, waits, patience)
                default: throw FileSystem.error(path, doing: "this lock cannot be taken")
                }
            }
            // The last holder may have removed the file before we got its lock: then ours guards nothing.
            guard isStill(descriptor, at: path) else { continue }
            // For those who ask; the lock does not depend on it.
            let name = Array(LockHolder.this.text.utf8)
            if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, name, name.count, 0) }
            return lock
        }
    }

    /// Who holds the lock, and what to do if that process runs no more; nil if nobody does.
    /// - Throws: As `take`.
    package static func holder(of path: String, locking: Locking = flock) throws(DataError) -> String? {
        if try take(path, waits: false, locking: locking) != nil { return nil }
        if let holder = LockHolder(link: created(path)) { return words(on: holder, created(path)) }
        return LockHolder(file: path)?.description ?? "another process"
    }

    /// Given back by name: a child of this process that has not yet begun its own program would hold on to a descriptor that is
    /// only closed here.
    deinit {
        switch hold {
        case .locked(let descriptor):
            flock(descriptor, LOCK_UN)
            close(descriptor)
        case .created(let file):
            if LockHolder(link: file) == .this { unlink(file) }
        }
    }

    private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
        var mine = stat()
        var there = stat()
        return fstat(descriptor, &mine) == 0 && stat(path, &there) == 0
            && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev
    }
}

// MARK: Locks that are links

extension FileLock {
    private static func created(_ path: String) -> String { path + ".held" }

    private static func create(
        _ path: String, _ waits: Bool, _ patience: Double
    ) throws(DataError) -> FileLock? {
        let file = created(path)
        let start = ContinuousClock.now
        var vanished = 0
        while true {
            if try createLink(file) { return FileLock(.created(file)) }
            guard let holder = LockHolder(link: file) else {
                // It was given back meanwhile, unless it is always so.
                vanished += 1
                guard vanished < 1000 else {
                    throw .file(
                        path: file, problem: "a lock should be here, and this is none", remedy: "Remove it.",
                        code: EEXIST)
                }
                continue
            }
            if holder.isGone, try removeLink(file, of: holder) { continue }
            guard waits else { return nil }
            if !holder.isNear, (ContinuousClock.now - start) / .seconds(1) > patience {
                throw .file(
                    path: file, problem: "this lock is held by \(words(on: holder, file))",
                    remedy: "Then run again; finished shards are kept.", code: EWOULDBLOCK)
            }
            usleep(50_000)
        }
    }

    private static func words(on holder: LockHolder, _ file: String) -> String {
        holder.isNear ? "\(holder)" : "\(holder) (if it runs no more, remove \(file))"
    }

    /// Creates a link to this process's name, or gives false where there is one: no moment lies between the two, and no file
    /// system makes the same link twice.
    private static func createLink(_ path: String) throws(DataError) -> Bool {
        if symlink(LockHolder.this.text, path) == 0 { return true }
        if errno == EEXIST { return false }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/") else {
            throw FileSystem.error(path, doing: "this lock cannot be made")
        }
        try FileSystem.createFolder(String(path[..<slash]))
        return try createLink(path)
    }

    /// Removes what a process that runs no more has left; false while another process is about to.
    ///
    /// Of several that find it, the one that creates a second link removes it, having looked again: else another would remove
    /// the lock that the first has taken meanwhile.
    private static func removeLink(_ file: String, of holder: LockHolder) throws(DataError) -> Bool {
        let sign = file + ".takeover"
        guard try createLink(sign) else { return false }
        defer { unlink(sign) }
        if LockHolder(link: file) == holder { unlink(file) }
        return true
    }
}
