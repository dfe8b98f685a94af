import Glibc
import PDEConfig
import PDEData
import PDEPlot

/// The folder of one run.
struct RunFolder {
    let path: String
    private let kinds: Kinds
    private let lock: FileLock

    /// Takes the folder for this process; one that is refused is left as it is.
    ///
    /// - Throws: `TrainingError.occupied` when it is another experiment's or no run's, when a run is there and `resumes` is false,
    ///   or when another process trains into it.
    init(_ path: String, _ experiment: Experiment, _ kinds: Kinds, resumes: Bool) throws {
        self.path = path
        self.kinds = kinds
        let file = "\(path)/experiment.json"
        var changes: [(words: String, setting: String)] = []
        let content = FileSystem.exists(path) ? try FileSystem.list(path).filter { $0 != ".lock" } : []
        if FileSystem.exists(file) {
            let text = String(decoding: try FileSystem.read(file), as: UTF8.self)
            let there = try? StrictDecoder(kinds: kinds).decode(Experiment.self, from: JSON.parse(text, file: file))
            guard let there, there.difference(from: experiment) == nil else {
                throw TrainingError.occupied(
                    path: path,
                    reason: "this folder belongs to another experiment"
                        + (there.map { ": " + $0.changes(to: experiment).map(\.words).joined(separator: ", ") } ?? ""),
                    remedy: "Choose another folder with --out, or remove this one. Nothing was touched.")
            }
            changes = there.changes(to: experiment)
        } else if let stranger = content.first(where: {
            // Runs with other seeds have folders of their own in it.
            $0 != "checkpoint" && !$0.hasPrefix("seed-") && !$0.hasSuffix(".partial")
        }) {
            throw TrainingError.occupied(
                path: path, reason: "this folder holds files that are not a run's: \(stranger)",
                remedy: "Choose another folder with --out. Nothing was touched.")
        }
        try FileSystem.createFolder("\(path)/checkpoint")
        guard let lock = try FileLock.take("\(path)/.lock", waits: false) else {
            throw TrainingError.occupied(
                path: path, reason: "another process trains into this folder",
                remedy: "Wait for it, or choose another folder with --out.")
        }
        self.lock = lock
        guard resumes || !FileSystem.exists(last.path) else {
            throw TrainingError.occupied(
                path: path,
                reason: "this run has been begun already"
                    + (changes.isEmpty ? "" : ": " + changes.map(\.words).joined(separator: ", ")),
                remedy: "Go on with it: pdetrain \(path) --resume\(changes.map { " --set '\($0.setting)'" }.joined()). "
                    + "Or choose another folder with --out, or remove this one.")
        }
    }

    /// Whether a folder holds the run of an experiment with a seed.
    static func holds(_ path: String, _ experiment: Experiment, seed: UInt64, _ kinds: Kinds) -> Bool {
        let last = try? Checkpoint(path: "\(path)/checkpoint/last.safetensors", kinds).read()
        return last.map { $0.state.seed == seed && $0.experiment.difference(from: experiment) == nil } ?? false
    }

    /// The state to go on from, and the one that validated best.
    var last: Checkpoint { Checkpoint(path: "\(path)/checkpoint/last.safetensors", kinds) }
    var best: Checkpoint { Checkpoint(path: "\(path)/checkpoint/best.safetensors", kinds) }
    private var logPath: String { "\(path)/log.jsonl" }

    /// Writes the resolved experiment and the record of its data, and cuts from the log what comes after `state`.
    /// - Returns: what the log holds.
    /// - Throws: `TrainingError.checkpoint` when the log is not the one that was written; what writing throws.
    func begin(_ experiment: Experiment, _ record: SafetensorsFile?, _ state: TrainingState) throws -> LogExtent {
        let kept = try log(upTo: state)
        try record?.write(to: DataRecord.path(in: path))
        let json = try StrictEncoder().encode(experiment)
        try AtomicFile.write(json.serialized(pretty: true) + "\n", to: "\(path)/experiment.json")
        try AtomicFile.write(kept, to: logPath)
        return LogExtent().followed(by: kept)
    }

    private func log(upTo state: TrainingState) throws -> [UInt8] {
        guard FileSystem.exists(logPath) else { return [] }
        guard let extent = state.log else {
            let kept = try records().filter { $0.step <= state.step }
            return try kept.flatMap(Self.line)
        }
        guard let part = extent.part(of: try FileSystem.read(logPath)) else {
            throw TrainingError.checkpoint(
                path: logPath, problem: "its first \(extent.bytes) bytes are not those that were written",
                remedy: "Put back a copy of it, or remove it: only the curve of losses is lost.")
        }
        return Array(part)
    }

    private static func line(_ record: LogRecord) throws -> [UInt8] {
        Array((try StrictEncoder().encode(record).serialized(pretty: false) + "\n").utf8)
    }

    /// The log so far. A last line that a kill cut short is left out.
    /// - Throws: `TrainingError.checkpoint` when another line cannot be read.
    func records() throws -> [LogRecord] {
        guard FileSystem.exists(logPath) else { return [] }
        let text = String(decoding: try FileSystem.read(logPath), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var records: [LogRecord] = []
        // What stands after the last line's end is empty, or was cut short.
        for (number, line) in lines.dropLast().enumerated() {
            do {
                records.append(
                    try StrictDecoder().decode(LogRecord.self, from: JSON.parse(String(line), file: logPath)))
            } catch {
                throw TrainingError.checkpoint(
                    path: logPath, problem: "line \(number + 1) is not one that pdetrain wrote",
                    remedy: "Remove the line, or the file: only the curve of losses is lost.")
            }
        }
        return records
    }

    /// Adds a line to the log.
    /// - Returns: what the log holds then.
    func append(_ record: LogRecord, behind extent: LogExtent) throws -> LogExtent {
        let line = try Self.line(record)
        let descriptor = open(logPath, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.error(logPath, doing: "cannot be opened") }
        defer { close(descriptor) }
        let start = lseek(descriptor, 0, SEEK_END)
        let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == line.count, fsync(descriptor) == 0 else {
            let code = written >= 0 && written < line.count ? ENOSPC : errno
            ftruncate(descriptor, start)
            throw FileSystem.error(logPath, doing: "cannot be written", code: code)
        }
        return extent.followed(by: line)
    }

    /// Draws losses and learning rate against the step.
    func drawLoss(title: String) throws {
        let records = try records()
        guard !records.isEmpty else { return }
        try LossCurve(title: title, records).png(to: "\(path)/loss.png")
    }
}
