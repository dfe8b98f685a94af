import PDECore
import PDEData
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// The marginal likelihood of a training split's second derivatives, by the hyperparameters.
final class GaussianProcessTraining<Scalar: Real>: RunProblem {
    let model: PriorModule<Scalar>
    private let details: GaussianProcessDescription
    private let evidence: [WaveEvidence]
    private let valid: BoundaryValueSamples
    private let samples: Int
    private let backend: CPUBackend
    private let team: ThreadTeam

    init(_ task: GaussianProcessSolverTask, _ setting: ProblemSetting) throws {
        let train = try BoundaryValueSamples(path: setting.dataset, split: .train)
        valid = try BoundaryValueSamples(path: setting.dataset, split: .valid)
        details = GaussianProcessDescription(
            experiment: setting.experiment, dataset: setting.dataset, fingerprint: train.reader.fingerprintText,
            grid: train.shape, task: task)
        let prior = details.prior
        backend = setting.backend
        model = PriorModule(prior, on: setting.backend)
        samples = train.count
        let solver = GaussianProcessSolver(prior, frequencies: task.frequencies)
        team = ThreadTeam(threads: setting.backend.threads)
        var (evidence, position): ([WaveEvidence], Int) = ([], 0)
        while evidence.count < task.samples, position < train.count {
            var lines: [(values: [Double], length: Double)] = []
            while evidence.count + lines.count < task.samples, position < train.count {
                if setting.shouldStop() { throw TrainingError.interrupted }
                let (problem, known) = try train.sample(position)
                lines += try problem.curvatures(solver, known: known, most: 2)
                position += 1
            }
            // Some lines tell nothing.
            evidence += try team.map(lines) { try WaveEvidence(of: $0.values, solver, length: $0.length) }
                .compactMap(\.self)
        }
        self.evidence = Array(evidence.prefix(task.samples))
        guard !evidence.isEmpty else {
            throw TrainingError.data(
                path: setting.dataset, problem: "no sample of its training split has a source that tells of waves",
                remedy: "Add problems of Poisson's or of the Allen–Cahn equation with more points.")
        }
    }

    var description: any RunDescription { details }

    var source: ProblemSource {
        ProblemSource(
            path: details.dataset, fingerprint: details.fingerprint, samples: samples, grid: details.grid,
            bytesPerSample: 0)
    }

    /// The whole split.
    struct Batch: TrainingSamples {
        let count: Int
    }

    private final class Batches: BatchSource {
        private var left: Int
        private let batch: Batch
        let waitingSeconds = 0.0

        init(_ batch: Batch, _ count: Int) { (self.batch, left) = (batch, count) }

        func next() -> Batch? {
            left -= 1
            return left >= 0 ? batch : nil
        }
    }

    func batchCount(size: Int) -> Int { 1 }

    func batches(size: Int, from start: BatchPosition, epochs: Int) -> any BatchSource<Batch> {
        Batches(Batch(count: evidence.count), epochs - start.epoch)
    }

    func loss(
        _ model: PriorModule<Scalar>, constant: PriorModule<Scalar>, _ batch: Batch, step: Int
    ) -> Tensor<Scalar> {
        let (value, gradient) = evidence.negativeLogLikelihood(at: constant.point, team)
        // Value and gradient are exact here; beyond, nobody asks.
        let slopes = Tensor((0..<3).map { Scalar(gradient[$0]) }, shape: [3], on: backend)
        return ((model.logarithms - constant.logarithms) * slopes).sum() + Scalar(value)
    }

    func prediction(_ model: PriorModule<Scalar>, _ batch: Batch) -> Tensor<Scalar> {
        loss(model, constant: model, batch, step: 0)
    }

    func validate(_ model: PriorModule<Scalar>, batch: Int, shouldStop: () -> Bool) throws -> Double {
        let solver = GaussianProcessSolver(
            model.point.prior(like: details.prior), frequencies: details.task.frequencies)
        return try valid.scores(of: solver, shouldStop).geometricMeanError
    }
}
