import PDEKit

/// To double a field: pairs are drawn by the seed, and there is no dataset.
struct OwnProblem: TrainingTask {
    static let kind = "own-doubling"
    var points = 16
    var needsData: Bool { false }
    var descriptionType: any RunDescription.Type { Description.self }

    init(points: Int = 16) { self.points = points }

    init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.points, into: &points, in: 8...1024)
    }

    func problem<Scalar: FloatingScalar>(_ setting: ProblemSetting) throws -> any RunProblem<Scalar> {
        Doubling<Scalar>(setting, points)
    }

    private struct Description: RunDescription {
        var experiment: Experiment
        var points: Int
        var problem: String? { points < 1 ? "its model has \(points) points" : nil }
    }

    private struct Pairs<Scalar: FloatingScalar>: TrainingSamples {
        let input: Tensor<Scalar>
        var count: Int { input.shape[0] }
    }

    private struct Model<Scalar: FloatingScalar>: Module {
        var network: any FieldOperator<Scalar>

        mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
            network.visitParameters(path, visit)
        }
    }

    private final class Doubling<Scalar: FloatingScalar>: RunProblem {
        let model: Model<Scalar>
        private let details: Description
        private let backend: CPUBackend
        private let loss: FieldLoss
        private let seed: UInt64

        init(_ setting: ProblemSetting, _ points: Int) {
            let experiment = setting.experiment
            model = Model(
                network: experiment.model.network(
                    OperatorShape(inputs: 1, outputs: 1, axes: 1),
                    Initialization(seed: setting.seed, backend: setting.backend)))
            details = Description(experiment: experiment, points: points)
            (backend, seed, loss) = (setting.backend, setting.seed, FieldLoss(experiment.loss, isPeriodic: [true]))
        }

        var description: any RunDescription { details }

        var source: ProblemSource {
            ProblemSource(
                path: "the seed", fingerprint: "doubling", samples: 64, grid: [details.points], bytesPerSample: 0)
        }

        func batchCount(size: Int) -> Int { 64 / size }

        func batches(size: Int, from start: BatchPosition, epochs: Int) -> any BatchSource<Pairs<Scalar>> {
            Drawn(self, size, start, epochs)
        }

        func draw(_ index: Int, _ size: Int) -> Pairs<Scalar> {
            var stream = RandomStream(seed: seed, index: index, purpose: "doubling")
            return Pairs(input: Tensor(shape: [size, details.points, 1], on: backend) { stream.fillNormal($0) })
        }

        func loss(
            _ model: Model<Scalar>, constant: Model<Scalar>, _ batch: Pairs<Scalar>, step: Int
        ) -> Tensor<Scalar> { loss(model.network(batch.input), batch.input * 2) }

        func prediction(_ model: Model<Scalar>, _ batch: Pairs<Scalar>) -> Tensor<Scalar> {
            model.network(batch.input)
        }

        func validate(_ model: Model<Scalar>, batch: Int, shouldStop: () -> Bool) -> Double {
            Double(loss(model, constant: model, draw(1 << 30, 32), step: 0).item)
        }
    }

    private final class Drawn<Scalar: FloatingScalar>: BatchSource {
        private let problem: Doubling<Scalar>
        private let size, epochs: Int
        private var position: BatchPosition
        let waitingSeconds = 0.0

        init(_ problem: Doubling<Scalar>, _ size: Int, _ start: BatchPosition, _ epochs: Int) {
            (self.problem, self.size, position, self.epochs) = (problem, size, start, epochs)
        }

        func next() -> Pairs<Scalar>? {
            guard position.epoch < epochs else { return nil }
            let count = problem.batchCount(size: size)
            defer {
                position.batch += 1
                if position.batch == count { position = BatchPosition(epoch: position.epoch + 1) }
            }
            return problem.draw(position.epoch * count + position.batch, size)
        }
    }
}
