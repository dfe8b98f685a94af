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
    /// Particles and times that decide which state is best.
    private let unseen: Batch
    private let unseenResidual: TrajectoryResidual<Scalar>
    /// The mean square of the initial score, in the network's coordinates.
    private let information: Double

    init(_ task: LandauGlobalTask, _ setting: ProblemSetting) throws {
        details = LandauGlobalDescription(experiment: setting.experiment, task: task)
        (seed, rank, backend) = (setting.seed, setting.rank, setting.backend)
        try setting.admit(Double(LandauGlobalNetwork<Scalar>.parameterCount(task)))
        model = LandauGlobalNetwork(task, Initialization(seed: setting.seed, backend: setting.backend))
        team = ThreadTeam(threads: setting.backend.threads)
        density = task.system.density
        scales = VelocityScales(task.system).values(at: 0)
        // Indices of a stream have 32 bits, the upper half of which is for validation.
        unseen = Self.batch(density, scales, seed: setting.seed, index: 1 << 31, times: 8, perTime: 2048)
        unseenResidual = Self.residual(task, unseen)
        residual = unseenResidual
        information = unseen.drawn.squareOfTarget
    }

    var description: any RunDescription { details }

    var source: ProblemSource {
        ProblemSource(
            path: "velocities drawn by the seed", fingerprint: "drawn", samples: details.task.draws, grid: [],
            bytesPerSample: Double(
                details.task.times * TrajectoryResidual<Scalar>.valuesPerParticle(details.task)
                    * MemoryLayout<Scalar>.size))
    }

    /// Velocities and the shares of the time that they are looked at after.
    struct Batch: TrainingSamples {
        let drawn: DrawnVelocities<Scalar>
        let shares: [Double]
        var count: Int { drawn.count }
    }

    private static func batch(
        _ density: VelocityDensity, _ scales: [Double], seed: UInt64, index: Int, times: Int, perTime: Int
    ) -> Batch {
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
            Self.batch(
                density, scales, seed: seed, index: number & 0x7fff_ffff, times: details.task.times, perTime: size)
        }
    }

    /// The mean square residual of the trajectories over the dimensions, and that of the score, but for what no network can change, over
    /// that of the initial score, at the start and on the way.
    func loss(
        _ model: LandauGlobalNetwork<Scalar>, constant: LandauGlobalNetwork<Scalar>, _ batch: Batch, step: Int
    ) -> Tensor<Scalar> {
        if !residual.isFor(times: batch.shares.count, of: batch.count) {
            residual = Self.residual(details.task, batch)
        }
        let terms = residual.terms(
            score: constant.score.values, trajectories: constant.trajectories.values, batch.drawn,
            shares: batch.shares, hasSlopes: true, on: team)
        let d = Scalar(details.task.system.dimensions)
        let slopes =
            (0..<residual.scoreSlopes.count).map { residual.scoreSlopes.pointer[$0] / Scalar(information) }
            + (0..<residual.trajectorySlopes.count).map { residual.trajectorySlopes.pointer[$0] / d }
        return Tensor.known(
            knownError(terms) + terms.implicit / information + 1, slopes: slopes, of: model, at: constant, on: backend)
    }

    private static func residual(_ task: LandauGlobalTask, _ batch: Batch) -> TrajectoryResidual<Scalar> {
        TrajectoryResidual(task, times: batch.shares.count, perTime: batch.count / batch.shares.count)
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
        let terms = unseenResidual.terms(
            score: model.score.values, trajectories: model.trajectories.values, unseen.drawn, shares: unseen.shares,
            hasSlopes: false, on: team)
        return knownError(terms).squareRoot()
    }
}
