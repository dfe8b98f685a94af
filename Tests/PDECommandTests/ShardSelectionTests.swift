import PDECommand
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
            return CommandError(error).description
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
        #expect(text() == "all shards (no shard selection)")
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

    @Test("an array with gaps would leave shards out and is refused")
    func arrayWithGaps() {
        let environment = [
            "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "2", "SLURM_ARRAY_TASK_MIN": "3",
            "SLURM_ARRAY_TASK_MAX": "7",
        ]
        #expect(
            text(nil, environment) == """
                SLURM_ARRAY_TASK_ID=3 is no number in an even array of 2 tasks from 3 to 7; use an array without gaps, \
                such as --array=0-1, or give --shard I/N
                """)
    }

    @Test("the steps of Slurm and Open MPI are read, the inner launcher first")
    func steps() {
        let slurm = ["SLURM_PROCID": "1", "SLURM_NTASKS": "4"]
        let mpi = ["OMPI_COMM_WORLD_RANK": "5", "OMPI_COMM_WORLD_SIZE": "6"]
        #expect(text(nil, slurm) == "shard 1/4 (from SLURM_PROCID)")
        #expect(text(nil, slurm.merging(["SLURM_STEP_NUM_TASKS": "2"]) { $1 }) == "shard 1/2 (from SLURM_PROCID)")
        #expect(text(nil, mpi) == "shard 5/6 (from OMPI_COMM_WORLD_RANK)")
        #expect(text(nil, slurm.merging(mpi) { $1 }) == "shard 5/6 (from OMPI_COMM_WORLD_RANK)")
    }

    @Test("a batch script, which runs once, makes all shards; its steps share them")
    func batchScript() {
        let script = ["SLURM_JOB_ID": "77", "SLURM_PROCID": "0", "SLURM_NTASKS": "4"]
        #expect(text(nil, script) == "all shards (no shard selection)")
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
                #expect(selection.source == "from SLURM_ARRAY_TASK_ID and SLURM_PROCID")
                seen.insert(selection.index)
            }
        }
        #expect(seen == Set(0..<6))
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
            text(nil, ["OMPI_COMM_WORLD_RANK": "1"]) == """
                OMPI_COMM_WORLD_RANK is set but OMPI_COMM_WORLD_SIZE is not, so the number of parts is unknown; \
                give --shard I/N to say which part to make
                """)
        #expect(
            text(nil, ["SLURM_PROCID": "x", "SLURM_NTASKS": "2"])
                == "SLURM_PROCID: expected a whole number, found 'x'; give --shard I/N to say which part to make")
        #expect(text(nil, ["SLURM_PROCID": "2", "SLURM_NTASKS": "2"]).hasPrefix("SLURM_PROCID=2 does not fit"))
    }
}
