import PDEData

/// What is known of the data that a run has seen.
public struct RunMemory: Sendable {
    /// The run's folder, and that of the dataset it was trained on.
    public let folder, dataset: String
    /// Which samples it has seen; nil where it cannot be said.
    public let record: DataRecord?
}

/// Which samples of a split runs are scored on: of the test split those that none of them has seen, of the others all.
public struct ScoredSamples: Sendable {
    /// Their positions in the split, increasing.
    public let positions: [Int]
    /// How many of them a run was trained or validated on; nil where that cannot be said.
    public let seen: Int?
    /// What was left out or has been seen, a sentence each.
    public let notes: [String]

    /// Compares the samples' initial states with those that the runs have seen.
    ///
    /// - Parameters:
    ///   - candidates: positions in the split.
    ///   - limit: only the first so many.
    /// - Throws: `TrainingError.data` when there is nothing unseen in the test split.
    public init(
        _ runs: [RunMemory], _ reader: DatasetReader, among candidates: [Int], limit: Int = .max
    ) throws(TrainingError) {
        let states = candidates.map { reader.initialStates[$0] }
        let isTest = reader.split == .test
        var notes = runs.compactMap { Self.gap($0, reader, states) }
        let isKnown = notes.isEmpty
        let seen = Set(runs.compactMap(\.record).flatMap { $0.trained + $0.validated })
        let isSeen = states.map { $0.map(seen.contains) ?? false }
        let leftOut = isTest ? isSeen.count { $0 } : 0
        let who = runs.count == 1 ? runs[0].folder : "one of the runs"
        guard leftOut < candidates.count || candidates.isEmpty else {
            throw .data(
                path: reader.path,
                problem: "all \(leftOut) samples of the split 'test' were among those that \(who) was trained or "
                    + "validated on",
                remedy: "Make a dataset of others with another seed: `pdegen RECIPE --seed N --out DIR`.\n"
                    + "To score on the training's own samples on purpose, use --split train or --split valid.")
        }
        if leftOut > 0 {
            notes.append(
                "\(leftOut) of \(candidates.count) samples are left out: \(who) was trained or validated on them")
        }
        let chosen = candidates.indices.filter { !isTest || !isSeen[$0] }.prefix(limit)
        positions = chosen.map { candidates[$0] }
        self.seen = isKnown ? chosen.count { isSeen[$0] } : nil
        if !isTest {
            for run in runs { notes += Self.sentences(run, chosen.compactMap { states[$0] }, of: chosen.count) }
        }
        self.notes = notes
    }

    /// Why it cannot be said what a run has seen; nil where it can.
    private static func gap(_ run: RunMemory, _ reader: DatasetReader, _ states: [UInt64?]) -> String? {
        let consequence = "whether it has seen these samples cannot be checked"
        guard let record = run.record else {
            return "\(run.folder) keeps no record of its data, and \(run.dataset) is not any more what it was "
                + "trained on: \(consequence)"
        }
        if record.unknown > 0 {
            return "\(record.unknown) samples that \(run.folder) was trained on have no fingerprint: \(consequence)"
        }
        return states.contains(nil) ? "\(reader.path) has no fingerprints of samples: \(consequence)" : nil
    }

    private static func sentences(_ run: RunMemory, _ states: [UInt64], of count: Int) -> [String] {
        guard let record = run.record else { return [] }
        let (trained, validated) = (Set(record.trained), Set(record.validated))
        let samples = "\(count) sample\(count == 1 ? "" : "s")"
        return [
            ("was trained on", states.count { trained.contains($0) }),
            ("chose its best state by", states.count { validated.contains($0) }),
        ].compactMap { verb, number in
            number > 0 ? "\(run.folder) \(verb) \(number) of these \(samples): this is no error on unseen data" : nil
        }
    }
}
