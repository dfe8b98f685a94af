import Foundation
import PDECommand
import PDEData
import Testing

/// Where results go, what keeps them from getting there, and what the exit code says of it.
@Suite struct PdegenOutputTests {
    private let pdegen = Pdegen()

    /// Runs a line of bash in the folder, in which $P is the program.
    private func bash(_ line: String) throws -> Pdegen.Result {
        try pdegen.wait(pdegen.start(["-c", line], environment: ["P": Pdegen.program], program: "/bin/bash"))
    }

    @Test func resultsThatCannotBeWrittenAreAnError() throws {
        let recipe = try pdegen.recipe(replacing: [("\"train\": 12", "\"train\": 2")])
        #expect(try pdegen(recipe, "--out", "set").status == 0)
        for words in [
            "--help", "--version", "doctor", "verify set", "inspect set", "\(recipe) --plan", "\(recipe) --out set",
            "\(recipe) --out other",
        ] {
            let result = try bash("$P \(words) > /dev/full")
            #expect(result.status == 74, "\(words): \(result.errors)")
            #expect(result.errors.contains("stdout: results could not be written: No space left on device"))
        }
        #expect(try pdegen("verify", "other").status == 0)
    }

    @Test func aReaderThatLeavesEndsNothing() throws {
        let recipe = try pdegen.recipe(replacing: [("\"train\": 12", "\"train\": 2")])
        // Nobody reads what the command says, on either stream.
        let result = try bash("$P \(recipe) --out set 2>&1 | true; exit ${PIPESTATUS[0]}")
        #expect(result.status == 0 && !result.wasKilled)
        #expect(try pdegen("verify", "set").status == 0)
        #expect(try bash("$P verify set | head -c 1; exit ${PIPESTATUS[0]}").status == 0)
    }

    @Test func theLastLineOfProgressAgreesWithTheSummary() throws {
        let result = try pdegen(pdegen.recipe(), "--out", "set")
        func number(after words: String, in text: String) throws -> Substring {
            let start = try #require(text.range(of: words)?.upperBound)
            return text[start...].prefix { $0.isNumber || $0 == "." }
        }
        let worst = try number(after: "worst CFL ", in: result.errors)
        #expect(try worst == number(after: "CFL at most ", in: result.output))
    }

    @Test func aDamagedShardIsBadData() throws {
        let recipe = try pdegen.recipe(replacing: [("\"train\": 12", "\"train\": 2")])
        #expect(try pdegen(recipe, "--out", "set").status == 0)
        let shard = pdegen.folder.path + "/set/data/train/small_train_0000.hdf5"
        try Data(repeating: 7, count: 5000).write(to: URL(fileURLWithPath: shard))
        let result = try pdegen("inspect", "set", "--sample", "train/1")
        #expect(result.status == 65, "\(result.errors)")
    }

    @Test func aFolderThatVanishedCannotBeWritten() throws {
        let error = #expect(throws: DataError.self) {
            try AtomicFile.write([1], to: pdegen.folder.path + "/gone/file")
        }
        #expect(error == .vanished(path: pdegen.folder.path + "/gone"))
        #expect(try #require(error).exitCode == .cannotCreate)
    }

    @Test func aRecipeBeyondTheMachinesMemoryIsRefused() throws {
        let recipe = try pdegen.recipe(replacing: [("\"count\": 21", "\"count\": 900000")])
        for flags in ["--out set", "--plan"] {
            let result = try bash("ulimit -v 2500000; $P \(recipe) \(flags)")
            #expect(result.status == 73, "\(result.errors)")
            #expect(result.errors.contains("one sample at a time takes about"))
        }
    }

    @Test func errorsDoNotRepeatMegabytes() throws {
        let error = CommandError("unknown verb '\(String(repeating: "x", count: 1_000_000))'", advice: ["see --help"])
        let text = error.rendered(program: "pdegen")
        #expect(text.utf8.count < 3000 && text.hasPrefix("pdegen: error: unknown verb 'xxx"))
        #expect(text.hasSuffix("xxx'\n  see --help\n"))
    }

    @Test func nullLeavesAKeyOut() throws {
        let recipe = try pdegen.recipe(replacing: [
            ("\"resolution\": 256", "\"health\": null, \"solver\": null, \"resolution\": 256")
        ])
        #expect(try pdegen(recipe, "--plan").status == 0)
        let result = try pdegen(recipe, "--set", "equation.viscosity=null", "--plan")
        #expect(result.status == 65)
        #expect(
            result.errors.contains("equation.viscosity is null, which leaves it out, and there is no default for it"))
    }

    @Test(arguments: ["pdetrain", "pdeeval"]) func soItIsInTheOtherCommands(_ name: String) throws {
        let result = try bash("$(dirname $P)/\(name) --help > /dev/full")
        #expect(result.status == 74 && result.errors.hasPrefix("\(name): error: stdout: results could not be written"))
    }

    @Test func aRunThatIsAskedToStopDoesNotFinishASampleOfManyMinutes() throws {
        let frames = "\"frames\": { \"count\": 21, \"interval\": 50 }, \"solver\": { \"step\": 1e-5 }"
        let recipe = try pdegen.recipe(replacing: [("\"frames\": { \"count\": 21, \"interval\": 0.02 }", frames)])
        let process = try pdegen.start([recipe, "--out", "set"])
        while !FileManager.default.fileExists(atPath: pdegen.folder.path + "/set/.shards/test_0000.lock") {
            usleep(10000)
        }
        process.terminate()
        let asked = ContinuousClock.now
        let result = pdegen.wait(process)
        #expect(ContinuousClock.now - asked < .seconds(20))
        #expect(result.status == 130 && result.errors.contains("0 of 10 shards finished"), "\(result.errors)")
    }
}
