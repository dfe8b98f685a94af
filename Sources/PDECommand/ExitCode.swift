/// What a command's exit status says: the codes of `sysexits.h`, and 130 for an interrupt.
package enum ExitCode: Int32, Sendable {
    /// Everything asked for was done.
    case ok = 0
    /// The command line is wrong.
    case usage = 64
    /// A file was read but its content is wrong, or a result failed its checks.
    case badData = 65
    /// An input file does not exist or cannot be opened.
    case noInput = 66
    /// A fault of the program itself.
    case `internal` = 70
    /// An output file or folder cannot be made.
    case cannotCreate = 73
    /// Reading or writing failed on the way.
    case inputOutput = 74
    /// The part that was asked for is done, and others of the whole are missing that nobody makes.
    case unfinished = 75
    /// Stopped by SIGINT or SIGTERM; the work can be continued.
    case interrupted = 130
}
