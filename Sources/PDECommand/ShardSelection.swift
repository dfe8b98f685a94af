/// Which part of the shards this process makes, when several processes share a dataset.
///
/// The processes know each other only by their numbers: process `index` of `count` makes the shards whose number leaves
/// the rest `index` when divided by `count`.
package struct ShardSelection: Equatable, Sendable, CustomStringConvertible {
    /// This process's number, from 0 to `count` − 1.
    package let index: Int
    /// How many processes share the work.
    package let count: Int
    /// Where the numbers came from, for messages.
    package let source: String

    /// All shards, for a process that works alone.
    package static let all = ShardSelection(index: 0, count: 1, source: "no shard selection")

    /// Whether this process makes the shard with the given number.
    package func contains(_ shard: Int) -> Bool { shard % count == index }

    /// Such as "shard 3/8 (from --shard)".
    package var description: String { count == 1 ? "all shards (\(source))" : "shard \(index)/\(count) (\(source))" }

    /// The selection from `--shard`, else from the launcher's environment, else ``all``.
    ///
    /// Inside a Slurm array every task takes its part; if the task runs several processes by `srun` or `mpirun`, they
    /// share that part. Open MPI's variables count before those of the Slurm step it was started in. The batch script
    /// itself carries `SLURM_PROCID` 0 and the whole job's `SLURM_NTASKS` though it runs once: it is told from a step
    /// by the missing `SLURM_STEP_ID`.
    ///
    /// - Parameters:
    ///   - option: The value of `--shard`, such as "3/8"; nil if not given.
    ///   - environment: The process's environment.
    package static func resolve(
        option: String?, environment: [String: String]
    ) throws(CommandError) -> ShardSelection {
        if let option { return try parse(option) }
        let array = try slurmArray(environment)
        var step = try openMPI(environment)
        if step == nil { step = try slurmStep(environment) }
        switch (array, step) {
        case (let array?, let step?) where step.count > 1:
            return ShardSelection(
                index: array.index * step.count + step.index, count: array.count * step.count,
                source: array.source + " and " + step.source.dropFirst("from ".count))
        case (let array?, _): return array
        case (nil, let step?): return step
        case (nil, nil): return .all
        }
    }

    private static func parse(_ text: String) throws(CommandError) -> ShardSelection {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1] else {
            throw CommandError("--shard: expected I/N such as 0/4, found '\(text)'")
        }
        guard count >= 1, index >= 0, index < count else {
            let advice =
                index == count && count >= 1 ? ["shards count from 0: the last one is \(count - 1)/\(count)"] : []
            throw CommandError("--shard: expected I/N with 0 ≤ I < N, found '\(text)'", advice: advice)
        }
        return ShardSelection(index: index, count: count, source: "from --shard")
    }

    private static func slurmArray(_ environment: [String: String]) throws(CommandError) -> ShardSelection? {
        let name = "SLURM_ARRAY_TASK_ID"
        guard let id = try number(name, environment) else { return nil }
        guard let count = try number("SLURM_ARRAY_TASK_COUNT", environment) else {
            throw incomplete(name, missing: "SLURM_ARRAY_TASK_COUNT")
        }
        let first = try number("SLURM_ARRAY_TASK_MIN", environment) ?? 0
        let stride = max(1, try number("SLURM_ARRAY_TASK_STEP", environment) ?? 1)
        let last = try number("SLURM_ARRAY_TASK_MAX", environment) ?? first + (count - 1) * stride
        let (index, rest) = (id - first).quotientAndRemainder(dividingBy: stride)
        guard rest == 0, index >= 0, index < count, last == first + (count - 1) * stride else {
            throw CommandError(
                "\(name)=\(id) is no number in an even array of \(count) tasks from \(first) to \(last)",
                advice: ["use an array without gaps, such as --array=0-\(max(0, count - 1)), or give --shard I/N"])
        }
        return ShardSelection(index: index, count: count, source: "from \(name)")
    }

    private static func slurmStep(_ environment: [String: String]) throws(CommandError) -> ShardSelection? {
        if environment["SLURM_JOB_ID"] != nil, environment["SLURM_STEP_ID"] == nil { return nil }
        let count = environment["SLURM_STEP_NUM_TASKS"] == nil ? "SLURM_NTASKS" : "SLURM_STEP_NUM_TASKS"
        return try ranked("SLURM_PROCID", of: count, environment)
    }

    private static func openMPI(_ environment: [String: String]) throws(CommandError) -> ShardSelection? {
        try ranked("OMPI_COMM_WORLD_RANK", of: "OMPI_COMM_WORLD_SIZE", environment)
    }

    private static func ranked(
        _ rank: String, of size: String, _ environment: [String: String]
    ) throws(CommandError) -> ShardSelection? {
        guard let index = try number(rank, environment) else { return nil }
        guard let count = try number(size, environment) else { throw incomplete(rank, missing: size) }
        guard index >= 0, index < count else {
            throw CommandError(
                "\(rank)=\(index) does not fit \(size)=\(count)", advice: ["give --shard I/N to say which part to make"]
            )
        }
        return ShardSelection(index: index, count: count, source: "from \(rank)")
    }

    private static func number(_ name: String, _ environment: [String: String]) throws(CommandError) -> Int? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard let value = Int(text) else {
            throw CommandError(
                "\(name): expected a whole number, found '\(text)'",
                advice: ["give --shard I/N to say which part to make"])
        }
        return value
    }

    private static func incomplete(_ name: String, missing: String) -> CommandError {
        CommandError(
            "\(name) is set but \(missing) is not, so the number of parts is unknown",
            advice: ["give --shard I/N to say which part to make"])
    }
}
