import PDECommand
import PDECore
import PDEData
import PDEGeneration
import PDEStudies

/// The last words of a generation: what was made, where, how good it is, and what to do next.
struct GenerationSummary {
    private let generation: Generation
    private let outcome: Generation.Outcome
    private let selection: ShardSelection
    private let seconds: Double
    private let threads: Int

    init(
        _ generation: Generation, _ outcome: Generation.Outcome, _ selection: ShardSelection, seconds: Double,
        threads: Int
    ) {
        self.generation = generation
        self.outcome = outcome
        self.selection = selection
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
            "\(path): \(counted(manifest)) (\(splits.joined(separator: ", "))), \(formatBytes(bytes))"
        ]
        lines.append(
            outcome.made.isEmpty
                ? "  made      before; every shard\(selection.count == 1 ? "" : " of this part")'s checksum is right"
                : "  made      \(cost)")
        if let notice = selection.notice { lines.append("  part      \(notice)") }
        lines.append("  health    \(health)")
        lines += ParameterComparison.all(in: manifest, of: generation.recipe).compactMap(\.complaint).map {
            "  biased    \($0)"
        }
        if let grids = GridChoice.summary(of: records) { lines.append("  grids     \(grids)") }
        if let accuracy = outcome.accuracy {
            let isSteady = generation.recipe.isSteady
            let isPartial = accuracy.frames < generation.recipe.frames.solvedCount - 1
            lines.append(
                "  accuracy  relative error "
                    + (isSteady ? "" : "\(formatSignificant(accuracy.firstFrame, digits: 2)) after one frame, at most ")
                    + "\(formatSignificant(accuracy.largest, digits: 2)): sample \(name(accuracy.index, manifest)), the hardest, against "
                    + (accuracy.reference == .finerGrid ? "itself on twice the grid" : "its closed form")
                    + "\(isPartial ? ", over \(formatCount(accuracy.frames, "frame"))" : "")")
        }
        if let omission = outcome.accuracyOmission {
            lines.append("  accuracy  not measured on the hardest sample: \(omission.reason)")
        }
        if !failures.isEmpty {
            lines.append(
                "  failed    samples \(failures.map { name($0.index, manifest) }.joined(separator: ", ")): see manifest.json"
            )
        }
        lines.append("  look      \(path)/preview.png, \(path)/README.md, or: pdegen inspect \(path)")
        lines.append(
            "  load      WellDataset(path=\"\(path)\", well_split_name=\"\(manifest.firstSplit)\", n_steps_input=1, "
                + "n_steps_output=\(generation.recipe.isSteady ? 0 : 1))")
        return lines
    }

    private func name(_ number: Int, _ manifest: Manifest) -> String {
        manifest.address(of: number)?.description ?? "\(number)"
    }

    /// Fewer than the splits hold where some could not be made.
    private func counted(_ manifest: Manifest) -> String {
        let wanted = formatCount(records.count, "sample")
        return failures.isEmpty ? wanted : "\(formatCount(manifest.sampleCount)) of \(wanted)"
    }

    private var part: [String] {
        let total = generation.plan.count
        var lines = [
            "\(generation.folder.path): unfinished, \(total - outcome.missing.count) of \(formatCount(total, "shard")) there",
            "  made      "
                + (outcome.made.isEmpty ? "nothing: what is missing of \(selection) is made elsewhere" : cost),
        ]
        if let notice = selection.notice { lines.append("  part      \(notice)") }
        if !outcome.elsewhere.isEmpty {
            let makers = Set(outcome.elsewhere.values).sorted()
            lines.append(
                "  elsewhere \(formatCount(outcome.elsewhere.count, "shard")) made by \(makers.joined(separator: ", "))"
                    + (outcome.unheld.isEmpty ? "; whoever stores the last one finishes the dataset" : ""))
        }
        let unheld = outcome.unheld
        if !unheld.isEmpty {
            let places = generation.plan.enumerated().filter { unheld.contains($1.id) }.map(\.offset)
            lines.append(
                "  missing   \(formatCount(unheld.count, "shard")) that nobody makes: \(selection.wayOut(places))")
        }
        return lines
    }

    private var cost: String {
        let samples = outcome.made.reduce(0) { $0 + $1.samples.count }
        let solving = outcome.made.reduce(0) { $0 + $1.secondsGenerating }
        let writing = outcome.made.reduce(0) { $0 + $1.secondsWriting }
        let share = solving > 0 ? formatSignificant(100 * writing / solving, digits: 2) : "0"
        return "\(formatCount(samples, "sample")) in \(formatDuration(seconds)) on \(formatCount(threads, "thread")); "
            + "\(formatDuration(solving)) of solving, writing took \(share) % of that"
    }

    private var health: String {
        let rejected = records.reduce(0) { $0 + $1.rejections.count }
        var words: [String] = []
        for headline in generation.recipe.problem.profile.headlines {
            guard let q = Quantiles(records.compactMap { $0.health[headline.name] }) else { continue }
            let worst = headline.isWorstAtMost ? q.most : q.least
            words.append("\(headline.label) \(formatSignificant(worst, digits: 2))")
        }
        words.append(rejected == 0 ? "no draw refused" : "\(formatCount(rejected, "draw")) refused")
        return words.joined(separator: ", ")
    }
}
