import PDEPlot

/// Surrogates beside each other, the best first; those that differ only in the seed of their training are one.
public struct Ranking: Equatable, Sendable {
    /// One line of it.
    public struct Entry: Equatable, Sendable {
        /// The name, that of the group for several seeds.
        public var name: String
        /// The names of those in it.
        public var members: [String]
        /// The error, over initial states and seeds.
        public var error: Estimate
        /// The smallest and the largest error of a seed; nil for a single one.
        public var spread: ClosedRange<Double>?
        /// The valid time at the smaller threshold, in frames; nil for what has no frames.
        public var validTime: Estimate?
        /// The median over the seeds of the seconds that a frame or a solution takes.
        public var seconds: Double
        /// What the worst of them comes to.
        public var outcome: Verdict.Outcome
        /// The same in words, with how many of the seeds it holds for.
        public var headline: String
    }

    /// The lines, the best first.
    public var entries: [Entry]
    /// What a reader is told first: which is best, and whether the intervals part.
    public var sentence: String

    /// What is ranked of one surrogate.
    struct Candidate {
        let name: String
        let group: String?
        let verdict: Verdict
        let error: Estimate
        let validTime: Estimate?
        let seconds: Double
    }

    /// Ranks.
    /// - Parameter group: the error and the valid time over the seeds of a group, by its name.
    init(_ candidates: [Candidate], group: (String) -> (error: Estimate, validTime: Estimate?)?) {
        var names: [String] = []
        func shared(_ candidate: Candidate) -> String {
            let isShared = candidates.count { $0.group != nil && $0.group == candidate.group } > 1
            return isShared ? candidate.group! : candidate.name
        }
        for candidate in candidates where !names.contains(shared(candidate)) { names.append(shared(candidate)) }
        entries = names.map { name in
            let members = candidates.filter { shared($0) == name }
            let errors = members.map(\.error.value)
            let outcome = members.map(\.verdict.outcome).max { Self.severity($0) < Self.severity($1) }!
            let worst = members.filter { $0.verdict.outcome == outcome }
            let several = members.count > 1
            let own = (error: members[0].error, validTime: members[0].validTime)
            let whole = several ? group(name)! : own
            return Entry(
                name: name, members: members.map(\.name), error: whole.error,
                spread: several ? errors.min()!...errors.max()! : nil, validTime: whole.validTime,
                seconds: members.map(\.seconds).sorted()[members.count / 2], outcome: outcome,
                headline: (several ? "\(worst.count) of \(members.count): " : "") + worst[0].verdict.headline)
        }.sorted { $0.error.value < $1.error.value }
        sentence = Self.sentence(entries)
    }

    private static func severity(_ outcome: Verdict.Outcome) -> Int {
        switch outcome {
        case .stable: 0
        case .unproven: 1
        case .drifts: 2
        case .noBetter: 3
        case .blowsUp: 4
        }
    }

    private static func sentence(_ entries: [Entry]) -> String {
        func words(_ entry: Entry) -> String {
            ([NumberText.short(entry.error.value), ReportText.interval(entry.error)].filter { !$0.isEmpty })
                .joined(separator: " ")
        }
        let best = entries[0]
        let caveat = entries.allSatisfy { [.noBetter, .blowsUp].contains($0.outcome) } ? "None is any good yet. " : ""
        guard entries.count > 1 else {
            let range = best.spread.map {
                ", from \(NumberText.short($0.lowerBound)) to \(NumberText.short($0.upperBound)) over \(best.members.count) seeds"
            }
            return "\(caveat)\(best.name) has an error of \(words(best))\(range ?? "")."
        }
        let next = entries[1]
        let start =
            "\(caveat)Best is \(best.name) with an error of \(words(best)), before \(next.name) with \(words(next))"
        guard let upper = best.error.upper, let lower = next.error.lower else {
            return "\(start); one initial state says nothing about others."
        }
        return upper < lower
            ? "\(start): their 95 % intervals part."
            : "\(start); their 95 % intervals overlap, so that other initial states or seeds may turn it round."
    }
}

extension Evaluation {
    /// The surrogates, the best first; nil where there is but one.
    public var ranking: Ranking? {
        guard judged.count > 1 else { return nil }
        return Ranking(
            judged.map {
                Ranking.Candidate(
                    name: $0.name, group: $0.group, verdict: $0.verdict, error: $0.summary.error,
                    validTime: $0.summary.validTimes[0].frames, seconds: $0.cost.secondsPerFrame)
            }, group: { name in groups.first { $0.name == name }.map { ($0.error, $0.validTimes[0]) } })
    }
}

extension SteadyEvaluation {
    /// The surrogates, the best first; nil where there is but one.
    public var ranking: Ranking? {
        guard judged.count > 1 else { return nil }
        return Ranking(
            judged.map {
                Ranking.Candidate(
                    name: $0.name, group: $0.group, verdict: $0.verdict, error: $0.error, validTime: nil,
                    seconds: $0.secondsPerSample)
            }, group: { name in groups.first { $0.name == name }.map { ($0.error, nil) } })
    }
}
