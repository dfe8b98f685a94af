import Foundation
import PDECore
import PDEData
import PDETraining
import Testing

/// Stopped or killed at any moment, a run is gone on with and ends in the same bits.
@Suite(.serialized) struct InterruptedRunTests {
    private let small: SmallRun
    private let whole: Training

    init() throws {
        small = try SmallRun()
        whole = try Self.training(small, "whole")
        try small.run(whole)
    }

    private static func training(_ small: SmallRun, _ name: String) throws -> Training {
        small.training(try small.experiment(["budget.epochs": 2, "budget.batch": 16]), name)
    }

    /// Runs until it is asked for the `count`-th time whether to stop; nil if that does not come.
    private func run(_ training: Training, resumes: Bool, untilAsked count: Int) throws -> Training.Outcome? {
        var asked = 0
        let observer = Training.Observer(begin: { _, _ in }, step: { _, _ in }, validated: { _, _ in })
        do {
            return try training.run(resumes: resumes, observer: observer) {
                asked += 1
                return asked >= count
            }
        } catch TrainingError.interrupted { return nil }
    }

    private func expectTheWholeRun(_ training: Training, _ comment: String) throws {
        for file in ["checkpoint/last.safetensors", "checkpoint/best.safetensors"] {
            #expect(try small.entries(training, file) == small.entries(whole, file), "\(comment)")
        }
        #expect(try small.bytes(training, "log.jsonl") == small.bytes(whole, "log.jsonl"), "\(comment)")
    }

    /// It is asked while the data are looked at, before every step, and before every batch of a validation: stopped at each of
    /// these moments, and again later.
    @Test func everyMomentThatItIsAskedMayBeTheEnd() throws {
        var (before, inside) = (0, 0)
        for count in 1... {
            let training = try Self.training(small, "asked\(count)")
            let outcome = try run(training, resumes: false, untilAsked: count)
            if let outcome, outcome.state.isFinished { break }
            if outcome == nil {
                before += 1
                #expect(!FileManager.default.fileExists(atPath: training.folder), "nothing is claimed for nothing")
            } else if outcome!.state.lossCount > 0, outcome!.state.position.batch == 0 {
                inside += 1
            }
            _ = try run(training, resumes: true, untilAsked: before + 5)
            #expect(try small.run(training, resumes: true).outcome.state.isFinished)
            try expectTheWholeRun(training, "asked \(count) times")
        }
        // Two validations of two batches, each of which may be stopped before its first, its second, or at all.
        #expect(before > 1 && inside >= 4, "\(before), \(inside)")
    }

    /// What a kill can leave between two writes: the best state alone, with the log, and files that are not whole.
    @Test func everyMomentOfWritingMayBeTheEnd() throws {
        let early = try Self.training(small, "early")
        try small.run(early, stop: 5)
        let (folder, files) = (early.folder, ["checkpoint/best.safetensors", "log.jsonl"])
        for count in 0...files.count {
            let training = try Self.training(small, "killed\(count)")
            try FileManager.default.copyItem(atPath: folder, toPath: training.folder)
            for file in files[..<count] {
                try small.bytes(whole, file).write(to: URL(fileURLWithPath: "\(training.folder)/\(file)"))
            }
            for name in [".last", ".best"] {
                try Data(repeating: 7, count: 100).write(
                    to: URL(fileURLWithPath: "\(training.folder)/checkpoint/\(name).safetensors.partial"))
            }
            #expect(try small.run(training, resumes: true).outcome.state.isFinished)
            try expectTheWholeRun(training, "\(count) files")
        }
    }

    /// The log up to the last checkpoint is under the checkpoint's checksum.
    @Test func everyFlippedBitOfTheLogIsRefused() throws {
        let log = "\(whole.folder)/log.jsonl"
        let bytes = [UInt8](try small.bytes(whole, "log.jsonl"))
        for position in stride(from: 0, to: 8 * bytes.count, by: 97) {
            var flipped = bytes
            flipped[position / 8] ^= 1 << UInt8(position % 8)
            try AtomicFile.write(flipped, to: log)
            let error = #expect(throws: TrainingError.self) { try small.run(whole, resumes: true) }
            #expect(error?.description.contains("log.jsonl: its first \(bytes.count) bytes are not") == true)
        }
        try AtomicFile.write(Array(bytes.dropLast()), to: log)
        #expect(throws: TrainingError.self) { try small.run(whole, resumes: true) }
        // What no checkpoint knows of is cut off; a log that was removed costs the curve alone.
        try AtomicFile.write(bytes + Array("{}".utf8), to: log)
        try small.run(whole, resumes: true)
        #expect(try [UInt8](small.bytes(whole, "log.jsonl")) == bytes)
        try FileManager.default.removeItem(atPath: log)
        try small.run(whole, resumes: true)
        #expect(try small.bytes(whole, "log.jsonl").isEmpty)
    }

    /// States that did not keep the log's checksum are gone on from as they were.
    @Test func runsOfBeforeAreContinued() throws {
        let training = try Self.training(small, "old")
        try small.run(training, stop: 4)
        let path = "\(training.folder)/checkpoint/last.safetensors"
        var file = try SafetensorsFile(path: path)
        let state = try #require(file.metadata["state"])
        let start = try #require(state.range(of: ",\"log\":{"))
        let end = try #require(state.range(of: "}", range: start.upperBound..<state.endIndex))
        file.metadata["state"] = state.replacingCharacters(in: start.lowerBound..<end.upperBound, with: "")
        try file.write(to: path)
        try small.run(training, resumes: true)
        try expectTheWholeRun(training, "old")
    }
}
