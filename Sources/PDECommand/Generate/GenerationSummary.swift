import PDEData
import PDEGeneration

/// The last words of a generation: what was made, where, how good it is, and what to do next.
struct GenerationSummary {
    private let generation: Generation
    private let outcome: Generation.Outcome
    private let seconds: Double
    private let threads: Int

    init(_ generation: Generation, _ outcome: Generation.Outcome, seconds: Double, threads: Int) {
        self.generation = generation
        self.outcome = outcome
        self.seconds = seconds
        self.threads = threads
    }

    private var records: [SampleRecord] {
        (outcome.manifest?.shards ?? outcome.made).flatMap(\.samples)
    }

    private var failures: [SampleRecord] { records.filter { $0.failure != nil } }

    /// Whether a sample of the dataset, or of this run's part of it, could not be made.
    var hasFailures: Bool { !failures.isEmpty }

    var text: String {
        let lines = outcome.manifest.map { whole($0) } ?? part
        return lines.joined(separator: "\n") + "\n"
    }

    private func whole(_ manifest: Manifest) -> [String] {
        let path = generation.folder.path
        let bytes = manifest.shards.reduce(0) { $0 + $1.bytes }
        let splits = manifest.splits.sorted { $0.key < $1.key }.map { "\($0.value.count) \($0.key.rawValue)" }
        var lines = [
            "\(path): \(manifest.sampleCount) samples (\(splits.joined(separator: ", "))), \(formatBytes(bytes))"
        ]
        lines.append(
            outcome.made.isEmpty ? "  made      before; every shard's checksum is right" : "  made      \(cost)")
        lines.append("  health    \(health)")
        if let accuracy = outcome.accuracy {
            let isPartial = accuracy.frames < generation.recipe.frames.count - 1
            lines.append(
                "  accuracy  relative error \(formatSignificant(accuracy.firstFrame, digits: 2)) after one frame, at most "
                    + "\(formatSignificant(accuracy.largest, digits: 2)): sample \(accuracy.index), the hardest, against itself "
                    + "on twice the grid\(isPartial ? ", over \(accuracy.frames) frames" : "")")
        }
        if !failures.isEmpty {
            lines.append(
                "  failed    samples \(failures.map { "\($0.index)" }.joined(separator: ", ")): see manifest.json")
        }
        lines.append("  look      \(path)/preview.png, \(path)/README.md, or: pdegen inspect \(path)")
        lines.append(
            "  load      WellDataset(path=\"\(path)\", well_split_name=\"train\", n_steps_input=1, n_steps_output=1)")
        return lines
    }

    private var part: [String] {
        var lines = ["\(generation.folder.path): \(outcome.made.count + outcome.kept) shards of this part are finished"]
        if !outcome.made.isEmpty { lines.append("  made      \(cost)") }
        if !outcome.elsewhere.isEmpty {
            lines.append("  elsewhere \(outcome.elsewhere.count) shards are being made by another process")
        }
        lines.append(
            "  missing   \(outcome.missing.count) of \(generation.plan.count) shards; the run that finds the last one "
                + "finishes the dataset")
        return lines
    }

    private var cost: String {
        let samples = outcome.made.reduce(0) { $0 + $1.samples.count }
        let solving = outcome.made.reduce(0) { $0 + $1.secondsGenerating }
        let writing = outcome.made.reduce(0) { $0 + $1.secondsWriting }
        let share = solving > 0 ? formatSignificant(100 * writing / solving, digits: 2) : "0"
        return "\(samples) samples in \(formatDuration(seconds)) on \(threads) thread\(threads == 1 ? "" : "s"); "
            + "\(formatDuration(solving)) of solving, writing took \(share) % of that"
    }

    private var health: String {
        let rejected = records.reduce(0) { $0 + $1.rejections.count }
        var words: [String] = []
        for headline in generation.recipe.problem.headlines {
            guard let q = Quantiles(records.compactMap { $0.health[headline.name] }) else { continue }
            let worst = headline.isWorstAtMost ? q.most : q.least
            words.append("\(headline.label) \(formatSignificant(worst, digits: 2))")
        }
        words.append(rejected == 0 ? "no draw refused" : "\(rejected) draws refused and drawn again")
        return words.joined(separator: ", ")
    }
}
