import Synchronization

/// Says on stderr how far a run is. Any number of threads may report to it.
///
///     let progress = ProgressReporter("generate", total: 1000, unit: "samples", mode: .automatic(arguments))
///     …                                          // on each worker, after each sample
///     progress.advance(extra: "worst CFL \(formatSignificant(cfl, digits: 2))")
///     …
///     progress.finish()
///
/// A report costs a clock reading and two atomic operations unless a line is due.
package final class ProgressReporter: Sendable {
    /// How progress is written.
    package enum Mode: Sendable {
        /// One line on the terminal, updated ten times a second and erased at the end.
        case terminal
        /// A line every five seconds, for files and pipes.
        case lines
        /// A JSON object a line, for machines: events start, progress (once a second), note, warning, finish.
        case json
        /// Warnings only.
        case quiet

        /// The mode that `--log` and `--quiet` ask for, else the one that suits stderr.
        package static func automatic(
            _ arguments: Arguments, isTerminal: Bool = StandardStream.error.isTerminal
        ) -> Mode {
            if arguments.isGiven("quiet") { return .quiet }
            if arguments.string("log") == "json" { return .json }
            return isTerminal ? .terminal : .lines
        }

        var interval: Double {
            switch self {
            case .terminal: 0.1
            case .lines: 5
            case .json: 1
            case .quiet: .infinity
            }
        }
    }

    private struct State {
        var extra = ""
        var isLineShown = false
        var isFinished = false
    }

    private static let eraseLine = "\r\u{1B}[K"

    /// The mode it was made with.
    package let mode: Mode
    private let title: String
    private let unit: String
    /// How many there are to do; −1 if nobody knows.
    private let total: Atomic<Int>
    private let initial: Int
    private let output: ProgressOutput
    private let start: Double
    private let doneCount: Atomic<Int>
    /// When the next line is due, in nanoseconds after the start.
    private let due: Atomic<Int>
    private let state = Mutex(State())

    /// Starts the clock and, on a terminal, shows the line.
    ///
    /// - Parameters:
    ///   - title: What is done, in a word: "generate".
    ///   - total: How many there are to do; nil if nobody knows.
    ///   - unit: What is counted, in the plural: "samples".
    ///   - done: How many were done by an earlier run.
    ///   - mode: How to write.
    ///   - output: Where to write.
    package init(
        _ title: String, total: Int?, unit: String, startingAt done: Int = 0, mode: Mode,
        output: ProgressOutput = .standardError
    ) {
        self.title = title
        self.total = Atomic(total ?? -1)
        self.unit = unit
        self.mode = mode
        self.output = output
        initial = done
        doneCount = Atomic(done)
        start = output.seconds()
        due = Atomic(mode == .quiet ? .max : Int(mode.interval * 1e9))
        switch mode {
        case .terminal: state.withLock { show(&$0) }
        case .json: write("start", status("").fields)
        case .lines, .quiet: break
        }
    }

    /// Reports that `done` items are done; of several threads' reports the highest counts.
    ///
    /// - Parameters:
    ///   - done: How many are done, those of earlier runs included.
    ///   - extra: What else to say, such as the worst CFL number; asked for only when a line is written. An empty text
    ///     leaves the last one standing.
    package func update(done: Int, extra: @autoclosure () -> String = "") {
        doneCount.max(done, ordering: .relaxed)
        showIfDue(extra)
    }

    /// Reports that `count` more items are done.
    package func advance(by count: Int = 1, extra: @autoclosure () -> String = "") {
        doneCount.add(count, ordering: .relaxed)
        showIfDue(extra)
    }

    /// Says that there are `count` more to do than was known, or fewer.
    package func expect(more count: Int) {
        if total.load(ordering: .relaxed) >= 0 { total.add(count, ordering: .relaxed) }
    }

    /// Writes a line that stays, such as "train/shard-0003.hdf5 is written".
    package func note(_ text: String) {
        switch mode {
        case .quiet: break
        case .json: state.withLock { _ in write("note", [("text", .string(text))]) }
        case .terminal, .lines: writeAbove(text)
        }
    }

    /// Writes a warning that stays, in every mode.
    package func warning(_ text: String) {
        if mode == .json {
            state.withLock { _ in write("warning", [("text", .string(text))]) }
        } else {
            writeAbove("warning: " + text)
        }
    }

    /// Writes an event of the run for machines; only the JSON mode shows it.
    package func event(_ name: String, _ fields: KeyValuePairs<String, LogValue>) {
        guard mode == .json else { return }
        state.withLock { _ in write(name, fields.map { ($0.key, $0.value) }) }
    }

    /// Ends the report: erases the line, or writes the last one. More calls do nothing.
    ///
    /// - Parameter extra: What to say in the last line; if empty, what the last report that was written said.
    package func finish(extra: String = "") {
        state.withLock { state in
            guard !state.isFinished else { return }
            if !extra.isEmpty { state.extra = extra }
            state.isFinished = true
            due.store(.max, ordering: .relaxed)
            switch mode {
            case .terminal: erase(&state)
            case .lines: output.write(status(state.extra).summary + "\n")
            case .json: write("finish", status(state.extra).fields)
            case .quiet: break
            }
        }
    }

    private func showIfDue(_ extra: () -> String) {
        guard mode != .quiet else { return }
        let now = Int((output.seconds() - start) * 1e9)
        let expected = due.load(ordering: .relaxed)
        guard now >= expected else { return }
        // Of the threads that find a line due, the one that moves the time on writes it.
        let next = now + Int(mode.interval * 1e9)
        guard due.compareExchange(expected: expected, desired: next, ordering: .relaxed).exchanged else { return }
        let extra = extra()
        state.withLock { state in
            guard !state.isFinished else { return }
            if !extra.isEmpty { state.extra = extra }
            show(&state)
        }
    }

    private func show(_ state: inout State) {
        let status = status(state.extra)
        switch mode {
        case .terminal:
            // The last column stays free: some terminals break the line when it is written.
            output.write(Self.eraseLine + truncated(status.line, to: output.columns() - 1))
            state.isLineShown = true
        case .lines: output.write(status.line + "\n")
        case .json: write("progress", status.fields)
        case .quiet: break
        }
    }

    private func writeAbove(_ text: String) {
        state.withLock { state in
            let wasShown = state.isLineShown
            erase(&state)
            output.write(text + "\n")
            if wasShown { show(&state) }
        }
    }

    private func erase(_ state: inout State) {
        if state.isLineShown { output.write(Self.eraseLine) }
        state.isLineShown = false
    }

    private func write(_ event: String, _ fields: [(String, LogValue)]) {
        output.write(LogValue.object([("event", .string(event))] + fields) + "\n")
    }

    private func status(_ extra: String) -> ProgressStatus {
        let total = total.load(ordering: .relaxed)
        return ProgressStatus(
            title: title, unit: unit, initial: initial, total: total < 0 ? nil : total,
            done: doneCount.load(ordering: .relaxed), elapsed: output.seconds() - start, extra: extra)
    }
}
