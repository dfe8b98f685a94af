import Foundation
import PDEConfig
import PDECore
import PDEData
import PDEOperators
import PDETensor
import PDETraining
import Testing

/// To double a field, with a wave of its own position added: samples are drawn by the seed, and there is no dataset.
private struct DoublingTask: TrainingTask {
    static let kind = "doubling"
    var points = 16
    var needsData: Bool { false }
    var descriptionType: any RunDescription.Type { DoublingDescription.self }

    init() {}
    init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.points, into: &points, in: 8...1024)
    }

    func problem<Scalar: Real>(_ setting: ProblemSetting) throws -> any RunProblem<Scalar> {
        DoublingProblem<Scalar>(setting, points)
    }
}

private struct DoublingDescription: RunDescription {
    var experiment: Experiment
    var points: Int
    var problem: String? { points < 1 ? "its model has \(points) points" : nil }
}

private struct Doubles<Scalar: Real>: TrainingSamples {
    let input, output: Tensor<Scalar>
    var count: Int { input.shape[0] }
}

private struct DoublingModel<Scalar: Real>: Module {
    var network: any FieldOperator<Scalar>

    mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        network.visitParameters(path, visit)
    }
}

private final class DoublingProblem<Scalar: Real>: RunProblem, Sendable {
    let model: DoublingModel<Scalar>
    let details: DoublingDescription
    let backend: CPUBackend
    let loss: FieldLoss
    let seed: UInt64

    init(_ setting: ProblemSetting, _ points: Int) {
        let experiment = setting.experiment
        model = DoublingModel(
            network: experiment.model.network(
                OperatorShape(inputs: 1, outputs: 2, axes: 1),
                Initialization(seed: setting.seed, backend: setting.backend)))
        details = DoublingDescription(experiment: experiment, points: points)
        (backend, seed) = (setting.backend, setting.seed)
        loss = FieldLoss(experiment.loss, isPeriodic: [true])
    }

    var description: any RunDescription { details }
    var source: ProblemSource {
        ProblemSource(
            path: "the seed", fingerprint: "doubling", samples: 64, grid: [details.points], bytesPerSample: 0)
    }

    func batchCount(size: Int) -> Int { 64 / size }

    func batches(size: Int, from start: BatchPosition, epochs: Int) -> any BatchSource<Doubles<Scalar>> {
        DrawnBatches(self, size, start, epochs)
    }

    func draw(_ index: Int, _ size: Int) -> Doubles<Scalar> {
        var stream = RandomStream(seed: seed, index: index, purpose: "doubling")
        let input = Tensor<Scalar>(shape: [size, details.points, 1], on: backend) { stream.fillNormal($0) }
        return Doubles(input: input, output: .concatenated([input * 2, input * -1], along: 2))
    }

    func loss(
        _ model: DoublingModel<Scalar>, constant: DoublingModel<Scalar>, _ batch: Doubles<Scalar>, step: Int
    ) -> Tensor<Scalar> { loss(model.network(batch.input), batch.output) }

    func prediction(_ model: DoublingModel<Scalar>, _ batch: Doubles<Scalar>) -> Tensor<Scalar> {
        model.network(batch.input)
    }

    func validate(_ model: DoublingModel<Scalar>, batch: Int, shouldStop: () -> Bool) throws -> Double {
        let unseen = draw(1 << 30, 32)
        return Double(loss(model, constant: model, unseen, step: 0).item)
    }
}

private final class DrawnBatches<Scalar: Real>: BatchSource {
    private let problem: DoublingProblem<Scalar>
    private let size, epochs: Int
    private var position: BatchPosition
    let waitingSeconds = 0.0

    init(_ problem: DoublingProblem<Scalar>, _ size: Int, _ start: BatchPosition, _ epochs: Int) {
        (self.problem, self.size, position, self.epochs) = (problem, size, start, epochs)
    }

    func next() -> Doubles<Scalar>? {
        guard position.epoch < epochs else { return nil }
        let count = problem.batchCount(size: size)
        defer {
            position.batch += 1
            if position.batch == count { position = BatchPosition(epoch: position.epoch + 1) }
        }
        return problem.draw(position.epoch * count + position.batch, size)
    }
}

/// A training problem of a program's own, without a dataset, with other fields out than in, by what is public alone.
@Suite(.serialized) struct OwnProblemTests {
    private let kinds = Kinds([DoublingTask.self])
    private let folder = FileManager.default.temporaryDirectory.path + "/doubling-\(UUID().uuidString)"

    private func training(_ name: String, _ task: String = "{ \"kind\": \"doubling\", \"points\": 32 }") throws
        -> Training
    {
        let text = """
            { "name": "doubling", "task": \(task), "model": { "kind": "fourier", "width": 6, "modes": 4, "layers": 2 },
              "optimizer": { "learningRate": 1e-2, "averaging": 0.5 }, "budget": { "epochs": 20, "batch": 16 } }
            """
        return Training(
            try StrictDecoder(kinds: kinds).decode(Experiment.self, from: JSON.parse(text, file: "doubling.json")),
            dataset: "", folder: "\(folder)/\(name)", seed: 3, threads: 1, kinds: kinds)
    }

    private func run(_ training: Training, resumes: Bool = false, stop: Int = .max) throws -> Training.Outcome {
        var done = 0
        return try training.run(
            resumes: resumes,
            observer: .init(begin: { _, _ in }, step: { step, _ in done = step }, validated: { _, _ in }),
            shouldStop: { done >= stop })
    }

    private func entries(_ training: Training) throws -> [SafetensorsEntry] {
        try SafetensorsFile(path: "\(training.folder)/checkpoint/last.safetensors").entries
    }

    @Test func itTrainsGoesOnAndIsChecked() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let whole = try training("whole")
        #expect(try whole.check().count == 3)
        let outcome = try run(whole)
        #expect(outcome.state.step == 80 && outcome.state.bestLoss! < 0.5, "\(outcome.state)")
        let parts = try training("parts")
        #expect(try run(parts, stop: 33).isInterrupted)
        #expect(try run(parts, resumes: true).state.isFinished)
        #expect(try entries(parts) == entries(whole))
        #expect(RunVerification(of: whole.folder, kinds: kinds).findings.isEmpty)
        #expect(try whole.test() == nil)
        let error = #expect(throws: TrainingError.self) { try TrainedRun(folder: whole.folder, kinds: kinds) }
        #expect(try #require(error?.description).contains("its task is doubling, which knows no trajectories"))
        let other = #expect(throws: TrainingError.self) {
            try run(training("whole", "{ \"kind\": \"doubling\", \"points\": 64 }"), resumes: true)
        }
        #expect(try #require(other?.description).contains("task.points is 32 there and 64 here"))
    }

    @Test func tasksOnDataNeedSome() {
        let error = #expect(throws: ConfigurationError.self) { try training("none", "{ \"kind\": \"step\" }") }
        #expect(error?.description.contains("data is neither recipe nor folder, allowed is one of them") == true)
    }
}
