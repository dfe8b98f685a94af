import Foundation
import PDEConfig
import PDEData
import PDEPlot

/// The folder of one run.
struct RunFolder {
    let path: String
    private let lock: FileLock

    /// Takes the folder for this process.
    ///
    /// - Throws: `TrainingError.occupied` when it is another experiment's, when a run is there and `resumes` is false, or when
    ///   another process trains into it.
    init(_ path: String, _ experiment: Experiment, resumes: Bool) throws {
        self.path = path
        try FileSystem.createFolder("\(path)/checkpoint")
        guard let lock = try FileLock.take("\(path)/.lock", waits: false) else {
            throw TrainingError.occupied(
                path: path, reason: "another process trains into this folder",
                remedy: "Wait for it, or choose another folder with --out.")
        }
        self.lock = lock
        let file = "\(path)/experiment.json"
        guard FileSystem.exists(file) else { return }
        let text = String(decoding: try FileSystem.read(file), as: UTF8.self)
        let there = try? StrictDecoder().decode(Experiment.self, from: JSON.parse(text, file: file))
        guard there == experiment else {
            throw TrainingError.occupied(
                path: path, reason: "this folder belongs to another experiment",
                remedy: "Choose another folder with --out, or remove this one. Nothing was touched.")
        }
        guard resumes || !FileSystem.exists(last.path) else {
            throw TrainingError.occupied(
                path: path, reason: "this run has been begun already",
                remedy: "Go on with --resume, choose another folder with --out, or remove this one.")
        }
    }

    /// The state to go on from, and the one that validated best.
    var last: Checkpoint { Checkpoint(path: "\(path)/checkpoint/last.safetensors") }
    var best: Checkpoint { Checkpoint(path: "\(path)/checkpoint/best.safetensors") }
    private var logPath: String { "\(path)/log.jsonl" }

    /// Writes the resolved experiment, and cuts from the log what comes after `step`.
    func begin(_ experiment: Experiment, upTo step: Int) throws {
        let json = try StrictEncoder().encode(experiment)
        try AtomicFile.write(json.serialized(pretty: true) + "\n", to: "\(path)/experiment.json")
        let kept = try records().filter { $0.step <= step }
        let lines = try kept.map { try StrictEncoder().encode($0).serialized(pretty: false) + "\n" }
        try AtomicFile.write(lines.joined(), to: logPath)
    }

    /// The log so far. A last line that a kill cut short is left out.
    func records() throws -> [LogRecord] {
        guard FileSystem.exists(logPath) else { return [] }
        let text = String(decoding: try FileSystem.read(logPath), as: UTF8.self)
        return text.split(separator: "\n").compactMap { line in
            guard let json = try? JSON.parse(String(line), file: logPath) else { return nil }
            return try? StrictDecoder().decode(LogRecord.self, from: json)
        }
    }

    /// Adds a line to the log.
    func append(_ record: LogRecord) throws {
        let line = try StrictEncoder().encode(record).serialized(pretty: false) + "\n"
        guard let file = FileHandle(forWritingAtPath: logPath) else {
            throw FileSystem.error(logPath, doing: "cannot be opened")
        }
        defer { try? file.close() }
        do {
            try file.seekToEnd()
            try file.write(contentsOf: Data(line.utf8))
            try file.synchronize()
        } catch {
            throw FileSystem.error(logPath, doing: "cannot be written")
        }
    }

    /// Draws losses and learning rate against the step.
    func drawLoss(title: String) throws {
        let records = try records()
        guard !records.isEmpty else { return }
        try LossCurve(title: title, records).png(to: "\(path)/loss.png")
    }
}
