import Glibc

/// Where a ``ProgressReporter`` writes and what clock it reads; tests give their own.
package struct ProgressOutput: Sendable {
    /// Writes a text at once.
    package let write: @Sendable (String) -> Void
    /// The terminal's width now.
    package let columns: @Sendable () -> Int
    /// Seconds on a clock that never goes back.
    package let seconds: @Sendable () -> Double

    /// An output made of its parts.
    package init(
        write: @escaping @Sendable (String) -> Void, columns: @escaping @Sendable () -> Int,
        seconds: @escaping @Sendable () -> Double
    ) {
        self.write = write
        self.columns = columns
        self.seconds = seconds
    }

    /// stderr and the system's monotonic clock.
    package static let standardError = ProgressOutput(
        write: { StandardStream.error.write($0) }, columns: { StandardStream.error.columns },
        seconds: {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        })
}
