import Glibc
import PDEConfig
import PDEData

/// The marks of one solution.
public struct SteadyScore: Equatable, Sendable {
    /// The sample.
    public var label: TrajectoryLabel
    /// ‖solution − truth‖ / ‖truth‖ over space and channels, each channel in its scale.
    public var error: Double
    /// The largest difference over the truth's largest value.
    public var largest: Double
    /// Seconds that the solution took.
    public var seconds: Double
    /// The share of values whose error is at most 1.96 of the standard deviations that the contestant says; nil where it says none.
    public var coverage: Double?

    /// Marks; such that are no numbers count as `saturation`.
    init(label: TrajectoryLabel, error: Double, largest: Double, seconds: Double, coverage: Double? = nil) {
        (self.label, self.coverage) = (label, coverage)
        self.error = error < Self.saturation ? error : Self.saturation
        self.largest = largest < Self.saturation ? largest : Self.saturation
        self.seconds = seconds
    }

    /// The most that an error counts.
    static let saturation = 100.0
}

extension SteadyScore: Codable {}

/// The marks of the samples of one cell of difficulty.
public struct SteadyCell: Codable, Equatable, Sendable {
    /// The cell.
    public var cell: String
    /// How many samples it has.
    public var samples: Int
    /// The mean of their relative errors.
    public var error: Estimate
    /// The mean of their coverages; nil where no deviations are said.
    public var coverage: Estimate?
}

/// All that was found out about one contestant.
public struct SteadyResult: Codable, Equatable, Sendable {
    /// Its name.
    public var name: String
    /// What kind of thing it is.
    public var kind: Contestant.Kind
    /// The name shared by surrogates that differ in their seed only.
    public var group: String?
    /// What it comes to.
    public var verdict: Verdict
    /// The mean of the relative errors, with a 95 % interval over samples.
    public var error: Estimate
    /// The median of the relative errors, their 90th percentile and the worst.
    public var median, upper, worst: Double
    /// The mean of the largest differences over the truth's largest values.
    public var largest: Estimate
    /// Seconds of wall clock a solution, the median over the samples.
    public var secondsPerSample: Double
    /// Seconds that were needed before the first solution, once for all; nil where that is not counted.
    public var trainingSeconds: Double?
    /// The mean share of values within the 95 % intervals that the contestant says; nil where it says none.
    public var coverage: Estimate?
    /// How many ran at once.
    public var threads: Int
    /// The marks by cell of difficulty, in the order of the numbers in the cells' names.
    public var cells: [SteadyCell]
    /// The marks of every sample.
    public var samples: [SteadyScore]

    init(_ contestant: SteadyContestant, _ scores: [SteadyScore], threads: Int) {
        let bootstrap = Bootstrap()
        (name, kind, group) = (contestant.name, contestant.kind, contestant.group)
        (samples, self.threads) = (scores, threads)
        error = bootstrap.mean(of: scores.map(\.error))
        largest = bootstrap.mean(of: scores.map(\.largest))
        let sorted = scores.map(\.error).sorted()
        median = Quantile.of(sorted: sorted, 0.5)
        upper = Quantile.of(sorted: sorted, 0.9)
        worst = sorted[sorted.count - 1]
        secondsPerSample = Quantile.of(sorted: scores.map(\.seconds).sorted(), 0.5)
        trainingSeconds = contestant.trainingSeconds
        func coverage(_ scores: [SteadyScore]) -> Estimate? {
            let shares = scores.compactMap(\.coverage)
            return shares.isEmpty ? nil : bootstrap.mean(of: shares)
        }
        self.coverage = coverage(scores)
        cells = TrajectoryLabel.cells(of: scores.map(\.label)).map { name in
            let own = scores.filter { $0.label.cell == name }
            return SteadyCell(
                cell: name, samples: own.count, error: bootstrap.mean(of: own.map(\.error)), coverage: coverage(own))
        }
        verdict = Verdict(error, worst: worst, samples: scores.count, against: [])
    }

    /// Seconds a solution with its part of the training, of as many solutions as there are samples.
    public var amortizedSeconds: Double { secondsPerSample + (trainingSeconds ?? 0) / Double(samples.count) }

    /// Judges again, beside baselines.
    mutating func judge(beside baselines: [SteadyResult]) {
        let bootstrap = Bootstrap()
        let ratios = baselines.map { baseline in
            let pairs = zip(samples, baseline.samples)
            let ratio = bootstrap.mean(of: pairs.map { log(max($0.error, 1e-12) / max($1.error, 1e-12)) })
            return (name: baseline.name, error: baseline.error.value, ratio: ratio.mapped { exp($0) })
        }
        verdict = Verdict(error, worst: worst, samples: samples.count, against: ratios)
    }
}

/// Surrogates of a steady problem that differ in the seed of their training only, taken together.
public struct SteadyGroup: Codable, Equatable, Sendable {
    /// The name that they share.
    public var name: String
    /// Their own names.
    public var members: [String]
    /// The mean relative error, with an interval over seeds and samples.
    public var error: Estimate
}

/// The outcome of an evaluation of a steady problem: what `metrics.json` holds and the report is made of.
public struct SteadyEvaluation: Codable, Equatable, Sendable {
    /// What the layout of the file is.
    public var format: String
    /// The samples that the contestants were held against.
    public var reference: SteadyReference
    /// The contestants in the order in which they were given.
    public var contestants: [SteadyResult]
    /// Surrogates taken together that differ in the seed only.
    public var groups: [SteadyGroup]
    /// Each surrogate against the classical solver; empty without a solver.
    public var comparisons: [CostComparison]
    /// How long each method takes to errors that are asked for; nil where no training is counted.
    public var accuracies: [TimeToAccuracy]?

    /// The layout that this version writes and reads.
    public static let currentFormat = "pdekit-steady-evaluation-1"

    init(_ reference: SteadyReference, _ results: [SteadyResult]) {
        format = Self.currentFormat
        self.reference = reference
        let baselines = results.filter { $0.kind == .baseline }
        contestants = results.map { result in
            var judged = result
            if result.kind != .baseline { judged.judge(beside: baselines) }
            return judged
        }
        var names: [String] = []
        let surrogates = results.filter { $0.kind == .surrogate }
        for name in surrogates.compactMap(\.group) where !names.contains(name) { names.append(name) }
        groups = names.compactMap { name in
            let members = surrogates.filter { $0.group == name }
            guard members.count > 1 else { return nil }
            return SteadyGroup(
                name: name, members: members.map(\.name),
                error: Bootstrap().mean(ofSeeds: members.map { $0.samples.map(\.error) }))
        }
        func point(_ result: SteadyResult) -> CostPoint {
            CostPoint(
                name: result.name, secondsPerFrame: result.amortizedSeconds, error: result.error.value,
                frames: result.samples.count)
        }
        let solvers = results.filter { $0.kind == .solver }.map(point)
        comparisons = surrogates.compactMap { CostComparison(point($0), with: solvers) }
        if results.contains(where: { $0.trainingSeconds != nil }) { accuracies = TimeToAccuracy.all(of: results) }
    }

    /// The contestants that verdicts are about: the surrogates, or everything where there is none.
    public var judged: [SteadyResult] {
        let surrogates = contestants.filter { $0.kind == .surrogate }
        return surrogates.isEmpty ? contestants : surrogates
    }

    /// Whether a contestant says how far it may be off.
    public var saysDeviations: Bool { contestants.contains { $0.coverage != nil } }

    /// How many samples there are.
    public var sampleCount: Int { contestants[0].samples.count }

    /// Writes `metrics.json`, with a checksum as its last member.
    ///
    /// - Throws: `ConfigurationError` for a number that is not finite; what writing the file throws.
    public func write(to path: String) throws {
        try AtomicFile.write(SealedText.sealed(StrictEncoder().encode(self).serialized() + "\n"), to: path)
    }

    /// Reads a `metrics.json` and compares it with its checksum, if it has one.
    ///
    /// - Throws: `DataError` when it cannot be read or has changed since it was written; `ConfigurationError` for a missing or
    ///   an unknown key, another format.
    public init(path: String) throws {
        let json = try JSON.parse(SealedText.read(path).text, file: path)
        if let format = json["format"]?.string, format != Self.currentFormat {
            throw ConfigurationError.invalid(path: "format", found: format, allowed: Self.currentFormat)
        }
        self = try StrictDecoder().decode(SteadyEvaluation.self, from: json)
    }
}
