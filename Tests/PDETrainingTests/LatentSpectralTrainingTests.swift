import Foundation
import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import PDETraining
import Testing

/// The latent spectral model in training: every mode, penalties, rollouts, and grids other than the trained one.
@Suite(.serialized) struct LatentSpectralTrainingTests {
    private static let model = JSON.object([
        ("kind", "latent-spectral"), ("width", 8), ("levels", 2), ("heads", 4), ("hidden", 16), ("activation", "gelu"),
    ])

    @Test(arguments: ["one-step", "unrolled", "pushforward"], ["none", "jaws", "hinge"])
    func trainsAndRollsOut(_ mode: String, _ penalty: String) throws {
        let small = try SmallRun()
        let training = small.training(
            try small.experiment([
                "model": Self.model, "task.training": .string(mode), "task.steps": mode == "one-step" ? 1 : 3,
                "regularizer": .object([("kind", .string(penalty))] + (penalty == "none" ? [] : [("weight", 1e-3)])),
                "budget.epochs": 4,
            ]), "run")
        let losses = try small.run(training).losses
        #expect(losses.allSatisfy { $0.isFinite })
        // JAWS trains an uncertainty as well, whose part of the loss can be negative.
        let (first, last) = (losses.prefix(8).reduce(0, +), losses.suffix(8).reduce(0, +))
        #expect(last < 0.7 * first, "\(first), \(last)")
        let stepper = try NetworkStepper<Float>(folder: training.folder)
        let frame = (0..<32).map { Float(sin(2 * Double.pi * Double($0) / 32)) }
        var state = try frame.withUnsafeBufferPointer {
            try stepper.state(from: [$0.baseAddress!], on: [32], parameters: ["viscosity": 0.05], geometry: nil)
        }
        for _ in 0..<10 { stepper.advance(&state) }
        #expect(state.states.values.allSatisfy { $0.isFinite } && state.states.values != frame)
    }

    @Test func selfChecksPass() throws {
        let small = try SmallRun()
        for normalization in LatentSpectralArchitecture.Normalization.allCases {
            var model = Self.model
            try model.set("normalization", to: .string(normalization.rawValue))
            let lines = try small.training(
                try small.experiment(["model": model]), "check-\(normalization)"
            ).check()
            #expect(lines[0].hasPrefix("all 60 parameters have a derivative"), "\(lines)")
        }
    }

    @Test func otherGridsThanTheTrainedOne() throws {
        let small = try SmallRun()
        let training = small.training(try small.experiment(["model": Self.model, "budget.epochs": 1]), "run")
        try small.run(training)
        let stepper = try NetworkStepper<Float>(folder: training.folder)
        for points in [17, 64, 100] {
            let frame = (0..<points).map { Float(sin(2 * Double.pi * Double($0) / Double(points))) }
            var state = try frame.withUnsafeBufferPointer {
                try stepper.state(
                    from: [$0.baseAddress!], on: [points], parameters: ["viscosity": 0.05], geometry: nil)
            }
            stepper.advance(&state)
            #expect(state.states.shape == [1, points, 1] && state.states.values.allSatisfy { $0.isFinite })
        }
    }

    @Test func gridsThatDoNotFitAreNamed() throws {
        let small = try SmallRun()
        var model = Self.model
        try model.set("levels", to: 5)
        let training = small.training(try small.experiment(["model": model]), "run")
        let error = #expect(throws: TrainingError.self) { try small.run(training) }
        let said = try #require(error?.description)
        #expect(said.hasPrefix("model.levels: 5 levels on a grid of [32] points"), "\(said)")
        #expect(said.contains("lower model.levels to 4."))
    }
}
