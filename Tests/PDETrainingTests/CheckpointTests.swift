import Foundation
import PDEConfig
import PDECore
import PDEData
import PDETensor
import PDETraining
import Testing

/// What is read from a checkpoint is checked before it is used: errors, and never a trap, a hang or memory beyond the file's.
@Suite(.serialized) struct CheckpointTests {
    private static let made = Result { try finishedRun() }
    private let small: SmallRun
    private let training: Training
    private let files: [String: SafetensorsFile]
    private var best: String { "\(training.folder)/checkpoint/best.safetensors" }
    private var last: String { "\(training.folder)/checkpoint/last.safetensors" }

    private static func finishedRun() throws -> (SmallRun, Training, [String: SafetensorsFile]) {
        let small = try SmallRun()
        let model = JSON.object([("kind", "fourier"), ("width", 3), ("modes", 3), ("layers", 1), ("hidden", 4)])
        let training = small.training(try small.experiment(["model": model, "budget.epochs": 1]), "run")
        try small.run(training)
        let files = try ["best", "last"].map {
            ($0, try SafetensorsFile(path: "\(training.folder)/checkpoint/\($0).safetensors"))
        }
        return (small, training, Dictionary(uniqueKeysWithValues: files))
    }

    /// Each test begins with a sound run.
    init() throws {
        (small, training, files) = try Self.made.get()
        for (name, file) in files { try file.write(to: "\(training.folder)/checkpoint/\(name).safetensors") }
    }

    private func score() throws -> Double {
        let model = try TrainedModel<Float>(folder: training.folder, on: CPUBackend(threads: 1))
        _ = try NetworkStepper<Float>(folder: training.folder)
        return try model.loss(split: .test).loss
    }

    /// What is said of a checkpoint; nil when it is used.
    private func refusal(_ use: () throws -> Void) -> String? {
        do {
            try use()
            return nil
        } catch { return "\(error)" }
    }

    @Test func everyFlippedBitOfACheckpointIsRefused() throws {
        let bytes = try #require(files["best"]).bytes()
        var stream = RandomStream(seed: 1, index: 0, purpose: "bits")
        for _ in 0..<200 {
            var flipped = bytes
            flipped[stream.integer(below: bytes.count)] ^= 1 << UInt8(stream.integer(below: 8))
            try AtomicFile.write(flipped, to: best)
            #expect(throws: (any Error).self) { try TrainedRun(folder: training.folder) }
        }
    }

    @Test func checkpointsWithoutChecksumOpenAndSaySo() throws {
        let (score, file) = (try score(), try SafetensorsFile(path: best))
        #expect(try TrainedRun(folder: training.folder).warning == nil)
        try unsealed(file, format: "pdekit").write(to: URL(fileURLWithPath: best))
        let warning = try TrainedRun(folder: training.folder).warning
        #expect(warning?.contains("best.safetensors carries no checksum") == true)
        #expect(try self.score() == score)
        // A checksum is not lost in silence.
        try unsealed(file, format: "pdekit-2").write(to: URL(fileURLWithPath: best))
        #expect(refusal { _ = try self.score() }?.contains("its checksum was taken away") == true)
    }

    /// The file as it was written before there were checksums.
    private func unsealed(_ file: SafetensorsFile, format: String) -> Data {
        var file = file
        file.metadata["format"] = format
        let bytes = file.bytes()
        let length = bytes[..<8].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        let seal = #""checksum":"00000000","#.utf8.count
        var header = Array(bytes[8..<8 + length])
        header.removeSubrange(#"{"__metadata__":{"#.utf8.count..<#"{"__metadata__":{"#.utf8.count + seal)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) } + Data(header)
            + Data(bytes[(8 + length)...])
    }

    /// Every value in a checkpoint's texts, replaced by some that a sound file never has or that another model would have.
    @Test(arguments: [("best", "model"), ("best", "state"), ("last", "state")])
    func everyValueMayBeWrong(_ name: String, _ text: String) throws {
        let file = try #require(files[name])
        let hostile: [JSON] = [
            -1, 1e18, "", .array([]), 0, -1e18, "fourier", .array([0]), 1, 1e300, .null, .array([.number(Int.max)]), 2,
            .number(Int.max), .bool(true), .array(Array(repeating: 1, count: 9)), .object([]),
        ]
        let json = try JSON.parse(try #require(file.metadata[text]), file: "x")
        let paths = paths(json)
        var refused = 0
        for (number, path) in paths.enumerated() {
            for place in 0..<5 {
                var changed = file
                let value = hostile[(number + 4 * place) % hostile.count]
                changed.metadata[text] = replaced(json, path[...], value).serialized(pretty: false)
                try changed.write(to: "\(training.folder)/checkpoint/\(name).safetensors")
                let said = refusal {
                    if name == "best" { _ = try score() } else { try small.run(training, resumes: true) }
                }
                refused += said == nil ? 0 : 1
            }
        }
        #expect(refused > 2 * paths.count)
    }

    private func paths(_ json: JSON, _ path: [String] = []) -> [[String]] {
        let members = json.members?.map { ($0.name, $0.value) } ?? json.array?.enumerated().map { ("\($0)", $1) } ?? []
        return [path] + members.flatMap { paths($1, path + [$0]) }
    }

    private func replaced(_ json: JSON, _ path: ArraySlice<String>, _ value: JSON) -> JSON {
        guard let first = path.first else { return value }
        if let members = json.members {
            return .object(
                members.map { ($0.name, $0.name == first ? replaced($0.value, path.dropFirst(), value) : $0.value) })
        }
        return .array(
            (json.array ?? []).enumerated().map { "\($0)" == first ? replaced($1, path.dropFirst(), value) : $1 })
    }

    @Test(arguments: [
        ("grid", JSON.array([0]), "the grid [0]"), ("grid", .array([.number(Int.max)]), "grid"),
        ("isPeriodic", .array([]), "the grid [32] with 0 axes"), ("channels", .array([]), "0 channels"),
        ("frameStride", 0, "steps by 0 frames"), ("timeStep", -1, "and -1.0 in time"),
        ("normalization.stateMean", .array([0, 0]), "not of 1 channels and 1 parameters"),
        ("normalization.parameterIsLogarithmic", .array([]), "not of 1 channels"),
        ("normalization.stateDeviation", .array([0]), "deviations that are not positive"),
        ("experiment.model.width", 4096, "numbers, and a model as it says has"),
        ("experiment.model.modes", .array([3, 3, 3]), "3 numbers for a grid of 1 axes"),
        ("experiment.task.history", 0, "history"),
    ])
    func modelsThatCannotBeAreRefused(_ key: String, _ value: JSON, _ words: String) throws {
        var file = try #require(files["best"])
        var json = try JSON.parse(try #require(file.metadata["model"]), file: "x")
        try json.set(key, to: value)
        file.metadata["model"] = json.serialized(pretty: false)
        try file.write(to: best)
        let said = try #require(refusal { _ = try score() })
        #expect(said.contains(words), "\(said)")
    }

    @Test(arguments: [
        ("step", JSON.number(-1), "negative counts"), ("bestStep", 1000, "ahead of its own step"),
        ("position.batch", .number(Int.max), "batch 9223372036854775807"), ("position.epoch", 7, "of epoch 7"),
        ("step", .number(Int.max), "step 9223372036854775807 is not batch"), ("position.batch", 5, "is not batch 5"),
    ])
    func statesThatCannotBeAreRefused(_ key: String, _ value: JSON, _ words: String) throws {
        var file = try #require(files["last"])
        var json = try JSON.parse(try #require(file.metadata["state"]), file: "x")
        try json.set(key, to: value)
        file.metadata["state"] = json.serialized(pretty: false)
        try file.write(to: last)
        let said = try #require(refusal { try small.run(training, resumes: true) })
        #expect(said.contains(words), "\(said)")
    }
}
