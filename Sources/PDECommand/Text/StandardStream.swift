import Glibc

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

    /// Writes all of the text. A stream that nobody reads any more is not an error of the program.
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
                    return
                }
            }
        }
    }
}
