import Glibc
import Synchronization

/// What the system said when results could not be written; 0 while it has said nothing.
private let outputFailure = Atomic<Int32>(0)

/// stdout or stderr, written at once and without a buffer, so that lines of both stand in the order they were made.
package struct StandardStream: Sendable {
    /// Results.
    package static let output = StandardStream(descriptor: STDOUT_FILENO)
    /// Progress, warnings and errors.
    package static let error = StandardStream(descriptor: STDERR_FILENO)

    private let descriptor: Int32

    /// Whether a person looks at it: it is a terminal that can move its cursor.
    package var isTerminal: Bool {
        guard isatty(descriptor) == 1, let kind = getenv("TERM") else { return false }
        return String(cString: kind) != "dumb"
    }

    /// The width of the terminal in columns; 80 if the system does not say.
    package var columns: Int {
        var size = winsize()
        let known = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return known ? Int(size.ws_col) : 80
    }

    /// Why a result could not be written; nil if all went well, or if whoever read them has heard enough (`| head`).
    package static var failure: String? {
        let code = outputFailure.load(ordering: .relaxed)
        return code == 0 ? nil : String(cString: strerror(code))
    }

    /// Lets writing to a pipe that nobody reads any more fail, where it would end the process and its work.
    package static func outliveReaders() { signal(SIGPIPE, SIG_IGN) }

    /// Writes all of the text. A stream that nobody reads any more is not an error of the program; what else keeps a result from
    /// being written, such as a full disk, is remembered as ``failure``.
    package func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + start, bytes.count - start)
                if count > 0 {
                    start += count
                } else if count < 0, errno == EINTR || errno == EAGAIN {
                    continue
                } else {
                    if descriptor == STDOUT_FILENO, errno != EPIPE { outputFailure.store(errno, ordering: .relaxed) }
                    return
                }
            }
        }
    }
}
