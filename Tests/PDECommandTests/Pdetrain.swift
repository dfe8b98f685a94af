import Foundation
import PDEData

/// Runs the built `pdetrain` as a user does, in a folder with a small recipe and an experiment on it.
struct Pdetrain {
    private let shell = Pdegen()
    static let program = URL(fileURLWithPath: Pdegen.program).deletingLastPathComponent()
        .appendingPathComponent("pdetrain").path

    /// Writes `datasets/tiny.json` and `experiments/tiny.json`.
    init() throws {
        try write(
            """
            {
              "equation": { "name": "burgers", "viscosity": { "logUniform": [0.02, 0.2] } },
              "resolution": 256,
              "initial": { "kind": "fourier", "modes": 3 },
              "frames": { "count": 9, "interval": 0.02, "resolution": 32 },
              "samples": { "train": 12, "valid": 4, "test": 4 }
            }
            """, to: "datasets/tiny.json")
        try write(
            """
            {
              "data": { "recipe": "datasets/tiny.json", "parameters": ["viscosity"] },
              "task": { "kind": "step" },
              "model": { "kind": "fourier", "width": 8, "modes": 6, "layers": 2, "hidden": 16 },
              "optimizer": { "learningRate": 5e-3 },
              "budget": { "epochs": 2, "batch": 8 }
            }
            """, to: "experiments/tiny.json")
    }

    /// The folder that commands run in.
    var folder: String { shell.folder.path }

    /// Starts it; `wait` gives the result.
    func start(
        _ arguments: [String], environment: [String: String] = [:], program: String = Self.program
    ) throws -> Process {
        try shell.start(arguments, environment: environment, program: program)
    }

    func wait(_ process: Process) -> Pdegen.Result { shell.wait(process) }

    func callAsFunction(_ arguments: String...) throws -> Pdegen.Result { try wait(start(arguments)) }

    /// Runs the experiment with more arguments.
    func train(_ arguments: String...) throws -> Pdegen.Result {
        try wait(start(["experiments/tiny.json", "--threads", "1"] + arguments))
    }

    /// Runs `pdeeval` on a run in the same folder.
    func evaluate(_ arguments: String...) throws -> Pdegen.Result {
        let program = Self.program.replacingOccurrences(of: "pdetrain", with: "pdeeval")
        return try wait(shell.start(arguments, program: program))
    }

    func write(_ text: String, to file: String) throws {
        let path = URL(fileURLWithPath: "\(folder)/\(file)")
        try FileManager.default.createDirectory(
            at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: path)
    }

    /// Runs `pdegen` in the same folder.
    func generate(_ arguments: String...) throws -> Pdegen.Result { try wait(shell.start(arguments)) }

    func text(_ file: String) throws -> String { try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8) }

    func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(file)") }

    /// The numbers of a run's checkpoint, without the times in its metadata.
    func numbers(_ run: String, _ file: String = "last") throws -> [SafetensorsEntry] {
        try SafetensorsFile(path: "\(folder)/\(run)/checkpoint/\(file).safetensors").entries
    }

    /// Makes a checkpoint one of those that were written before there were checksums.
    func removeChecksum(_ run: String, _ file: String) throws {
        let path = "\(folder)/\(run)/checkpoint/\(file).safetensors"
        var checkpoint = try SafetensorsFile(path: path)
        checkpoint.metadata["format"] = "pdekit"
        let (bytes, start) = (checkpoint.bytes(), #"{"__metadata__":{"#.utf8.count)
        let length = bytes[..<8].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        var header = Array(bytes[8..<8 + length])
        header.removeSubrange(start..<start + #""checksum":"00000000","#.utf8.count)
        let prefix = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        try AtomicFile.write(prefix + header + bytes[(8 + length)...], to: path)
    }

    /// The bytes of every file in a folder, by path, but for locks, which name who holds them or has looked.
    func bytes(in folder: String) throws -> [String: Data] {
        var result: [String: Data] = [:]
        let root = "\(self.folder)/\(folder)"
        for case let file as String in FileManager.default.enumerator(atPath: root)! {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(root)/\(file)", isDirectory: &isFolder),
                !isFolder.boolValue,
                !"/\(file)".hasSuffix("/.lock")
            else { continue }
            result[file] = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(file)"))
        }
        return result
    }
}
