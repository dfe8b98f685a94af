import CHDF5
#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Where an HDF5 call works: the file and the object's name in it, for messages.
package struct HDF5Place: Sendable {
    package var path: String
    package var object: String

    package init(path: String, object: String = "/") {
        self.path = path
        self.object = object
    }

    package func appending(_ name: String) -> HDF5Place {
        HDF5Place(path: path, object: object == "/" ? "/" + name : object + "/" + name)
    }

    /// What to say of an object that is not as files of this layout have it.
    func unsound(_ problem: String) -> DataError {
        .corrupt(
            path: path, problem: "\(object) \(problem)",
            remedy: "Copy the file again from where it came, or run the recipe of its dataset: it makes it anew.")
    }
}

/// The door to the HDF5 library: one caller at a time, every result checked.
package enum HDF5 {
    /// Serial HDF5 is not thread-safe. Recursive, because an identifier may be released inside a call.
    private static let lock: RecursiveLock = {
        // A file that could not be flushed, on a full disk, makes the library (1.10.8) crash when it ends with the process.
        // All files are closed by their owners.
        H5dont_atexit()
        return RecursiveLock()
    }()

    /// Runs `body` while no other thread is inside HDF5.
    package static func exclusively<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        lock.lock()
        defer { lock.unlock() }
        return try body()
    }

    /// Runs one library call and turns a negative result into an error with the library's own words.
    @discardableResult
    package static func call<R: SignedInteger>(
        _ operation: String, _ place: HDF5Place, _ body: () -> R
    ) throws(DataError) -> R {
        lock.lock()
        defer { lock.unlock() }
        CHDF5_silence()
        let result = body()
        guard result < 0 else { return result }
        let message = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 2048) { buffer in
            CHDF5_take_error(buffer.baseAddress!, buffer.count)
            return String(cString: buffer.baseAddress!)
        }
        throw .hdf5(path: place.path, object: place.object, operation: operation, message: message)
    }

    /// The version of the linked library, such as `1.10.8`.
    package static var version: String {
        var major: UInt32 = 0
        var minor: UInt32 = 0
        var release: UInt32 = 0
        _ = exclusively { H5get_libversion(&major, &minor, &release) }
        return "\(major).\(minor).\(release)"
    }
}

/// A mutex that its owner may take again. Unchecked: the mutex is the one mutable thing and guards itself.
private final class RecursiveLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }
}
