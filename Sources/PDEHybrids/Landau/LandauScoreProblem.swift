import PDECore
import PDEData
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// Velocities drawn from an initial state by the seed, and the score that is known there.
final class LandauScoreProblem<Scalar: Real>: RunProblem {
    let model: ScoreNetwork<Scalar>
    private let details: LandauScoreDescription
    private let seed: UInt64
    private let rank: Rank
    private let backend: CPUBackend
    private let team: ThreadTeam
    private let matching: ScoreMatching<Scalar>
    /// The mean of the score's square, in the network's coordinates.
    private let square: Double

    /// Velocities that decide which state is best, and the index of the first.
    private static var validated: Int { 20_000 }
    private static var firstValidated: Int { 1 << 31 }

    init(_ task: LandauScoreTask, _ setting: ProblemSetting) throws {
        details = LandauScoreDescription(experiment: setting.experiment, task: task)
        (seed, rank, backend) = (setting.seed, setting.rank, setting.backend)
        let layers = task.scoreLayers
        try setting.admit(Double(layers.parameterCount))
        model = ScoreNetwork(layers, Initialization(seed: setting.seed, backend: setting.backend))
        team = ThreadTeam(threads: setting.backend.threads)
        matching = ScoreMatching(layers)
        let drawn = Self.drawn(task, seed: setting.seed, index: Self.firstValidated, count: Self.validated)
        square = drawn.squareOfTarget
    }

    var description: any RunDescription { details }

    var source: ProblemSource {
        ProblemSource(
            path: "velocities drawn by the seed", fingerprint: "drawn", samples: details.task.draws, grid: [],
            bytesPerSample: Double((2 * details.task.system.dimensions + 1) * MemoryLayout<Scalar>.size))
    }

    private func drawn(_ index: Int, _ count: Int) -> DrawnVelocities<Scalar> {
        Self.drawn(details.task, seed: seed, index: index, count: count)
    }

    private static func drawn(
        _ task: LandauScoreTask, seed: UInt64, index: Int, count: Int
    ) -> DrawnVelocities<Scalar> {
        let density = task.system.density
        // The covariance is diagonal.
        let scales = (0..<density.dimensions).map { task.whitens ? density.covariance[$0, $0].squareRoot() : 1 }
        return DrawnVelocities(density, scales: scales, seed: seed, index: index, count: count)
    }

    func batchCount(size: Int) -> Int { max(1, details.task.draws / (size * rank.count)) }

    func batches(size: Int, from start: BatchPosition, epochs: Int) -> any BatchSource<DrawnVelocities<Scalar>> {
        DrawnBatches(perEpoch: batchCount(size: size), from: start, epochs: epochs, rank: rank) { [self] number in
            // Indices of a stream have 32 bits, the upper half of which is for validation.
            drawn(number & 0x7fff_ffff, size)
        }
    }

    /// The mean square error of the score over that of the score itself.
    func loss(
        _ model: ScoreNetwork<Scalar>, constant: ScoreNetwork<Scalar>, _ batch: DrawnVelocities<Scalar>,
        step: Int
    ) -> Tensor<Scalar> {
        var gradient = [Scalar](repeating: 0, count: matching.layers.parameterCount)
        let value = matching.loss(
            constant.values, batch.samples, .explicit(batch.target.pointer), gradient: &gradient, on: team)
        return Tensor.known(value, slopes: gradient, of: model, at: constant, on: backend) * Scalar(1 / square)
    }

    func prediction(_ model: ScoreNetwork<Scalar>, _ batch: DrawnVelocities<Scalar>) -> Tensor<Scalar> {
        loss(model, constant: model, batch, step: 0)
    }

    /// The relative error of the score, root mean square over root mean square.
    func validate(_ model: ScoreNetwork<Scalar>, batch: Int, shouldStop: () -> Bool) throws -> Double {
        if shouldStop() { throw TrainingError.interrupted }
        let drawn = self.drawn(Self.firstValidated, Self.validated)
        let value = matching.loss(
            model.values, drawn.samples, .explicit(drawn.target.pointer), gradient: nil, on: team)
        return (value / square).squareRoot()
    }
}
