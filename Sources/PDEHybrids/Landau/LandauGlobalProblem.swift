import PDECore
import PDEData
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// Velocities drawn from an initial state and times of the way from there, both by the seed.
final class LandauGlobalProblem<Scalar: Real>: RunProblem {
    let model: LandauGlobalNetwork<Scalar>
    private let details: LandauGlobalDescription
    private let seed: UInt64
    private let rank: Rank
    private let backend: CPUBackend
    private let team: ThreadTeam
    private let density: VelocityDensity
    private let scales: [Double]
    /// The last one used: batches are of one size but for what is tried before training.
    private var residual: TrajectoryResidual<Scalar>
    /// The mean square of the initial score, in the network's coordinates.
    private let information: Double

    /// Particles and times that decide which state is best, and the index of their stream.
    private static var validated: (times: Int, perTime: Int) { (8, 2048) }
    private static var firstValidated: Int { 1 << 31 }

    init(_ task: LandauGlobalTask, _ setting: ProblemSetting) throws {
        details = LandauGlobalDescription(experiment: setting.experiment, task: task)
        (seed, rank, backend) = (setting.seed, setting.rank, setting.backend)
        try setting.admit(Double(LandauGlobalNetwork<Scalar>.parameterCount(task)))
        model = LandauGlobalNetwork(task, Initialization(seed: setting.seed, backend: setting.backend))
        team = ThreadTeam(threads: setting.backend.threads)
        density = task.system.density
        scales = VelocityScales(task.system).values(at: 0)
        residual = TrajectoryResidual(task, times: task.times, perTime: 1)
        information =
            DrawnVelocities<Scalar>(
                density, scales: scales, seed: setting.seed, index: Self.firstValidated,
                count: Self.validated.times * Self.validated.perTime
            ).squareOfTarget
    }

    var description: any RunDescription { details }

    var source: ProblemSource {
        ProblemSource(
            path: "velocities drawn by the seed", fingerprint: "drawn", samples: details.task.draws, grid: [],
            bytesPerSample: 0)
    }

    /// Velocities and the shares of the time that they are looked at after.
    struct Batch: TrainingSamples {
        let drawn: DrawnVelocities<Scalar>
        let shares: [Double]
        var count: Int { drawn.count }
    }

    private func batch(_ index: Int, times: Int, perTime: Int) -> Batch {
        var stream = RandomStream(seed: seed, index: index, purpose: "times of trajectories")
        // One in each part of the time.
        let shares = (0..<times).map { (Double($0) + stream.uniform()) / Double(times) }
        return Batch(
            drawn: DrawnVelocities(density, scales: scales, seed: seed, index: index, count: times * perTime),
            shares: shares)
    }

    func batchCount(size: Int) -> Int { max(1, details.task.draws / (size * rank.count * details.task.times)) }

    func batches(size: Int, from start: BatchPosition, epochs: Int) -> any BatchSource<Batch> {
        DrawnBatches(perEpoch: batchCount(size: size), from: start, epochs: epochs, rank: rank) { [self] number in
            // Indices of a stream have 32 bits, the upper half of which is for validation.
            batch(number & 0x7fff_ffff, times: details.task.times, perTime: size)
        }
    }

    /// The mean square residual of the trajectories over the dimensions, and that of the score, but for what no network can change, over
    /// that of the initial score, at the start and on the way.
    func loss(
        _ model: LandauGlobalNetwork<Scalar>, constant: LandauGlobalNetwork<Scalar>, _ batch: Batch, step: Int
    ) -> Tensor<Scalar> {
        if residual.count != batch.count {
            residual = TrajectoryResidual(
                details.task, times: batch.shares.count, perTime: batch.count / batch.shares.count)
        }
        var (first, second) = slopes
        let terms = residual.terms(
            score: constant.score.values, trajectories: constant.trajectories.values, batch.drawn,
            shares: batch.shares, scoreSlopes: &first, trajectorySlopes: &second, on: team)
        let d = Scalar(details.task.system.dimensions)
        let slopes = first.map { $0 / Scalar(information) } + second.map { $0 / d }
        return Tensor.known(
            knownError(terms) + terms.implicit / information + 1, slopes: slopes, of: model, at: constant, on: backend)
    }

    private var slopes: ([Scalar], [Scalar]) {
        let layers = (residual.score.layers, residual.trajectories.layers)
        return (
            [Scalar](repeating: 0, count: layers.0.parameterCount),
            [Scalar](repeating: 0, count: layers.1.parameterCount)
        )
    }

    /// What is known without the density at later times.
    private func knownError(_ terms: TrajectoryResidual<Scalar>.Terms) -> Double {
        terms.residual / Double(details.task.system.dimensions) + terms.explicit / information
    }

    func prediction(_ model: LandauGlobalNetwork<Scalar>, _ batch: Batch) -> Tensor<Scalar> {
        loss(model, constant: model, batch, step: 0)
    }

    /// The root of the trajectories' mean square residual and of the initial score's error on particles that no batch has.
    ///
    /// Score matching's objective on the way has no part in it: but for the score's error it is minus the Fisher information, which falls with
    /// time, so that wrong trajectories make it smaller.
    func validate(_ model: LandauGlobalNetwork<Scalar>, batch: Int, shouldStop: () -> Bool) throws -> Double {
        if shouldStop() { throw TrainingError.interrupted }
        let (times, perTime) = Self.validated
        let own = self.batch(Self.firstValidated, times: times, perTime: perTime)
        var (first, second) = slopes
        let residual = TrajectoryResidual<Scalar>(details.task, times: times, perTime: perTime)
        let terms = residual.terms(
            score: model.score.values, trajectories: model.trajectories.values, own.drawn, shares: own.shares,
            scoreSlopes: &first, trajectorySlopes: &second, on: team)
        return knownError(terms).squareRoot()
    }
}
