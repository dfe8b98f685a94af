import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import PDETraining
import Testing

/// A linear map at every point.
private struct PointwiseArchitecture: Architecture {
    static let kind = "pointwise"
    var width = 1

    func check(grid: [Int]) throws(GridMisfit) {
        guard grid.count == 1 else { throw GridMisfit(key: "kind", problem: "a plane", remedy: "Use a line.") }
    }

    func parameterCount(_ shape: OperatorShape) -> Double { Double((shape.inputs + 1) * shape.outputs) }

    func network<Scalar: Real>(
        _ shape: OperatorShape, _ initialization: Initialization
    ) -> any FieldOperator<Scalar> { PointwiseNetwork<Scalar>(shape, initialization) }
}

private struct PointwiseNetwork<Scalar: Real>: FieldOperator {
    var layer: Linear<Scalar>
    let inputChannels, outputChannels: Int

    init(_ shape: OperatorShape, _ initialization: Initialization) {
        (inputChannels, outputChannels) = (shape.inputs, shape.outputs)
        layer = Linear("layer.", inputs: shape.inputs, outputs: shape.outputs, initialization)
    }

    mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        layer.visitParameters(path + "layer.", visit)
    }

    func callAsFunction(_ x: Tensor<Scalar>) -> Tensor<Scalar> { layer(x) }
}

/// The mean of |e|.
private struct MeanMagnitude: Loss {
    static let kind = "mean-magnitude"

    func callAsFunction<Scalar: Real>(
        _ error: Tensor<Scalar>, _ truth: Tensor<Scalar>, _ domain: LossDomain<Scalar>
    ) -> Tensor<Scalar> { error.magnitude.mean() }
}

/// Gradient descent with momentum.
private struct Momentum: UpdateRule {
    static let kind = "momentum"
    static let keyAliases = ["mu": "past"]
    var past = 0.9
    var numbersPerParameter: Double { 1 }

    init() {}
    init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.past, into: &past, in: 0..<1)
    }

    func updater<Scalar: Real>(of group: ParameterGroup<Scalar>) -> any Updater<Scalar> {
        MomentumUpdater(past: Scalar(past), group)
    }
}

private final class MomentumUpdater<Scalar: Real>: Updater {
    let past: Scalar
    let parameters, state: [NamedTensor<Scalar>]

    init(past: Scalar, _ group: ParameterGroup<Scalar>) {
        self.past = past
        parameters = group.parameters
        state = parameters.map { ("momentum/" + $0.name, $0.value.zeros) }
    }

    func update(_ gradients: [Tensor<Scalar>], _ step: UpdateStep) {
        for (index, gradient) in gradients.enumerated() {
            // A matrix comes as one.
            precondition(gradient.shape == parameters[index].value.shape)
            for place in 0..<gradient.count {
                let velocity = state[index].value.pointer + place
                velocity.pointee =
                    past * velocity.pointee + Scalar(step.gradientScale) * gradient.pointer[place]
                parameters[index].value.pointer[place] -= Scalar(step.learningRate) * velocity.pointee
            }
        }
    }
}

/// Down in a straight line.
private struct LinearSchedule: Schedule {
    static let kind = "linear"

    func factor(step: Int, of steps: Int) -> Double { 1 - Double(step) / Double(steps) }
}

/// The mean of |r|.
private struct MagnitudePenalty: JacobianPenalty {
    static let kind = "magnitude"
    var weight = 1e-4

    func value<Scalar: Real>(_ probes: inout JacobianProbes<Scalar>) -> Tensor<Scalar> { probes.squares(1).mean() }
}

/// Kinds of a program's own, one of each family, given before decoding.
@Suite(.serialized) struct OwnKindsTests {
    private let kinds = Kinds([
        PointwiseArchitecture.self, MeanMagnitude.self, Momentum.self, LinearSchedule.self, MagnitudePenalty.self,
    ])
    private let settings: KeyValuePairs<String, JSON> = [
        "model": .object([("kind", "pointwise"), ("width", 1)]), "loss": "mean-magnitude",
        "optimizer": .object([("kind", "momentum"), ("learningRate", 0.05), ("past", 0.8), ("averaging", 0.9)]),
        "task.predict": "state", "schedule": "linear",
        "regularizer": .object([("kind", "magnitude"), ("weight", 1e-3)]),
    ]

    private func training(_ small: SmallRun, _ name: String) throws -> Training {
        Training(
            try small.experiment(settings, kinds), dataset: small.dataset, folder: "\(small.folder)/\(name)", seed: 0,
            threads: 1, kinds: kinds)
    }

    @Test func theyTrainGoOnAndServe() throws {
        let small = try SmallRun()
        let whole = try training(small, "whole")
        let losses = try small.run(whole).losses
        let (first, last) = (losses.prefix(12).reduce(0, +), losses.suffix(12).reduce(0, +))
        #expect(last < 0.9 * first, "\(first), \(last)")
        let parts = try training(small, "parts")
        #expect(try small.run(parts, stop: 7).outcome.isInterrupted)
        #expect(try small.run(parts, resumes: true).outcome.state.isFinished)
        #expect(try small.entries(parts) == small.entries(whole))
        #expect(
            try small.entries(whole).map(\.name) == [
                "average/layer.bias", "average/layer.weight", "layer.bias", "layer.weight", "momentum/layer.bias",
                "momentum/layer.weight",
            ])
        let model = try TrainedModel<Float>(folder: whole.folder, on: CPUBackend(threads: 1), kinds: kinds)
        #expect(try model.loss(split: .test).loss < 0.5)
        #expect(model.description.experiment.optimizer.rule is Momentum)
        #expect(RunVerification(of: whole.folder, kinds: kinds).findings.isEmpty)
        // Who does not know them is told what is known.
        let error = #expect(throws: ConfigurationError.self) { try TrainedRun(folder: whole.folder) }
        #expect(try #require(error?.description).contains("allowed: \"fourier\", \"u-net\", \"dilated-residual\""))
    }

    @Test func theirMistakesAreNamedAsThoseOfOthers() throws {
        let small = try SmallRun()
        func said(_ key: String, _ value: JSON) throws -> String {
            var json = try StrictEncoder().encode(try small.experiment(settings, kinds))
            try json.set(key, to: value)
            let kinds = kinds
            let error = #expect(throws: ConfigurationError.self) {
                try StrictDecoder(kinds: kinds).decode(Experiment.self, from: json)
            }
            return try #require(error?.description)
        }
        #expect(try said("optimizer.past", 1).contains("optimizer.past is 1, allowed is at least 0 and less than 1"))
        #expect(try said("optimizer.mu", 1).contains("did you mean \"past\"?"))
        #expect(
            try said("optimizer.beta1", 0.5).contains(
                "\"momentum\" has no such key, but \"adam\", \"adamw\", \"soap\", \"muon\" have"))
        #expect(try said("schedule.kind", "linnear").contains("did you mean \"linear\"?"))
    }
}
