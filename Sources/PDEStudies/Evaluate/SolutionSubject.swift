import PDEConfig
import PDECore
import PDEData
import PDEEvaluation
import PDEGeneration
import PDETraining

/// Runs of a steady problem beside the training mean and the classical solver on coarser grids.
struct SolutionSubject: EvaluationSubject {
    private let runs: [SteadyRun]
    private let names: [RunName]
    private let dataset: SteadyDataset
    private let path: String
    private let hasSolvers: Bool
    private let threads: Int
    private let kinds: Kinds

    init(_ folders: [String], _ choice: SampleChoice, hasSolvers: Bool, threads: Int, kinds: Kinds) throws {
        runs = try folders.map { try SteadyRun(folder: $0, kinds: kinds) }
        names = RunName.names(of: folders)
        let model = runs[0].model
        guard runs.allSatisfy({ $0.model.grid == model.grid && $0.model.channels == model.channels }) else {
            throw StudyError.differentModels(what: "grids or fields")
        }
        if choice.dataset == nil, let other = runs.first(where: { $0.model.fingerprint != model.fingerprint }) {
            throw StudyError.differentData(
                first: "\(runs[0].folder) on \(model.dataset)", second: "\(other.folder) on \(other.model.dataset)")
        }
        path = choice.dataset ?? model.dataset
        dataset = try SteadyDataset(runs, path: path, choice)
        (self.hasSolvers, self.threads, self.kinds) = (hasSolvers, threads, kinds)
    }

    var warnings: [String] { runs.compactMap(\.warning) }

    func run(
        _ observer: RunsEvaluation.Observer, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> RunsFindings {
        let contestants = try self.contestants()
        let evaluator = SteadyEvaluator(dataset, threads: threads)
        observer.begin(contestants.count * dataset.count, "solutions")
        let evaluation = try evaluator.evaluate(
            contestants, progress: observer.progress, shouldStop: shouldStop)
        let order = evaluation.contestants[0].samples.enumerated().sorted { $0.element.error < $1.element.error }
        let chosen = [("best", order[0]), ("median", order[order.count / 2]), ("worst", order[order.count - 1])]
        let examples = try chosen.map { title, entry in
            (title: title, example: try evaluator.example(contestants[0], sample: entry.offset, entry.element.error))
        }
        let picture = SteadyPicture(examples, of: contestants[0].name, evaluation.reference).png()
        return .solutions(
            evaluation, title: RolloutSubject.title(runs.map(\.model.experiment.name), names), picture: picture)
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
            let recipe = try? Recipe(stored: manifest.recipe, kinds: kinds)
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
                        throw StudyError.manifest(path: path, problem: "its manifest has no sample \(index)")
                    }
                    let (values, seconds) = try solve(record, coordinates)
                    for place in values.indices { solution[place] = Float(values[place]) }
                    return seconds
                }
            }
        }
    }
}
