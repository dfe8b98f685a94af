import PDEConfig

/// An error for the person at the command line: what is wrong, what to do about it, and the exit code.
package struct CommandError: Error, Equatable, CustomStringConvertible {
    /// One sentence without a full stop: what, where, and what was found.
    package let message: String
    /// What to do next, one line each.
    package let advice: [String]
    /// The process's exit code.
    package let exitCode: ExitCode

    /// An error with its advice; wrong command lines are the common case.
    package init(_ message: String, advice: [String] = [], exitCode: ExitCode = .usage) {
        self.message = message
        self.advice = advice
        self.exitCode = exitCode
    }

    /// A name that is none of those there are: all of them, and the one that was probably meant.
    ///
    /// - Parameters:
    ///   - problem: what there is not, such as "no benchmark"; the name follows it.
    ///   - name: the name that was found.
    ///   - names: those there are.
    package init(_ problem: String, name: String, among names: [String]) {
        self.init(
            "\(problem) '\(name)'",
            advice: [
                nearest(name, among: names).map { "did you mean \($0)?" },
                "there are: \(names.joined(separator: ", "))",
            ].compactMap(\.self))
    }

    /// The text for stderr: `program: error: message`, then the advice indented by two spaces.
    package func rendered(program: String) -> String {
        (["\(program): error: \(message)"] + advice.map { "  " + $0 }).map(Self.shortened).joined(separator: "\n")
            + "\n"
    }

    /// A line without its middle, if it repeats megabytes of what was found.
    private static func shortened(_ line: String) -> String {
        line.utf8.count <= 4000 ? line : "\(line.prefix(1000)) … \(line.suffix(1000))"
    }

    /// The message and the advice, for logs.
    package var description: String { ([message] + advice).joined(separator: "; ") }

    /// Any error as one for the command line: its description's first line is the message, the others are advice.
    ///
    /// The exit code is that of an ``ExitCodeProviding`` error; other errors are faults of the program.
    package init(_ error: any Error) {
        if let error = error as? CommandError {
            self = error
            return
        }
        let lines = "\(error)".split(separator: "\n").map { String($0.drop { $0 == " " }) }
        let exitCode = (error as? any ExitCodeProviding)?.exitCode ?? .internal
        self.init(lines.first ?? "unknown error", advice: Array(lines.dropFirst()), exitCode: exitCode)
    }
}

/// An error of a lower target that knows what it means for the process.
package protocol ExitCodeProviding: Error {
    /// The process's exit code if nobody handles the error.
    var exitCode: ExitCode { get }
}
