import PDEStudies
import Testing

@Suite("Which shards this process makes")
struct ShardSelectionTests {
    private func resolve(_ option: String? = nil, _ environment: [String: String] = [:]) throws -> ShardSelection {
        try ShardSelection.resolve(option: option, environment: environment)
    }

    private func text(_ option: String? = nil, _ environment: [String: String] = [:]) -> String {
        do {
            return try resolve(option, environment).description
        } catch {
            return "\(error)".replacing("\n", with: "; ")
        }
    }

    @Test("the flag counts before the environment")
    func flag() throws {
        #expect(text("3/8", ["SLURM_PROCID": "0", "SLURM_NTASKS": "2"]) == "shard 3/8 (from --shard)")
        #expect(try resolve("0/1").contains(17))
    }

    @Test("without flag and launcher, all shards are made")
    func alone() throws {
        #expect(try resolve() == .all)
        #expect(text() == "all shards")
    }

    @Test("processes share the shards without gap or overlap", arguments: [1, 2, 3, 7])
    func partition(count: Int) throws {
        let parts = try (0..<count).map { try resolve("\($0)/\(count)") }
        for shard in 0..<50 { #expect(parts.filter { $0.contains(shard) }.count == 1) }
    }

    @Test("a Slurm array is counted from its first task")
    func slurmArray() {
        let array = ["SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "4"]
        #expect(
            text(nil, array.merging(["SLURM_ARRAY_TASK_ID": "3"]) { $1 }) == "shard 2/4 (from SLURM_ARRAY_TASK_ID)")
        let even = ["SLURM_ARRAY_TASK_STEP": "3", "SLURM_ARRAY_TASK_MAX": "10", "SLURM_ARRAY_TASK_ID": "7"]
        #expect(text(nil, array.merging(even) { $1 }) == "shard 2/4 (from SLURM_ARRAY_TASK_ID)")
    }

    @Test("the tasks of a list begin somewhere, and go on with what is left")
    func arrayWithGaps() throws {
        let array = ["SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "2", "SLURM_ARRAY_TASK_MAX": "6"]
        let tasks = try ["2", "5", "6"].map { try resolve(nil, array.merging(["SLURM_ARRAY_TASK_ID": $0]) { $1 }) }
        #expect(tasks.map(\.index) == [0, 2, 0] && tasks.allSatisfy { $0.count == 3 })
        #expect(tasks.map { $0.continuation(among: 12) } == [0, 8, 0])
    }

    @Test("arrays of other batch systems are read; one that does not say its size makes no part its own")
    func otherArrays() throws {
        let sge = ["SGE_TASK_FIRST": "10", "SGE_TASK_LAST": "40", "SGE_TASK_STEPSIZE": "10", "SGE_TASK_ID": "30"]
        #expect(text(nil, sge) == "shard 2/4 (from SGE_TASK_ID)")
        let none = ["SGE_TASK_FIRST": "undefined", "SGE_TASK_LAST": "undefined", "SGE_TASK_ID": "undefined"]
        #expect(try resolve(nil, none) == .all)
        #expect(text(nil, ["LSB_JOBINDEX": "3", "LSB_JOBINDEX_END": "8"]) == "shard 2/8 (from LSB_JOBINDEX)")
        #expect(try resolve(nil, ["LSB_JOBINDEX": "0", "LSB_JOBINDEX_END": "0"]) == .all)
        for name in ["PBS_ARRAY_INDEX", "PBS_ARRAYID", "PMIX_RANK", "PALS_RANKID"] {
            let places = try (0..<8).map { try resolve(nil, [name: "\($0)"]) }
            #expect(places.allSatisfy { place in !(0..<50).contains { place.contains($0) } })
            #expect(Set(places.map { $0.continuation(among: 16) }) == Set((0..<8).map { 2 * $0 }))
            #expect(places[3].description == "process 3 of a number unknown (from \(name))")
        }
        #expect(
            text(nil, ["PBS_ARRAY_INDEX": "5", "PMI_RANK": "1", "PMI_SIZE": "2"])
                == "process 11 of a number unknown (from PBS_ARRAY_INDEX and PMI_RANK)")
    }

    @Test("a part from the environment is where a process begins, one given by hand is all; both are told")
    func continuations() throws {
        let task = try resolve(nil, ["PMI_RANK": "3", "PMI_SIZE": "4"])
        #expect(task.continuation(among: 10) == 7)
        #expect(
            task.notice
                == "shard 3/4 first, then what nobody else makes (from PMI_RANK); --shard 0/1 makes all, whatever the environment says"
        )
        let unknown = try resolve(nil, ["PMIX_RANK": "1"])
        #expect(unknown.notice?.hasPrefix("what nobody else makes (from PMIX_RANK)") == true)
        for given in [try resolve("3/4"), try resolve("0/1"), .all] {
            #expect(given.continuation(among: 10) == nil && given.notice == nil)
        }
    }

    @Test("the steps of Slurm and Open MPI are read, the inner launcher first")
    func steps() {
        let slurm = ["SLURM_PROCID": "1", "SLURM_NTASKS": "4"]
        let mpi = ["OMPI_COMM_WORLD_RANK": "5", "OMPI_COMM_WORLD_SIZE": "6"]
        #expect(text(nil, slurm) == "shard 1/4 (from SLURM_PROCID)")
        #expect(text(nil, slurm.merging(["SLURM_STEP_NUM_TASKS": "2"]) { $1 }) == "shard 1/2 (from SLURM_PROCID)")
        #expect(text(nil, mpi) == "shard 5/6 (from OMPI_COMM_WORLD_RANK)")
        #expect(text(nil, slurm.merging(mpi) { $1 }) == "shard 5/6 (from OMPI_COMM_WORLD_RANK)")
        let pmi = ["PMI_RANK": "2", "PMI_SIZE": "3"]
        #expect(text(nil, slurm.merging(pmi) { $1 }) == "shard 2/3 (from PMI_RANK)")
        // Open MPI 5 and Slurm with PMIx set its rank too, and know the size.
        #expect(text(nil, slurm.merging(["PMIX_RANK": "1"]) { $1 }) == "shard 1/4 (from SLURM_PROCID)")
    }

    @Test("a batch script, which runs once, makes all shards; its steps share them")
    func batchScript() {
        let script = ["SLURM_JOB_ID": "77", "SLURM_PROCID": "0", "SLURM_NTASKS": "4"]
        #expect(text(nil, script) == "all shards")
        #expect(text(nil, script.merging(["SLURM_STEP_ID": "0"]) { $1 }) == "shard 0/4 (from SLURM_PROCID)")
    }

    @Test("the processes of an array's tasks share their task's part")
    func arrayOfSteps() throws {
        var seen: Set<Int> = []
        for task in 0..<3 {
            for process in 0..<2 {
                let selection = try resolve(
                    nil,
                    [
                        "SLURM_ARRAY_TASK_ID": "\(task)", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_PROCID": "\(process)",
                        "SLURM_NTASKS": "2",
                    ])
                #expect(selection.count == 6)
                #expect(selection.source == "SLURM_ARRAY_TASK_ID and SLURM_PROCID")
                seen.insert(selection.index)
            }
        }
        #expect(seen == Set(0..<6))
    }

    /// Sums and products of the numbers would overflow.
    @Test(
        "numbers beyond 32 bits are told with their variable",
        arguments: [
            (["SLURM_ARRAY_TASK_ID": Int.min], "SLURM_ARRAY_TASK_ID"),
            (["SLURM_ARRAY_TASK_ID": .min, "SLURM_ARRAY_TASK_COUNT": 4], "SLURM_ARRAY_TASK_ID"),
            (["PMIX_RANK": .min], "PMIX_RANK"),
            (
                ["SLURM_ARRAY_TASK_ID": 3, "SLURM_ARRAY_TASK_MIN": 0, "SLURM_ARRAY_TASK_MAX": .max],
                "SLURM_ARRAY_TASK_MAX"
            ),
            (
                ["SLURM_ARRAY_TASK_ID": 3, "SLURM_ARRAY_TASK_MIN": .min, "SLURM_ARRAY_TASK_MAX": .max],
                "SLURM_ARRAY_TASK_MIN"
            ),
            (["SLURM_ARRAY_TASK_ID": .max, "SLURM_ARRAY_TASK_MIN": -5], "SLURM_ARRAY_TASK_ID"),
            (
                [
                    "SLURM_ARRAY_TASK_ID": 0, "SLURM_ARRAY_TASK_COUNT": .max, "PMI_RANK": 0,
                    "PMI_SIZE": .max,
                ], "SLURM_ARRAY_TASK_COUNT"
            ),
            (["PMI_RANK": 0, "PMI_SIZE": 1 << 31], "PMI_SIZE"),
        ] as [([String: Int], String)])
    func largeNumbers(_ environment: [String: Int], _ name: String) {
        #expect(
            text(nil, environment.mapValues(String.init)).hasPrefix(
                "\(name): expected a whole number of 32 bits, found '"))
    }

    @Test("the largest numbers of 32 bits do")
    func largestNumbers() throws {
        let most = "\(Int32.max)"
        let selection = try resolve(
            nil,
            [
                "SLURM_ARRAY_TASK_ID": most, "SLURM_ARRAY_TASK_MIN": "-\(most)", "SLURM_ARRAY_TASK_MAX": most,
                "PMI_RANK": "\(Int32.max - 1)", "PMI_SIZE": most,
            ])
        #expect(selection.count == Int(Int32.max) * (2 * Int(Int32.max) + 1))
        #expect(selection.index == selection.count.map { $0 - 1 })
        #expect(selection.continuation(among: 12) == 11)
    }

    @Test("wrong numbers are told")
    func errors() {
        #expect(text("3") == "--shard: expected I/N such as 0/4, found '3'")
        #expect(text("a/b") == "--shard: expected I/N such as 0/4, found 'a/b'")
        #expect(
            text("4/4")
                == "--shard: expected I/N with 0 ≤ I < N, found '4/4'; shards count from 0: the last one is 3/4")
        #expect(text("-1/4") == "--shard: expected I/N with 0 ≤ I < N, found '-1/4'")
        #expect(text("0/0") == "--shard: expected I/N with 0 ≤ I < N, found '0/0'")
        #expect(
            text(nil, ["SLURM_PROCID": "x", "SLURM_NTASKS": "2"])
                == "SLURM_PROCID: expected a whole number, found 'x'; give --shard I/N to say which part to make")
        #expect(text(nil, ["SLURM_PROCID": "2", "SLURM_NTASKS": "2"]).hasPrefix("SLURM_PROCID=2 does not fit"))
        let array = ["SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "4", "SLURM_ARRAY_TASK_COUNT": "4"]
        for (task, bound) in [("5", "SLURM_ARRAY_TASK_MAX=4"), ("0", "SLURM_ARRAY_TASK_MIN=1")] {
            let said = text(nil, array.merging(["SLURM_ARRAY_TASK_ID": task]) { $1 })
            #expect(said.hasPrefix("SLURM_ARRAY_TASK_ID=\(task) does not fit \(bound); give --shard I/N"), "\(said)")
        }
    }
}
