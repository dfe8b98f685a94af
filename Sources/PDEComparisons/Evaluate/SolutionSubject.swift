import PDEConfig
import PDECore
import PDEData
import PDEEvaluation
import PDEStudies
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
        try SteadyEvaluator(dataset, threads: threads).findings(
            of: contestants(), title: RolloutSubject.title(runs.map(\.model.experiment.name), names), observer,
            shouldStop)
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
        return networks
            + (hasSolvers && channels == 1
                ? SteadySolvers.contestants(path, dataset, at: dataset.coordinates, kinds) : [])
            + [.trainingMean(runs[0].record.meanFrame)]
    }
}
