import Glibc

/// A mutex with condition variables to wait on, which `Synchronization` does not offer.
///
/// Unchecked: the pointers never change after `init`, and POSIX makes what they point to safe to share.
final class Monitor: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let conditions: UnsafeMutableBufferPointer<pthread_cond_t>

    /// A monitor whose conditions are numbered from 0.
    init(conditions count: Int) {
        mutex = .allocate(capacity: 1)
        conditions = .allocate(capacity: count)
        pthread_mutex_init(mutex, nil)
        for i in 0..<count {
            pthread_cond_init(conditions.baseAddress! + i, nil)
        }
    }

    deinit {
        for i in conditions.indices {
            pthread_cond_destroy(conditions.baseAddress! + i)
        }
        pthread_mutex_destroy(mutex)
        conditions.deallocate()
        mutex.deallocate()
    }

    func lock() { pthread_mutex_lock(mutex) }

    func unlock() { pthread_mutex_unlock(mutex) }

    /// Gives up the lock, sleeps until the condition is announced (or for no reason), takes the lock again.
    func wait(for condition: Int) { pthread_cond_wait(conditions.baseAddress! + condition, mutex) }

    /// Wakes every thread that waits for the condition.
    func announce(_ condition: Int) { pthread_cond_broadcast(conditions.baseAddress! + condition) }
}
