import PDECore
import PDEData
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// Systems drawn by the seed, and conjugate gradients on them along a network's directions.
final class ConjugateDirectionProblem<Scalar: Real>: RunProblem {
    let model: ConjugateDirectionModel<Scalar>
    private let details: ConjugateDirectionDescription
    private let seed: UInt64
    private let rank: Rank
    private let backend: CPUBackend

    /// Systems that decide which state is best, and the index of the first one.
    private static var validated: Int { 32 }
    private static var firstValidated: Int { 1 << 31 }
    /// Directions that a new one is orthogonal to.
    private static var recall: Int { 2 }

    init(_ task: ConjugateDirectionTask, _ setting: ProblemSetting) throws(TrainingError) {
        details = ConjugateDirectionDescription(experiment: setting.experiment, task: task)
        (seed, rank, backend) = (setting.seed, setting.rank, setting.backend)
        model = try ConjugateDirectionModel(
            details, Initialization(seed: setting.seed, backend: setting.backend), admit: setting.admit)
    }

    var description: any RunDescription { details }
    var source: ProblemSource {
        ProblemSource(
            path: "systems drawn by the seed", fingerprint: "drawn", samples: details.task.systems,
            grid: details.task.grid, bytesPerSample: 0)
    }

    /// Right-hand sides [samples][grid…], and what their systems are, [samples][grid…][channels].
    struct Batch: TrainingSamples {
        let rightHandSide, system: Tensor<Scalar>
        var count: Int { rightHandSide.shape[0] }
    }

    func batchCount(size: Int) -> Int { max(1, details.task.systems / (size * rank.count)) }

    func batches(size: Int, from start: BatchPosition, epochs: Int) -> any BatchSource<Batch> {
        DrawnBatches(perEpoch: batchCount(size: size), from: start, epochs: epochs, rank: rank) { [self] number in
            try drawn(from: number * size, count: size)
        }
    }

    private func drawn(from first: Int, count: Int) throws -> Batch {
        let grid = details.task.grid
        let channels = 2 * grid.count
        let cells = grid.reduce(1, *)
        var (system, rightHandSide): ([Scalar], [Scalar]) = ([], [])
        system.reserveCapacity(count * cells * channels)
        for index in first..<first + count {
            // Indices of a stream have 32 bits.
            let drawn = try DrawnSystem(details.task, seed: seed, index: index & 0xffff_ffff)
            system += drawn.system.networkChannels().map { Scalar($0) }
            rightHandSide += drawn.rightHandSide.map { Scalar($0) }
        }
        return Batch(
            rightHandSide: Tensor(rightHandSide, shape: [count] + grid, on: backend),
            system: Tensor(system, shape: [count] + grid + [channels], on: backend))
    }

    func loss(
        _ model: ConjugateDirectionModel<Scalar>, constant: ConjugateDirectionModel<Scalar>, _ batch: Batch, step: Int
    ) -> Tensor<Scalar> {
        let residual = prediction(model, batch)
        let axes = Array(1..<residual.rank)
        func square(_ x: Tensor<Scalar>) -> Tensor<Scalar> { (x * x).sum(along: axes) }
        let ratio = square(residual) / square(batch.rightHandSide) + Scalar.leastNormalMagnitude
        return (ratio.mapped(.log) * Scalar(0.5 / Double(details.task.iterations))).mapped(.exp).mean()
    }

    /// The residual after the iterations.
    func prediction(_ model: ConjugateDirectionModel<Scalar>, _ batch: Batch) -> Tensor<Scalar> {
        let correct = model.network.correction(for: batch.system)
        let apply = StencilProduct(channels: batch.system)
        let axes = Array(1..<batch.rightHandSide.rank)
        func dot(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Tensor<Scalar> {
            (a * b).sum(along: axes, keepingAxes: true)
        }
        /// Where nothing is left to do both are 0.
        func quotient(_ a: Tensor<Scalar>, _ b: Tensor<Scalar>) -> Tensor<Scalar> {
            a / (b + Scalar.leastNormalMagnitude)
        }
        var residual = batch.rightHandSide
        var kept: [(direction: Tensor<Scalar>, image: Tensor<Scalar>, curvature: Tensor<Scalar>)] = []
        for _ in 0..<details.task.iterations {
            var direction = correct(residual)
            for last in kept {
                direction = direction - quotient(dot(direction, last.image), last.curvature) * last.direction
            }
            let image = apply(direction)
            let curvature = dot(direction, image)
            residual = residual - quotient(dot(residual, direction), curvature) * image
            kept = Array((kept + [(direction, image, curvature)]).suffix(Self.recall))
        }
        return residual
    }

    func validate(_ model: ConjugateDirectionModel<Scalar>, batch: Int, shouldStop: () -> Bool) throws -> Double {
        var (sum, done) = (0.0, 0)
        while done < Self.validated {
            if shouldStop() { throw TrainingError.interrupted }
            let count = min(batch, Self.validated - done)
            let own = try drawn(from: Self.firstValidated + done, count: count)
            sum += Double(loss(model, constant: model, own, step: 0).item) * Double(count)
            done += count
        }
        return sum / Double(done)
    }
}
