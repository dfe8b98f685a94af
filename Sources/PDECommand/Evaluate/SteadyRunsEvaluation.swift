import PDECore
import PDEData
import PDEEvaluation
import PDEGeneration
import PDETraining

/// The evaluation of runs of a steady problem beside the training mean and the classical solver on coarser grids.
struct SteadyRunsEvaluation {
    private let runs: [SteadyRun]
    private let names: [RunName]
    private let dataset: SteadyDataset
    private let path: String
    private let hasSolvers: Bool
    private let threads: Int

    init(
        _ folders: [String], data: String?, split: Split, bounds: [String: ClosedRange<Double>], limit: Int?,
        hasSolvers: Bool, threads: Int
    ) throws {
        runs = try folders.map { try SteadyRun(folder: $0) }
        names = RunName.names(of: folders)
        let model = runs[0].model
        guard runs.allSatisfy({ $0.model.grid == model.grid && $0.model.channels == model.channels }) else {
            throw CommandError(
                "the runs have different grids or fields", advice: ["compare runs on the same data"], exitCode: .badData
            )
        }
        if data == nil, let other = runs.first(where: { $0.model.fingerprint != model.fingerprint }) {
            throw CommandError(
                "the runs were trained on different data: \(runs[0].folder) on \(model.dataset), \(other.folder) on "
                    + other.model.dataset,
                advice: ["name the dataset that they are compared on with --data DIR"], exitCode: .badData)
        }
        path = data ?? model.dataset
        dataset = try SteadyDataset(runs, path: path, split: split, bounds: bounds, limit: limit)
        (self.hasSolvers, self.threads) = (hasSolvers, threads)
    }

    /// What warnings the checkpoints ask for.
    var warnings: [String] { runs.compactMap(\.warning) }

    /// Evaluates and writes metrics.json, report.html and samples.png into a folder.
    /// - Returns: what a reader is told.
    func write(to folder: String, _ mode: ProgressReporter.Mode) throws -> String {
        let contestants = try self.contestants()
        let evaluator = SteadyEvaluator(dataset, threads: threads)
        let progress = ProgressReporter(
            "evaluate", total: contestants.count * dataset.count, unit: "solutions", mode: mode)
        for warning in warnings { progress.warning(warning) }
        let evaluation: SteadyEvaluation
        do {
            evaluation = try evaluator.evaluate(
                contestants, progress: { progress.update(done: $0.done, extra: $0.contestant) },
                shouldStop: { Interrupt.isRequested })
        } catch {
            progress.finish(extra: "stopped")
            throw error
        }
        progress.finish()
        let order = evaluation.contestants[0].samples.enumerated().sorted { $0.element.error < $1.element.error }
        let chosen = [("best", order[0]), ("median", order[order.count / 2]), ("worst", order[order.count - 1])]
        let examples = try chosen.map { title, entry in
            (title: title, example: try evaluator.example(contestants[0], sample: entry.offset, entry.element.error))
        }
        let picture = SteadyPicture(examples, of: contestants[0].name, evaluation.reference).png()
        try FileSystem.createFolder(folder)
        try evaluation.write(to: "\(folder)/metrics.json")
        try AtomicFile.write(picture, to: "\(folder)/samples.png")
        try SteadyReport(title: runs[0].model.experiment.name, evaluation: evaluation, picture: picture).write(
            to: "\(folder)/report.html")
        return Self.summary(evaluation, folder)
    }

    private func contestants() throws -> [SteadyContestant] {
        let (dataset, points) = (dataset, dataset.description.pointCount)
        let channels = dataset.description.channels.count
        let networks = try zip(runs, names).map { run, name in
            let samples = try run.samples(dataset: path, split: Split(rawValue: dataset.description.split)!)
            return SteadyContestant(name.text, kind: .surrogate, group: name.group) {
                let predict = try samples.predictor()
                let values = AlignedBuffer<Float>(count: samples.valueCount)
                return { sample, solution in
                    let seconds = try predict(dataset.positions[sample], values.pointer)
                    separateChannels(values.pointer, frames: 1, points: points, channels: channels, into: solution)
                    return seconds
                }
            }
        }
        return networks + (hasSolvers && channels == 1 ? solvers() : [])
            + [.trainingMean(runs[0].record.meanFrame)]
    }

    /// The dataset's own solver on its grid and on coarser ones.
    private func solvers() -> [SteadyContestant] {
        guard let manifest = try? DatasetFolder(path: path, name: "").manifest(),
            let recipe = try? Recipe(stored: manifest.recipe)
        else { return [] }
        let records = Dictionary(
            manifest.shards.flatMap(\.samples).map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        let (dataset, coordinates) = (dataset, dataset.coordinates)
        return SteadySolver.all(of: recipe).map { solver in
            SteadyContestant(solver.name, kind: .solver) {
                let solve = solver.makeSession()
                return { sample, solution in
                    let index = dataset.label(of: sample).index
                    guard let record = records[index] else {
                        throw CommandError("\(path): its manifest has no sample \(index)", exitCode: .badData)
                    }
                    let (values, seconds) = try solve(record, coordinates)
                    for place in values.indices { solution[place] = Float(values[place]) }
                    return seconds
                }
            }
        }
    }

    private static func summary(_ evaluation: SteadyEvaluation, _ folder: String) -> String {
        var text = (evaluation.reference.notes ?? []).map { "note: \($0)\n" }.joined()
        for result in evaluation.judged {
            text += "\(result.name): \(result.verdict.headline)\n"
            for sentence in result.verdict.sentences { text += "  \(sentence)\n" }
        }
        var table = TextTable(["", "error", "median", "worst", "a solution"])
        for result in evaluation.contestants {
            let numbers = [result.error.value, result.median, result.worst].map { formatSignificant($0, digits: 3) }
            table.append([result.name] + numbers + [formatDuration(result.secondsPerSample)])
        }
        text += "\n" + table.rendered() + "\n"
        for comparison in evaluation.comparisons { text += EvaluationSummary.sentence(comparison) + "\n" }
        return text + "look      \(folder)/report.html, \(folder)/samples.png, \(folder)/metrics.json\n"
    }
}
