import Foundation
import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import PDETraining
import Testing

/// The spectral generator and linear attention in training: every mode, penalties, rollouts, units, resuming, and what they refuse.
@Suite(.serialized) struct GeneratorTrainingTests {
    private static let generator = JSON.object([
        ("kind", "spectral-generator"), ("width", 8), ("modes", 16), ("stages", 2), ("fields", 4),
    ])
    private static let attention = JSON.object([
        ("kind", "linear-attention"), ("width", 16), ("layers", 2), ("heads", 4), ("slices", 8),
    ])

    private func rollout(_ training: Training, _ frame: [Float], steps: Int) throws -> [Float] {
        let stepper = try NetworkStepper<Float>(folder: training.folder)
        var state = try frame.withUnsafeBufferPointer {
            try stepper.state(
                from: [$0.baseAddress!], on: [frame.count], parameters: ["viscosity": 0.05], geometry: nil)
        }
        for _ in 0..<steps { stepper.advance(&state) }
        return state.states.values
    }

    private static func sine(_ points: Int) -> [Float] {
        (0..<points).map { Float(sin(2 * Double.pi * Double($0) / Double(points))) }
    }

    @Test(arguments: [generator, attention], ["one-step", "unrolled", "pushforward"])
    func trainsAndRollsOut(_ model: JSON, _ mode: String) throws {
        let small = try SmallRun()
        for penalty in ["none", "global", "log", "jaws", "hinge"]
        where mode == "one-step" || penalty == "none" || penalty == "jaws" {
            let training = small.training(
                try small.experiment([
                    "model": model, "task.training": .string(mode), "task.steps": mode == "one-step" ? 1 : 3,
                    "regularizer": .object(
                        [("kind", .string(penalty))] + (penalty == "none" ? [] : [("weight", 1e-3)])),
                    "budget.epochs": 4,
                ]), "run-\(penalty)")
            let losses = try small.run(training).losses
            #expect(losses.allSatisfy { $0.isFinite })
            // JAWS and the logarithm can make a loss negative.
            let (first, last) = (losses.prefix(8).reduce(0, +), losses.suffix(8).reduce(0, +))
            #expect(last < first - 0.2 * abs(first), "\(penalty): \(first), \(last)")
            let frame = Self.sine(32)
            let found = try rollout(training, frame, steps: 10)
            #expect(found.allSatisfy { $0.isFinite } && found != frame)
        }
    }

    @Test(arguments: [generator, attention]) func selfChecksPass(_ model: JSON) throws {
        let small = try SmallRun()
        let lines = try small.training(try small.experiment(["model": model]), "check").check()
        #expect(lines[0].hasSuffix("parameters have a derivative") && lines[1] == "each of them changes the result")
    }

    @Test(arguments: [generator, attention]) func runsGoOnBitForBit(_ model: JSON) throws {
        let small = try SmallRun()
        let experiment = try small.experiment(["model": model, "regularizer": "jaws", "budget.epochs": 2])
        let (whole, parts) = (small.training(experiment, "whole"), small.training(experiment, "parts", threads: 2))
        let losses = try small.run(whole).losses
        let first = try small.run(parts, stop: 7).losses
        let rest = try small.run(parts, resumes: true).losses
        #expect(first + rest == losses)
        #expect(try small.entries(whole) == small.entries(parts))
    }

    /// The generator carries the state on in its own units, whatever the task has the network predict, and so steps that differ in
    /// nothing else are the same.
    @Test func theStateKeepsItsUnits() throws {
        let small = try SmallRun()
        let runs = try ["change", "state"].map { predict in
            let training = small.training(
                try small.experiment(["model": Self.generator, "task.predict": .string(predict)]), predict)
            try small.run(training)
            return training
        }
        let frame = Self.sine(32)
        #expect(try rollout(runs[0], frame, steps: 5) == rollout(runs[1], frame, steps: 5))
        for run in runs {
            let normalization = try NetworkStepper<Float>(folder: run.folder).model.description.normalization
            #expect(normalization.outputMean == normalization.stateMean)
            #expect(normalization.outputDeviation == normalization.stateDeviation)
        }
    }

    @Test(arguments: [generator, attention]) func otherGridsThanTheTrainedOne(_ model: JSON) throws {
        let small = try SmallRun()
        let training = small.training(
            try small.experiment(["model": model, "task.history": 2, "budget.epochs": 1]), "run")
        try small.run(training)
        let stepper = try NetworkStepper<Float>(folder: training.folder)
        for points in [33, 64, 101] {
            let frame = Self.sine(points)
            var state = try frame.withUnsafeBufferPointer {
                try stepper.state(
                    from: [$0.baseAddress!, $0.baseAddress!], on: [points], parameters: ["viscosity": 0.05],
                    geometry: nil)
            }
            stepper.advance(&state)
            #expect(state.states.shape == [1, points, 2] && state.states.values.allSatisfy { $0.isFinite })
        }
    }

    @Test func gridsThatDoNotFitAreNamed() throws {
        let small = try SmallRun()
        var model = Self.generator
        try model.set("modes", to: 18)
        let training = small.training(try small.experiment(["model": model]), "run")
        let error = #expect(throws: TrainingError.self) { try small.run(training) }
        let said = try #require(error?.description)
        #expect(said.hasPrefix("model.modes: 18 modes along axis 0, which has 32 points"), "\(said)")
        #expect(said.contains("At most 17 fit"))
    }
}
