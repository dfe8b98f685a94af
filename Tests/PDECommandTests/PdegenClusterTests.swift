import Foundation
import Testing

/// Runs under batch systems, on odd file systems, and with too little time.
@Suite(.serialized) struct PdegenClusterTests {
    private let pdegen = Pdegen()

    private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Pdegen.Result {
        try pdegen.wait(pdegen.start(arguments, environment: environment))
    }

    private func task(_ id: Int, of count: Int, first: Int = 0, last: Int? = nil) -> [String: String] {
        [
            "SLURM_ARRAY_TASK_ID": "\(id)", "SLURM_ARRAY_TASK_COUNT": "\(count)", "SLURM_ARRAY_TASK_MIN": "\(first)",
            "SLURM_ARRAY_TASK_MAX": "\(last ?? count - 1)",
        ]
    }

    /// Each task of a sweep has a folder of its own, and makes it whole; the output says which variable chose where it began.
    @Test func aSweepEndsWhole() throws {
        let recipe = try pdegen.recipe()
        let made = try run([recipe, "--seed", "3", "--out", "sweep"], task(3, of: 16))
        #expect(made.status == 0 && made.output.contains("sweep: 20 samples"))
        let notice = "shard 3/16 first, then what nobody else makes (from SLURM_ARRAY_TASK_ID); --shard 0/1 makes all"
        #expect(made.output.contains(notice) && made.errors.contains(notice))
        #expect(try pdegen("verify", "sweep").status == 0)
        let alone = try run([recipe, "--out", "alone", "--only", "train/6"], task(3, of: 16))
        #expect(alone.status == 0 && alone.output.contains("alone: 1 sample (1 train)"))
        #expect(!alone.output.contains("SLURM"))
        let all = try run([recipe, "--out", "all", "--shard", "0/1"], task(3, of: 16))
        #expect(all.status == 0 && !all.output.contains("SLURM"))
        #expect(try pdegen.promisedBytes(in: "all").count == pdegen.promisedBytes(in: "sweep").count)
    }

    /// Tasks of a list, of which one never runs, and launchers that say no size.
    @Test func listsAndForeignLaunchersEndWhole() throws {
        let recipe = try pdegen.recipe()
        #expect(try run([recipe, "--out", "whole"]).status == 0)
        let environments = [
            [task(2, of: 3, first: 2, last: 6), task(6, of: 3, first: 2, last: 6)],
            [["PMIX_RANK": "1"], ["PMIX_RANK": "2"]], [["PBS_ARRAY_INDEX": "7"]],
        ]
        for (number, tasks) in environments.enumerated() {
            let processes = try tasks.map { try pdegen.start([recipe, "--out", "set\(number)"], environment: $0) }
            for process in processes {
                let result = pdegen.wait(process)
                #expect(result.status == 0)
                #expect(
                    result.output.contains("set\(number): 20 samples") || result.output.contains("made by process "))
            }
            #expect(try pdegen.promisedBytes(in: "set\(number)") == pdegen.promisedBytes(in: "whole"))
        }
    }

    @Test func aPartGivenByHandSaysWhatIsMissing() throws {
        let recipe = try pdegen.recipe()
        let first = try run([recipe, "--out", "set", "--shard", "1/4"], task(0, of: 2))
        #expect(first.status == 75)
        #expect(first.output.hasPrefix("set: unfinished, 3 of 10 shards there"))
        #expect(
            first.output.contains("7 shards that nobody makes: run --shard 0/4, 2/4, 3/4 too, or once without --shard"))
        #expect(try run([recipe, "--out", "set"]).status == 0)
    }

    /// Ended as soon as some samples of its only shard are kept, again and again, a run comes to its end with the bytes of one
    /// that was left in peace.
    @Test(arguments: [SIGKILL, SIGTERM]) func timeThatIsTooShortForAShardIsEnough(_ signal: Int32) throws {
        // Some seconds.
        #if DEBUG
            let samples = 8
        #else
            let samples = 400
        #endif
        let recipe = try pdegen.recipe(replacing: [
            ("256", "512"), ("\"count\": 21", "\"count\": 101"),
            ("\"train\": 12, \"valid\": 4, \"test\": 4, \"perShard\": 2", "\"train\": \(samples), \"perShard\": 400"),
        ])
        #expect(try run([recipe, "--out", "whole"]).status == 0)
        let journal = "\(pdegen.folder.path)/set/.shards/train_0000.samples"
        func size() -> Int {
            (try? FileManager.default.attributesOfItem(atPath: journal)[.size] as? Int) ?? 0
        }
        var (rounds, isFinished) = (0, false)
        while !isFinished {
            rounds += 1
            try #require(rounds < samples + 2)
            let before = size()
            let process = try pdegen.start([recipe, "--out", "set", "--threads", "1"])
            while process.isRunning && size() <= before { Thread.sleep(forTimeInterval: 0.005) }
            kill(process.processIdentifier, signal)
            let result = pdegen.wait(process)
            isFinished = !result.wasKilled && result.status == 0
            if !isFinished { #expect(result.wasKilled || result.status == 130) }
        }
        #expect(rounds > 1)
        #expect(try pdegen.promisedBytes(in: "set") == pdegen.promisedBytes(in: "whole"))
        #expect(try pdegen("verify", "set").status == 0)
    }

    @Test func aPlanSaysWhatAShardTakes() throws {
        let plan = try run([pdegen.recipe(), "--plan"])
        #expect(plan.output.contains("a shard   2 samples, ") && plan.output.contains("keeps its finished samples"))
    }

    /// A library that makes `flock` fail, as file systems without locks do.
    private func lockless() throws -> [String: String] {
        let source = "\(pdegen.folder.path)/lockless.c"
        try """
        #include <errno.h>
        int flock(int descriptor, int operation) { errno = ENOLCK; return -1; }
        """.write(toFile: source, atomically: true, encoding: .utf8)
        let library = "\(pdegen.folder.path)/lockless.so"
        let built = try pdegen.wait(
            pdegen.start(["clang", "-shared", "-fPIC", source, "-o", library], program: "/usr/bin/env"))
        try #require(built.status == 0, "\(built.errors)")
        return ["LD_PRELOAD": library]
    }

    /// Several processes share a folder on a file system without locks, and one that was killed there hinders nobody.
    @Test func fileSystemsWithoutLocksAreFine() throws {
        let recipe = try pdegen.recipe()
        #expect(try run([recipe, "--out", "whole"]).status == 0)
        let environment = try lockless()
        let killed = try pdegen.start([recipe, "--out", "set"], environment: environment)
        let work = "\(pdegen.folder.path)/set/.shards"
        func held() -> [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: work)) ?? []).filter {
                $0.hasPrefix("test_") && $0.hasSuffix(".held")
            }
        }
        while killed.isRunning && held().isEmpty { Thread.sleep(forTimeInterval: 0.002) }
        kill(killed.processIdentifier, SIGKILL)
        #expect(pdegen.wait(killed).wasKilled && !held().isEmpty)
        let processes = try (0..<3).map { _ in try pdegen.start([recipe, "--out", "set"], environment: environment) }
        for process in processes { #expect(pdegen.wait(process).status == 0) }
        #expect(try pdegen.promisedBytes(in: "set") == pdegen.promisedBytes(in: "whole"))
        #expect(try pdegen("verify", "set").status == 0 && !FileManager.default.fileExists(atPath: work))
    }

    /// A shard that a process of another host has: the run makes the rest, says who has it, and which file is in the way if that
    /// host is gone.
    @Test func locksOfOtherHostsAreNamed() throws {
        let recipe = try pdegen.recipe()
        let environment = try lockless()
        let work = "\(pdegen.folder.path)/set/.shards"
        #expect(try run([recipe, "--out", "set", "--shard", "0/5"], environment).status == 75)
        let file = "\(work)/train_0003.lock.held"
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "node07 pid:[1] 4711 99")
        let result = try run([recipe, "--out", "set"], environment)
        #expect(result.status == 0 && result.output.contains("set: unfinished, 9 of 10 shards there"))
        #expect(
            result.output.contains(
                "1 shard made by process 4711 on node07 (if it runs no more, remove set/.shards/train_0003.lock.held)"))
        try FileManager.default.removeItem(atPath: file)
        #expect(try run([recipe, "--out", "set"], environment).status == 0)
        #expect(try pdegen("verify", "set").status == 0)
    }
}
