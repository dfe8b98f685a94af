import Foundation
import PDECore
import PDEData
import PDETraining
import Testing

/// `verify` of runs: after whatever happens to a bit of a run's folder, it is seen, or nothing has changed.
@Suite(.serialized) struct RunVerificationTests {
    private let pdetrain: Pdetrain
    private var run: String { "\(pdetrain.folder)/run" }

    init() throws {
        pdetrain = try Pdetrain()
        #expect(try pdetrain.train("--out", "run", "--set", "seeds=[3]").status == 0)
        #expect(try pdetrain.evaluate("run", "--no-solver").status == 0)
    }

    private func verify(_ folder: String) throws -> Pdegen.Result { try pdetrain("verify", folder) }

    @Test func everyFlippedBitOfARunIsSeen() throws {
        #expect(RunVerification(of: run).findings.isEmpty && RunVerification(of: run).notes.isEmpty)
        let files = try pdetrain.bytes(in: "run").filter { $0.key != ".lock" }
        #expect(files.count == 10, "\(files.keys.sorted())")
        var stream = RandomStream(seed: 11, index: 0, purpose: "bits")
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            let path = "\(run)/\(name)"
            for number in 0..<60 {
                var bytes = [UInt8](content)
                // Beginnings and ends, too, where lengths and seals are.
                let place =
                    number < 20 ? number : number < 40 ? bytes.count + 19 - number : stream.integer(below: bytes.count)
                let byte = bytes[place]
                bytes[place] ^= 1 << UInt8(stream.integer(below: 8))
                try AtomicFile.write(bytes, to: path)
                let isSeen = RunVerification(of: run).findings.contains { $0.path == name }
                // Of the experiment only what it says is compared, and a space may become another one.
                let says = " \n".utf8.contains(byte) && name == "experiment.json"
                #expect(isSeen || says, "\(name), byte \(place): \(byte) became \(bytes[place])")
            }
            try AtomicFile.write([UInt8](content), to: path)
            try FileManager.default.removeItem(atPath: path)
            if !["loss.png", "metrics.json", "report.html", "rollout.png", "rollout-animated.png"].contains(name) {
                let result = RunVerification(of: run)
                #expect(!result.findings.isEmpty || !result.notes.isEmpty, "\(name) is missing")
            }
            try AtomicFile.write([UInt8](content), to: path)
        }
        #expect(RunVerification(of: run).findings.isEmpty)
    }

    @Test func commandsSayWhatTheyFound() throws {
        let sound = try verify("run")
        #expect(sound.status == 0 && sound.output.hasPrefix("run: sound (10 files, "), "\(sound.output)\(sound.errors)")
        for other in [try pdetrain.evaluate("verify", "run"), try pdetrain.generate("verify", "run")] {
            #expect(other.status == 0 && other.output == sound.output)
        }
        let data = try verify("data/tiny")
        #expect(data.status == 0 && data.output.contains("data/tiny: sound (3 shards"), "\(data.output)\(data.errors)")
        let path = "\(run)/checkpoint/best.safetensors"
        var bytes = try FileSystem.read(path)
        bytes[bytes.count - 9] ^= 4
        try AtomicFile.write(bytes, to: path)
        let damaged = try verify("run")
        #expect(damaged.status == 65, "\(damaged.status)")
        #expect(
            damaged.output.hasPrefix("run/checkpoint/best.safetensors: this is no sound safetensors file: its bytes"))
        #expect(damaged.output.contains("run: 1 finding ("), "\(damaged.output)")
        for used in [try pdetrain("test", "run"), try pdetrain.evaluate("run")] {
            #expect(used.status == 65 && used.errors.contains("its bytes have the checksum"), "\(used.errors)")
        }
    }

    /// Runs of several seeds are checked each, and what a killed one left is no damage.
    @Test func foldersOfRunsAndUnfinishedOnesAreChecked() throws {
        let many = ["--out", "many", "--set", "budget.epochs=400", "--set", "seeds=[1, 2]"]
        #expect(
            try pdetrain.wait(pdetrain.start(["experiments/tiny.json", "--seed", "0"] + many.prefix(2))).status == 0)
        let process = try pdetrain.start(["experiments/tiny.json", "--threads", "1"] + many)
        while !pdetrain.exists("many/seed-1/checkpoint/last.safetensors") && process.isRunning { usleep(2000) }
        kill(process.processIdentifier, SIGKILL)
        _ = pdetrain.wait(process)
        let result = try verify("many")
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("many/seed-0: sound") && result.output.contains("many/seed-1: sound"))
        for file in ["best", "last"] { try pdetrain.removeChecksum("many/seed-0", file) }
        let old = try verify("many/seed-0")
        #expect(old.status == 0 && old.output.contains("last.safetensors carries no checksum"), "\(old.output)")
    }
}
