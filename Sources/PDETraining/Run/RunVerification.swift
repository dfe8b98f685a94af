import PDEConfig
import PDEData
import PDEPlot

/// What a check of a run's folder found: every byte of it, against the checksums that its files carry.
public struct RunVerification: Sendable {
    /// All that is wrong; empty for a sound run.
    public private(set) var findings: [Finding] = []
    /// What could not be checked, because it was written before there were checksums, or is still to come.
    public private(set) var notes: [String] = []
    /// The files that were read.
    public private(set) var files = 0
    /// Their bytes.
    public private(set) var bytes = 0

    private let folder: String
    private let kinds: Kinds
    private static let (again, report) = (
        "Put back a copy of it, or train again into another folder.", "Run pdeeval again: it makes this file anew."
    )

    /// Whether a folder is one of a run, or of a report on runs.
    public static func isRun(_ folder: String) -> Bool {
        ["checkpoint", "experiment.json", "metrics.json"].contains { FileSystem.exists("\(folder)/\($0)") }
            && !FileSystem.exists("\(folder)/manifest.json")
    }

    /// Reads all of a run's folder.
    ///
    /// - Parameter kinds: what an experiment can name.
    public init(of folder: String, kinds: Kinds = Kinds()) {
        self.folder = folder
        self.kinds = kinds
        let last = checkpoint("last")
        let best = checkpoint("best")
        if FileSystem.exists("\(folder)/checkpoint") || FileSystem.exists("\(folder)/experiment.json") {
            checkExperiment(last ?? best)
            checkStates(last, best)
            if let last { checkLog(last.state) }
            if let content = best ?? last { checkRecord(content) }
        }
        for name in ["loss.png", "rollout.png", "rollout-animated.png", "samples.png"] {
            check(name, name == "loss.png" ? "Go on with --resume: it is drawn anew." : Self.report) {
                PNGCheck.problem(of: $0)
            }
        }
        for (name, form) in [("metrics.json", SealedText.Form.json), ("report.html", .page)] {
            guard FileSystem.exists("\(folder)/\(name)") else { continue }
            attempt(name, Self.report) { result in
                result.count(try FileSystem.read("\(folder)/\(name)"))
                if try !SealedText.read("\(folder)/\(name)", as: form).isSealed {
                    result.notes.append("\(name) carries no checksum")
                }
            }
        }
    }

    private mutating func count(_ content: [UInt8]) {
        files += 1
        bytes += content.count
    }

    private mutating func find(_ file: String, _ problem: String, _ remedy: String) {
        findings.append(Finding(path: file, problem: problem, remedy: remedy))
    }

    /// Does what may fail, and notes why it did.
    private mutating func attempt(
        _ file: String, _ remedy: String, _ body: (inout RunVerification) throws -> Void
    ) {
        do { try body(&self) } catch {
            let line = "\(error)".split(separator: "\n").first.map(String.init) ?? "it cannot be read"
            let place = "\(folder)/\(file): "
            find(file, line.hasPrefix(place) ? String(line.dropFirst(place.count)) : line, remedy)
        }
    }

    /// Checks a file that may be missing.
    private mutating func check(_ file: String, _ remedy: String, _ problem: ([UInt8]) -> String?) {
        guard FileSystem.exists("\(folder)/\(file)") else { return }
        let path = "\(folder)/\(file)"
        attempt(file, remedy) { result in
            let content = try FileSystem.read(path)
            result.count(content)
            if let problem = problem(content) { result.find(file, problem, remedy) }
        }
    }

    private mutating func checkpoint(_ name: String) -> Checkpoint.Content? {
        let file = "checkpoint/\(name).safetensors"
        guard FileSystem.exists("\(folder)/\(file)") else { return nil }
        let path = "\(folder)/\(file)"
        var content: Checkpoint.Content?
        attempt(file, Self.again) { result in
            result.count(try FileSystem.read(path))
            content = try Checkpoint(path: path, result.kinds).read()
            if let note = content?.note { result.notes.append(note) }
        }
        return content
    }

    /// The experiment's file is compared with what the checkpoints say.
    private mutating func checkExperiment(_ content: Checkpoint.Content?) {
        let file = "experiment.json"
        guard FileSystem.exists("\(folder)/\(file)") else { return find(file, "it is missing", Self.again) }
        let path = "\(folder)/\(file)"
        attempt(file, Self.again) { result in
            let read = try FileSystem.read(path)
            result.count(read)
            guard let text = String(validating: read, as: UTF8.self) else {
                return result.find(file, "it is not a text in UTF-8", Self.again)
            }
            let experiment = try StrictDecoder(kinds: result.kinds).decode(
                Experiment.self, from: JSON.parse(text, file: file))
            // One that has been gone on with in another way has its new one before its first new checkpoint.
            if let content, experiment != content.experiment {
                result.find(file, "it is not the experiment that the checkpoints are of", Self.again)
            }
        }
    }

    private mutating func checkStates(_ last: Checkpoint.Content?, _ best: Checkpoint.Content?) {
        let (lastFile, bestFile) = ("checkpoint/last.safetensors", "checkpoint/best.safetensors")
        if !FileSystem.exists("\(folder)/\(lastFile)") {
            notes.append("there is no \(lastFile): gone on with, the run begins anew")
        } else if let last, last.state.bestLoss != nil, !FileSystem.exists("\(folder)/\(bestFile)") {
            find(bestFile, "it is missing", Self.again)
        }
        guard let last, let best else { return }
        if last.state.seed != best.state.seed || !last.isOfRun(of: best) {
            find(bestFile, "it is of another run than \(lastFile)", Self.again)
        }
    }

    private mutating func checkLog(_ state: TrainingState) {
        let file = "log.jsonl"
        guard let extent = state.log else {
            return notes.append("\(file) is of before its checksum was kept: damage to it would not be seen")
        }
        guard extent.bytes > 0 || FileSystem.exists("\(folder)/\(file)") else { return }
        guard FileSystem.exists("\(folder)/\(file)") else { return find(file, "it is missing", Self.again) }
        check(file, "Put back a copy of it, or remove it: only the curve of losses is lost.") { log in
            if extent.part(of: log) == nil { return "its first \(extent.bytes) bytes are not those that were written" }
            return state.isFinished && log.count > extent.bytes ? "it goes on behind the run's end" : nil
        }
    }

    private mutating func checkRecord(_ content: Checkpoint.Content) {
        guard let crc32 = content.recordChecksum else { return }
        let folder = folder
        attempt("checkpoint/data.safetensors", Self.again) { result in
            result.count(try DataRecord.bytes(folder: folder, crc32: crc32))
        }
    }
}
