#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The process that holds a lock, as the lock's file names it.
package struct LockHolder: Equatable, Sendable, CustomStringConvertible {
    /// The host's name.
    package let host: String
    /// Which processes the number is one of: containers of one host count their own.
    let processSpace: String
    /// The process's number.
    package let process: Int32
    /// When it began, in clock ticks after the host's start: numbers are given again.
    let start: String

    /// This process.
    package static var this: LockHolder {
        LockHolder(
            host: word { gethostname($0, $1) == 0 } ?? "unknown", processSpace: currentProcessSpace, process: getpid(),
            start: startTime(of: getpid()) ?? "0")
    }

    /// The process that a lock's file names; nil if it names none.
    init?(file: String) {
        guard let bytes = try? FileSystem.read(file) else { return nil }
        self.init(text: String(decoding: bytes, as: UTF8.self))
    }

    /// The process to whose name a link leads; nil if there is no link.
    init?(link: String) {
        guard let text = Self.word({ readlink(link, $0, $1) > 0 }) else { return nil }
        self.init(text: text)
    }

    private init?(text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 4, let process = Int32(words[2]) else { return nil }
        self.init(host: words[0], processSpace: words[1], process: process, start: words[3])
    }

    init(host: String, processSpace: String, process: Int32, start: String) {
        self.host = host
        self.processSpace = processSpace
        self.process = process
        self.start = start
    }

    /// What the lock's file holds.
    var text: String { "\(host) \(processSpace) \(process) \(start)" }

    /// Such as "process 4711 on node07".
    package var description: String { "process \(process) on \(host)" }

    /// Whether this process can tell if that one runs.
    var isNear: Bool { host == Self.this.host && processSpace == Self.currentProcessSpace }

    /// Whether it is known that it runs no more.
    var isGone: Bool { isNear && Self.startTime(of: process) != start }

    private static var currentProcessSpace: String {
        word { readlink("/proc/self/ns/pid", $0, $1) > 0 } ?? "all"
    }

    /// What a call of the system writes into a buffer of some size, or nil where it fails.
    private static func word(_ call: (UnsafeMutablePointer<CChar>, Int) -> Bool) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            buffer.initialize(repeating: 0)
            return call(buffer.baseAddress!, buffer.count - 1) ? String(cString: buffer.baseAddress!) : nil
        }
    }

    /// Nil if there is no such process.
    private static func startTime(of process: Int32) -> String? {
        #if os(Linux)
            guard let bytes = try? FileSystem.read("/proc/\(process)/stat") else { return nil }
            // The name, in parentheses, may hold anything.
            let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 19 ? String(fields[19]) : nil
        #else
            return kill(process, 0) == 0 || errno == EPERM ? "0" : nil
        #endif
    }
}
