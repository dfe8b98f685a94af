import Foundation

/// Runs the built `pdegen` as a user does.
struct Pdegen {
    struct Result {
        let status: Int32
        let output: String
        let errors: String
        /// Whether a signal ended it.
        let wasKilled: Bool
    }

    /// A folder that is removed with its last user; commands run in it.
    final class Folder {
        let path: String

        init() {
            path = FileManager.default.temporaryDirectory.appendingPathComponent("pdegen-\(UUID().uuidString)").path
            try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    let folder = Folder()

    /// The program beside the test program.
    static let program: String = {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0])
        return tests.deletingLastPathComponent().appendingPathComponent("pdegen").path
    }()

    /// Starts it, or another program; `wait` gives the result.
    func start(
        _ arguments: [String], environment: [String: String] = [:], program: String = Self.program
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Files and not pipes: nobody has to read along.
        process.standardOutput = try FileHandle(forWritingTo: file("output-\(UUID().uuidString)", of: process))
        process.standardError = try FileHandle(forWritingTo: file("errors-\(UUID().uuidString)", of: process))
        try process.run()
        return process
    }

    func wait(_ process: Process) -> Result {
        process.waitUntilExit()
        func text(_ handle: Any?) -> String {
            guard let handle = handle as? FileHandle else { return "" }
            let path = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/fd/\(handle.fileDescriptor)")
            return path.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? ""
        }
        return Result(
            status: process.terminationStatus, output: text(process.standardOutput),
            errors: text(process.standardError), wasKilled: process.terminationReason == .uncaughtSignal)
    }

    func callAsFunction(_ arguments: String..., environment: [String: String] = [:]) throws -> Result {
        try wait(start(arguments, environment: environment))
    }

    private func file(_ name: String, of process: Process) throws -> URL {
        let folder = self.folder.path + "/.streams"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(name)"
        try Data().write(to: URL(fileURLWithPath: path))
        return URL(fileURLWithPath: path)
    }

    /// Writes a small recipe, with text replaced, and gives its name.
    func recipe(_ name: String = "small.json", replacing: [(String, String)] = []) throws -> String {
        var text = """
            {
              "name": "small",
              "equation": { "name": "burgers", "viscosity": { "logUniform": [0.01, 0.05] } },
              "resolution": 256,
              "initial": { "kind": "fourier", "modes": 3 },
              "frames": { "count": 21, "interval": 0.02 },
              "samples": { "train": 12, "valid": 4, "test": 4, "perShard": 2 }
            }
            """
        for (old, new) in replacing { text = text.replacingOccurrences(of: old, with: new) }
        try text.write(toFile: "\(folder.path)/\(name)", atomically: true, encoding: .utf8)
        return name
    }

    /// The bytes of all files whose bytes are promised, by path.
    func promisedBytes(in dataset: String) throws -> [String: Data] {
        var result: [String: Data] = [:]
        let root = "\(folder.path)/\(dataset)"
        for case let file as String in FileManager.default.enumerator(atPath: root)! {
            if [".hdf5", ".xdmf", ".yaml", ".png"].contains(where: file.hasSuffix) {
                result[file] = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(file)"))
            }
        }
        return result
    }
}
