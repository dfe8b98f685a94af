import Glibc
import Synchronization

/// How often SIGINT or SIGTERM came. Lock-free, so that the signal handler may change it.
private let signalCount = Atomic<Int>(0)
/// Whether someone polls for signals; the first one ends the process otherwise.
private let isAwaited = Atomic<Bool>(false)
/// Whether the first signal is answered on stderr.
private let announces = Atomic<Bool>(false)

/// Stopping at the person's wish: the first SIGINT or SIGTERM asks, the second one ends the process.
///
/// Workers poll ``isRequested`` between samples or steps, save what can be continued, and return; the verb then gives
/// ``ExitCode/interrupted``.
package enum Interrupt {
    /// Whether a signal has asked the process to stop. Cheap enough to be polled in every step.
    package static var isRequested: Bool { signalCount.load(ordering: .relaxed) > 0 }

    /// Has SIGINT and SIGTERM end the process with ``ExitCode/interrupted`` from now on: while there is nothing to save. Ends it
    /// at once if one has come already.
    package static func endsProcess() {
        isAwaited.store(false, ordering: .relaxed)
        if isRequested { _exit(ExitCode.interrupted.rawValue) }
        catchSignals()
    }

    /// Starts catching SIGINT and SIGTERM for workers that poll.
    ///
    /// - Parameter announce: Whether the first signal prints a line on stderr that says what happens now; not wanted
    ///   where stderr carries JSON.
    package static func install(announce: Bool = false) {
        announces.store(announce, ordering: .relaxed)
        isAwaited.store(true, ordering: .relaxed)
        catchSignals()
    }

    private static func catchSignals() {
        // Touched here so that the handler meets globals that exist.
        _ = (isRequested, announces.load(ordering: .relaxed))
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handleSignal
        action.sa_flags = SA_RESTART
        sigemptyset(&action.sa_mask)
        sigaction(SIGINT, &action, nil)
        sigaction(SIGTERM, &action, nil)
        // A parent may have started this process from a thread with signals blocked, and the mask is inherited.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        sigaddset(&wanted, SIGINT)
        sigaddset(&wanted, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    }

    /// Throws an interrupt as an error if one is requested, for code that has nothing to save.
    package static func check() throws(CommandError) {
        if isRequested { throw CommandError("interrupted", exitCode: .interrupted) }
    }
}

/// The signal handler: only atomics, `write` and `_exit`, which POSIX allows there.
private func handleSignal(_ signal: Int32) {
    guard signalCount.add(1, ordering: .relaxed).oldValue == 0, isAwaited.load(ordering: .relaxed) else {
        _exit(ExitCode.interrupted.rawValue)
    }
    guard announces.load(ordering: .relaxed) else { return }
    let text: StaticString = "\nstopping at the next safe point; interrupt again to stop at once\n"
    let saved = errno
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    errno = saved
}
