import Glibc

/// How much main memory this process takes.
public enum ResidentMemory {
    /// Bytes now; nil where the system does not say.
    public static var bytes: Int? { kilobytes("VmRSS") }

    /// The most bytes since the process began, or since `forgetPeak()`; nil where the system does not say.
    public static var peakBytes: Int? { kilobytes("VmHWM") }

    /// Lets `peakBytes` begin with what is taken now.
    ///
    /// - Returns: whether the system does so.
    public static func forgetPeak() -> Bool {
        let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return write(file, "5", 1) == 1
    }

    private static func kilobytes(_ key: String) -> Int? {
        SystemFile.contents(of: "/proc/self/status").flatMap { AvailableMemory.kilobytes(key, in: $0) }
    }
}
