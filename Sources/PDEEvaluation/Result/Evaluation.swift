import Glibc
import PDEConfig
import PDEData

/// Surrogates that differ in the seed of their training only, taken together.
public struct SeedGroup: Codable, Equatable, Sendable {
    /// The name that they share.
    public var name: String
    /// Their own names.
    public var members: [String]
    /// The geometric mean of the nRMSE, with an interval over seeds and initial states.
    public var error: Estimate
    /// Mean valid times at nRMSE 0.2 and 0.5 in frames, with intervals over seeds and initial states.
    public var validTimes: [Estimate]

    init?(_ name: String, of results: [ContestantResult], bootstrap: Bootstrap) {
        let members = results.filter { $0.group == name }
        guard members.count > 1 else { return nil }
        self.name = name
        self.members = members.map(\.name)
        error = bootstrap.mean(ofSeeds: members.map { $0.trajectories.map { log($0.error) } }).mapped { exp($0) }
        validTimes = RolloutPlan.errorThresholds.indices.map { place in
            bootstrap.mean(ofSeeds: members.map { $0.trajectories.map { $0.validTimes[place].frames } })
        }
    }
}

/// The outcome of an evaluation: what `metrics.json` holds and reports are made of.
public struct Evaluation: Codable, Equatable, Sendable {
    /// What the layout of the file is.
    public var format: String
    /// The trajectories that the contestants were held against.
    public var reference: ReferenceDescription
    /// How many there are.
    public var trajectoryCount: Int
    /// How rollouts were made.
    public var plan: RolloutPlan
    /// The contestants in the order in which they were given.
    public var contestants: [ContestantResult]
    /// Surrogates taken together that differ in the seed only.
    public var groups: [SeedGroup]
    /// Each surrogate against the classical solver; empty without a solver.
    public var comparisons: [CostComparison]
    /// How far surrogates say themselves that they may be off; nil where none does.
    public var bands: [UncertaintyBand]?

    /// The layout that this version writes and reads.
    public static let currentFormat = "pdekit-evaluation-1"

    init(
        reference: any ReferenceTrajectories, plan: RolloutPlan, contestants: [ContestantResult]
    ) {
        format = Self.currentFormat
        self.reference = reference.description
        trajectoryCount = reference.count
        self.plan = plan
        let baselines = contestants.filter { $0.kind == .baseline }
        self.contestants = contestants.map { result in
            var judged = result
            // A baseline is no rival to itself nor to the other one.
            if result.kind != .baseline {
                judged.judge(beside: baselines, plan: plan, reference: reference.description)
            }
            return judged
        }
        var names: [String] = []
        for name in contestants.compactMap(\.group) where !names.contains(name) { names.append(name) }
        let bootstrap = Bootstrap(seed: plan.seed)
        groups = names.compactMap { SeedGroup($0, of: contestants, bootstrap: bootstrap) }
        func point(_ result: ContestantResult) -> CostPoint {
            CostPoint(
                name: result.name, secondsPerFrame: result.cost.secondsPerFrame, error: result.summary.error.value,
                frames: result.cost.frames)
        }
        let solvers = contestants.filter { $0.kind == .solver }.map(point)
        comparisons = contestants.filter { $0.kind == .surrogate }.compactMap {
            CostComparison(point($0), with: solvers)
        }
    }

    /// The contestants that verdicts are about: the surrogates, or everything where there is none.
    public var judged: [ContestantResult] {
        let surrogates = contestants.filter { $0.kind == .surrogate }
        return surrogates.isEmpty ? contestants : surrogates
    }

    /// The text of `metrics.json`.
    ///
    /// - Throws: `ConfigurationError` for a number that is not finite.
    public func json() throws(ConfigurationError) -> String {
        try StrictEncoder().encode(self).serialized() + "\n"
    }

    /// Reads the text of a `metrics.json`.
    ///
    /// - Parameter file: its path, for error messages.
    /// - Throws: `ConfigurationError` for text that is no JSON, a missing or an unknown key, another format.
    public init(json text: String, file: String) throws(ConfigurationError) {
        let json = try JSON.parse(text, file: file)
        if let format = json["format"]?.string, format != Self.currentFormat {
            throw .invalid(path: "format", found: format, allowed: Self.currentFormat)
        }
        self = try StrictDecoder().decode(Evaluation.self, from: json)
    }

    /// Writes `metrics.json`, with a checksum as its last member.
    ///
    /// - Throws: what `json` and writing the file throw.
    public func write(to path: String) throws {
        try AtomicFile.write(SealedText.sealed(json()), to: path)
    }

    /// Reads a `metrics.json` and compares it with its checksum, if it has one.
    ///
    /// - Throws: `DataError` when it cannot be read or has changed since it was written; `ConfigurationError` as for a text.
    public init(path: String) throws {
        try self.init(json: SealedText.read(path).text, file: path)
    }
}
