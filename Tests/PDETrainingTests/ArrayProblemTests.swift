import Foundation
import PDECore
import PDEData
import PDEOperators
import PDETensor
import PDETraining
import Testing

/// Training on arrays that stand in memory, by what is public alone.
@Suite struct ArrayProblemTests {
    private let backend = CPUBackend(threads: 2)

    /// Waves on 32 points, and their derivatives on two channels, in units far from one.
    private func pairs(_ count: Int) -> (inputs: [Float], outputs: [Float]) {
        var (inputs, outputs) = ([Float](), [Float]())
        for sample in 0..<count {
            var stream = RandomStream(seed: 7, index: sample, purpose: "waves")
            let (a, b, phase) = (stream.normal(), stream.normal(), stream.uniform() * 2 * .pi)
            for point in 0..<32 {
                let x = 2 * Double.pi * Double(point) / 32
                inputs.append(Float(500 + 20 * (a * sin(x + phase) + b * cos(2 * x))))
                outputs += [
                    Float(1e-3 * (a * cos(x + phase) - 2 * b * sin(2 * x))), Float(40 + a * sin(x + phase)),
                ]
            }
        }
        return (inputs, outputs)
    }

    private func network(seed: UInt64 = 0) -> any FieldOperator<Float> {
        FourierArchitecture(width: 12, modes: [4], layers: 2).network(
            OperatorShape(inputs: 1, outputs: 2, axes: 1), Initialization(seed: seed, backend: backend))
    }

    private func problem(_ count: Int = 96, seed: UInt64 = 0) throws -> ArrayProblem<Float> {
        let (inputs, outputs) = pairs(count)
        return try ArrayProblem(network(), inputs: inputs, outputs: outputs, grid: [32], seed: seed, on: backend)
    }

    private let plan = TrainingPlan(
        optimizer: OptimizerSettings(AdamW(), learningRate: 5e-3), schedule: CosineSchedule(),
        budget: Budget(epochs: 25, batch: 8), threads: 2)

    @Test func aDerivativeIsLearned() throws {
        var steps = 0
        let fit = try Fit(
            problem(), plan, on: backend, observer: Training.Observer(step: { done, _ in steps = done }))
        // 86 of 96 pairs are trained on: eleven batches an epoch.
        #expect(steps == 25 * 11 && fit.outcome.state.step == steps && fit.log.count == 25)
        let best = try #require(fit.log.map(\.validLoss).min())
        #expect(best == fit.outcome.state.bestLoss && best < 0.05, "\(best)")
        // Unseen pairs, in the arrays' own units.
        let (inputs, outputs) = pairs(120)
        let unseen = fit.model(
            Tensor(Array(inputs[(96 * 32)...]), shape: [24, 32, 1], on: backend), conditions: nil)
        let truth = Array(outputs[(96 * 64)...])
        for channel in 0..<2 {
            let places = stride(from: channel, to: truth.count, by: 2)
            let scale = channel == 0 ? Float(1e-3) : 1
            let error = places.map { abs(unseen.values[$0] - truth[$0]) / scale }.max()!
            #expect(error < 1, "channel \(channel): \(error)")
        }
    }

    @Test func fitsAreTheSameForAnyNumberOfThreadsAndStopWhenAsked() throws {
        var single = plan
        single.threads = 1
        let fits = try [plan, single].map { try Fit(problem(), $0, on: backend) }
        #expect(fits[0].model.parameters.map(\.value.values) == fits[1].model.parameters.map(\.value.values))
        #expect(fits[0].log == fits[1].log)
        var asked = 0
        let stopped = try Fit(problem(), plan, on: backend) {
            asked += 1
            return asked > 20
        }
        #expect(stopped.outcome.isInterrupted && stopped.outcome.state.step < 20)
    }

    /// A module goes through a file and comes back bit for bit, into one that was made with other first values.
    @Test func modulesAreSavedAndLoaded() throws {
        let path = FileManager.default.temporaryDirectory.path + "/module-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        func copy(_ network: some FieldOperator<Float>) throws -> [[Float]] {
            try network.loading(from: path).parameters.map(\.value.values)
        }
        let (first, other) = (network(seed: 1), network(seed: 2))
        try first.save(to: path, metadata: ["note": "first"])
        let before = other.parameters.map(\.value.values)
        #expect(try copy(other) == first.parameters.map(\.value.values))
        #expect(other.parameters.map(\.value.values) == before)
        #expect(try SafetensorsFile(path: path).metadata["note"] == "first")
        let small =
            FourierArchitecture(width: 4, modes: [4], layers: 2).network(
                OperatorShape(inputs: 1, outputs: 2, axes: 1), Initialization(seed: 0, backend: backend))
            as any FieldOperator<Float>
        #expect(throws: TrainingError.self) { try copy(small) }
    }

    @Test func arraysThatDoNotFitAreRefused() throws {
        let (inputs, outputs) = pairs(4)
        func refusal(_ inputs: [Float], _ outputs: [Float], grid: [Int] = [32]) -> String {
            do {
                _ = try ArrayProblem(network(), inputs: inputs, outputs: outputs, grid: grid, on: backend)
                return "none"
            } catch { return "\(error)" }
        }
        #expect(refusal(inputs, outputs) == "none")
        #expect(refusal(inputs, outputs, grid: [30]).contains("128 values are no whole number of samples of 30 points"))
        #expect(refusal(inputs, Array(outputs.dropLast(64))).contains("3 outputs for 4 inputs"))
        #expect(refusal(inputs.map { $0 == inputs[40] ? .nan : $0 }, outputs).contains("sample 1 holds nan"))
        #expect(refusal([], []).contains("0 values"))
    }
}
