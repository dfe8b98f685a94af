/// Which part of the shards this process makes, when several processes share a dataset; of a study's runs, which it trains.
///
/// The processes know each other only by their numbers: process `index` of `count` makes the shards whose number leaves
/// the rest `index` when divided by `count`. A part that a launcher's environment chose is only where the process begins: after
/// it, it goes on with shards that nobody makes. One given by hand is all that it makes.
public struct ShardSelection: Equatable, Sendable, CustomStringConvertible {
    /// This process's number, from 0; below `count` if that is known.
    public let index: Int
    /// How many processes share the work; nil if the launcher does not say.
    public let count: Int?
    /// Where the numbers came from, for messages; nil for a process that works alone.
    public let source: String?
    /// Whether the part was given by hand.
    public let isExplicit: Bool

    private init(index: Int, count: Int?, source: String?, isExplicit: Bool = false) {
        self.index = index
        self.count = count
        self.source = source
        self.isExplicit = isExplicit
    }

    /// All shards, for a process that works alone.
    public static let all = ShardSelection(index: 0, count: 1, source: nil)

    /// Whether this process makes the shard with the given number, or begins with it.
    public func contains(_ shard: Int) -> Bool { count.map { shard % $0 == index } ?? false }

    /// Where among `shards` the process goes on after its part; nil if it does not. Processes go on from different places.
    public func continuation(among shards: Int) -> Int? {
        if isExplicit || self == .all { return nil }
        let share = count.map { Double(index) / Double($0) } ?? Self.spread(index)
        return min(shards - 1, Int(share * Double(shards)))
    }

    /// 0, 1/2, 1/4, 3/4, 1/8, …: numbers that fill the unit interval evenly, however many there are (van der Corput 1935).
    private static func spread(_ index: Int) -> Double {
        var (rest, weight, sum) = (index, 0.5, 0.0)
        while rest > 0 {
            sum += weight * Double(rest % 2)
            rest /= 2
            weight /= 2
        }
        return sum
    }

    /// How the parts that hold what is missing are made, too: with what is given to `--shard`.
    /// - Parameter places: the numbers of the shards, or of the runs, that are missing.
    package func wayOut(_ places: some Sequence<Int>) -> String {
        guard let count, count > 1 else { return "run the same command again" }
        let parts = Set(places.map { $0 % count }).sorted()
        let named = parts.prefix(8).map { "\($0)/\(count)" } + (parts.count > 8 ? ["…"] : [])
        return "run --shard \(named.joined(separator: ", ")) too, or once without --shard"
    }

    /// Such as "shard 3/8 (from --shard)".
    public var description: String {
        guard let source else { return "all shards" }
        let part =
            count.map { $0 == 1 ? "all shards" : "shard \(index)/\($0)" } ?? "process \(index) of a number unknown"
        return "\(part) (from \(source))"
    }

    /// What a launcher's variables made of this run, and the way out; nil where none did.
    public var notice: String? {
        guard let source, !isExplicit, count != 1 else { return nil }
        let part = count.map { "shard \(index)/\($0) first, then what" } ?? "what"
        return "\(part) nobody else makes (from \(source)); --shard 0/1 makes all, whatever the environment says"
    }

    /// The selection from `--shard`, else from the launcher's environment, else ``all``.
    ///
    /// Inside a job array every task takes its part; if the task runs several processes by `srun` or `mpirun`, they
    /// share that part. The variables of MPI launchers count before those of the Slurm step they were started in. The batch
    /// script itself carries `SLURM_PROCID` 0 and the whole job's `SLURM_NTASKS` though it runs once: it is told from a step
    /// by the missing `SLURM_STEP_ID`.
    ///
    /// - Parameters:
    ///   - option: The value of `--shard`, such as "3/8"; nil if not given.
    ///   - environment: The process's environment.
    /// - Throws: `StudyError.part`.
    public static func resolve(
        option: String?, environment: [String: String]
    ) throws(StudyError) -> ShardSelection {
        if let option { return try parse(option) }
        let launcher = LauncherVariables(environment)
        switch (try launcher.array(), try launcher.step()) {
        case (let array?, let step?) where step.count != 1:
            let source = "\(array.name) and \(step.name)"
            // Without the number of either, the processes of a task begin together and share by leases.
            guard let steps = step.count else { return part(array, source) }
            let count = array.count.map { $0 * steps }
            return ShardSelection(index: array.index * steps + step.index, count: count, source: source)
        case (let array?, _): return part(array, array.name)
        case (nil, let step?): return part(step, step.name)
        case (nil, nil): return .all
        }
    }

    /// The part that the launcher of this process chose, if there is one.
    /// - Throws: `StudyError.part` where its variables cannot be read.
    public static var launched: ShardSelection {
        get throws(StudyError) { try resolve(option: nil, environment: processEnvironment()) }
    }

    private static func part(_ place: LauncherVariables.Place, _ source: String) -> ShardSelection {
        ShardSelection(index: place.index, count: place.count, source: source)
    }

    private static func parse(_ text: String) throws(StudyError) -> ShardSelection {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1] else {
            throw .part(problem: "--shard: expected I/N such as 0/4, found '\(text)'", advice: [])
        }
        guard count >= 1, index >= 0, index < count else {
            let advice =
                index == count && count >= 1 ? ["shards count from 0: the last one is \(count - 1)/\(count)"] : []
            throw .part(problem: "--shard: expected I/N with 0 ≤ I < N, found '\(text)'", advice: advice)
        }
        return ShardSelection(index: index, count: count, source: "--shard", isExplicit: true)
    }
}
