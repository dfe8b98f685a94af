import PDEConfig
import PDECore
import PDEGeneration
import PDETraining

/// What of a study is left, and how long it will take on this machine, one run after the other.
public struct StudyForecast: Sendable {
    /// How far each run is.
    public let standings: [Training.Standing]
    /// Seconds of making the datasets that are missing.
    public private(set) var making = 0.0
    /// Seconds of training what is left.
    public private(set) var training = 0.0
    /// Runs that are left and of which that cannot be said before their datasets are there.
    public private(set) var unknown = 0

    /// Runs that are left.
    public var left: Int { standings.count { $0 != .finished } }

    /// Looks at the runs' folders. Of runs that differ only in their samples and their seed the first finished one counts, or some steps that
    /// are taken now; nothing is written.
    /// - Throws: what reading folders and data throws.
    public init(_ study: Study) throws {
        standings = try study.runs.map { try $0.training.standing() }
        var sources: [DatasetSource] = []
        for run in study.runs { sources += run.sources.filter { !sources.contains($0) } }
        for source in sources where !source.exists {
            guard let recipe = source.recipe else { continue }
            let generation = try Generation(recipe, in: source.folder)
            let workers = min(study.runs[0].training.threads, Processor.usableCoreCount)
            making += CostEstimate(generation).seconds(samples: recipe.samples.total, workers: workers) ?? 0
        }
        var known: [String: Double] = [:]
        for (run, standing) in zip(study.runs, standings) where standing == .finished {
            known[try Self.kind(of: run)] = run.training.seconds
        }
        for (run, standing) in zip(study.runs, standings) where standing != .finished {
            let kind = try Self.kind(of: run)
            if known[kind] == nil, run.sources.allSatisfy(\.exists) {
                // As fast from initial values.
                var (training, experiment) = (run.training, run.training.experiment)
                experiment.from = nil
                training = Training(
                    experiment, dataset: training.dataset, folder: training.folder, seed: training.seed,
                    threads: training.threads, kinds: training.kinds, makeSolver: training.makeSolver)
                known[kind] = try training.forecast()
            }
            guard let whole = known[kind] else {
                unknown += 1
                continue
            }
            training += max(0, whole - (run.training.seconds ?? 0))
        }
    }

    /// What runs have in common that take as long.
    private static func kind(of run: Study.Run) throws -> String {
        var experiment = run.training.experiment
        (experiment.from, experiment.seeds, experiment.data.levels) = (nil, [0], [])
        return try StrictEncoder().encode(experiment).serialized(pretty: false) + " \(run.training.dataset)"
    }
}
