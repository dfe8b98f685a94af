import Foundation
import Testing

/// Whole runs, as a user and a cluster make them.
@Suite(.serialized) struct PdegenRunTests {
    private let pdegen = Pdegen()

    @Test func aRunEndsWithWhatWasMadeAndWhatToDoNext() throws {
        let recipe = try pdegen.recipe()
        let run = try pdegen(recipe)
        #expect(run.status == 0)
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 6)
        #expect(lines[0].hasPrefix("data/small: 20 samples (12 train, 4 valid, 4 test), "))
        #expect(
            zip(lines.dropFirst(), ["made", "health", "accuracy", "look", "load"]).allSatisfy {
                $0.hasPrefix("  " + $1)
            })
        let again = try pdegen(recipe)
        #expect(again.status == 0 && again.output.contains("every shard's checksum is right"))
        #expect(try pdegen("verify", "data/small").output.contains("sound (10 shards, 20 samples, 420 frames"))
        let tree = try pdegen("inspect", "data/small", "--sample", "valid/1")
        #expect(tree.status == 0 && tree.output.contains("├─ difficulty") && tree.output.contains("sample valid/1, "))
    }

    @Test func aPlanWritesNothing() throws {
        let result = try pdegen(pdegen.recipe(), "--plan", "--viscosity", "0.02")
        #expect(result.status == 0)
        #expect(result.output.contains("samples   20 (12 train, 4 valid, 4 test) in 10 shards"))
        #expect(result.output.contains("\"viscosity\": 0.02"))
        #expect(!FileManager.default.fileExists(atPath: pdegen.folder.path + "/data"))
    }

    @Test func progressCanBeReadByMachines() throws {
        let result = try pdegen(pdegen.recipe(), "--log", "json")
        for line in result.errors.split(separator: "\n") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
        #expect(result.errors.contains("\"finish\""))
        #expect(try pdegen(pdegen.recipe(), "--out", "quiet", "--quiet").errors.isEmpty)
    }

    /// Two processes at once, and a Slurm array, make the bytes of one run.
    @Test func partsMadeByTwoProcessesAreTheWhole() throws {
        let recipe = try pdegen.recipe()
        #expect(try pdegen(recipe, "--out", "whole").status == 0)
        let parts = try (0..<2).map { try pdegen.start([recipe, "--out", "parts", "--shard", "\($0)/2"]) }
        // The first to end may find that the other one has not begun.
        let statuses = parts.map { pdegen.wait($0).status }
        #expect(statuses.contains(0) && Set(statuses).isSubset(of: [0, 75]))
        #expect(try pdegen.promisedBytes(in: "parts") == pdegen.promisedBytes(in: "whole"))
        #expect(try pdegen("verify", "parts").status == 0)
        let tasks = try (0..<3).map {
            try pdegen.start(
                [recipe, "--out", "array"],
                environment: [
                    "SLURM_ARRAY_TASK_ID": "\($0)", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "0",
                ])
        }
        for task in tasks { #expect(pdegen.wait(task).status == 0) }
        #expect(try pdegen.promisedBytes(in: "array") == pdegen.promisedBytes(in: "whole"))
    }

    /// Killed at random moments again and again, a run ends in the bytes of an undisturbed one.
    @Test func aKilledRunContinues() throws {
        let recipe = try pdegen.recipe(replacing: [("256", "1024"), ("\"count\": 21", "\"count\": 51")])
        let start = ContinuousClock.now
        #expect(try pdegen(recipe, "--out", "whole").status == 0)
        let duration = (ContinuousClock.now - start) / .seconds(1)
        let whole = try pdegen.promisedBytes(in: "whole")
        var (kills, rounds) = (0, 0)
        while kills < 20 {
            let folder = "killed\(rounds)"
            rounds += 1
            var isFinished = false
            while !isFinished {
                let process = try pdegen.start([recipe, "--out", folder])
                if kills < 20 {
                    Thread.sleep(forTimeInterval: .random(in: 0.005...max(0.02, 0.8 * duration)))
                    kill(process.processIdentifier, SIGKILL)
                }
                let result = pdegen.wait(process)
                if result.wasKilled { kills += 1 } else { #expect(result.status == 0) }
                isFinished = !result.wasKilled
            }
            #expect(try pdegen.promisedBytes(in: folder) == whole)
            #expect(try pdegen("verify", folder).status == 0)
        }
    }

    /// An interrupt leaves a state from which the same command continues.
    @Test func anInterruptedRunContinues() throws {
        let recipe = try pdegen.recipe(replacing: [("256", "1024"), ("\"count\": 21", "\"count\": 101"), ("12", "48")])
        let process = try pdegen.start([recipe, "--out", "set"])
        while !FileManager.default.fileExists(atPath: pdegen.folder.path + "/set") && process.isRunning {
            Thread.sleep(forTimeInterval: 0.005)
        }
        kill(process.processIdentifier, SIGINT)
        let result = pdegen.wait(process)
        #expect(!result.wasKilled && result.status == 130)
        #expect(result.errors.contains("run the same command again to continue"))
        #expect(!FileManager.default.fileExists(atPath: pdegen.folder.path + "/set/manifest.json"))
        #expect(try pdegen("verify", "set").status == 65)
        #expect(try pdegen(recipe, "--out", "set").status == 0)
        #expect(try pdegen(recipe, "--out", "whole").status == 0)
        #expect(try pdegen.promisedBytes(in: "set") == pdegen.promisedBytes(in: "whole"))
    }

    @Test func benchPrintsThePeersKeys() throws {
        let result = try pdegen("bench", "burgers", "--resolution", "64", "--steps", "10", "--repeats", "1")
        #expect(result.status == 0)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2)
        for (line, precision) in zip(lines, ["float", "double"]) {
            let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(json["precision"] as? String == precision && json["n"] as? Int == 64 && json["order"] as? Int == 4)
            #expect((json["us_per_step_and_trajectory"] as? Double).map { $0 > 0 } == true)
        }
        let misspelt = try pdegen("bench", "burger")
        #expect(misspelt.status == 64 && misspelt.output.isEmpty)
        #expect(
            misspelt.errors == """
                pdegen: error: no benchmark 'burger'
                  did you mean burgers?
                  there are: burgers, heat, landau, navier-stokes, poisson

                """)
    }

    @Test func heatBenchComparesFixedAndLearntOmega() throws {
        let result = try pdegen(
            "bench", "heat", "--resolution", "12,16", "--steps", "30", "--every", "10", "--plot", "heat.png")
        #expect(result.status == 0, "\(result.errors)")
        let lines = try result.output.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let methods = lines.compactMap { $0["method"] as? String }
        #expect(lines.count == 14 && Array(methods.prefix(7)) == Array(methods.suffix(7)) && Set(methods).count == 7)
        #expect(lines.compactMap { $0["n"] as? Int } == [Int](repeating: 12, count: 7) + [Int](repeating: 16, count: 7))
        for line in lines {
            #expect((line["iterations"] as? Int).map { $0 > 0 } == true)
            #expect((line["not_converged"] as? Int ?? 0) == 0)
        }
        let best = try #require(lines.first { $0["method"] as? String == "best fixed omega" })
        #expect((best["over_best_omega"] as? Double).map { $0 >= 1 } == true)
        let picture = try Data(contentsOf: URL(fileURLWithPath: pdegen.folder.path + "/heat.png"))
        #expect(Array(picture.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
        #expect(try pdegen("bench", "heat", "--precision", "float").errors.contains("in double precision"))
        #expect(try pdegen("bench", "heat", "--resolution", "12.5").errors.contains("whole numbers"))
    }

    @Test func doctorNamesTheLibraries() throws {
        let result = try pdegen("doctor")
        #expect(result.status == 0)
        for name in ["FFTW", "OpenBLAS", "HDF5", "zlib", "AVX"] {
            #expect(result.output.localizedCaseInsensitiveContains(name))
        }
    }
}
