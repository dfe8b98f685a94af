import Foundation
import PDEConfig
import PDECore
import PDEData
import PDETensor
import PDETraining
import Testing

/// What a run keeps of its data, and what it makes of others.
@Suite(.serialized) struct ScoredDataTests {
    private let cpu = CPUBackend(threads: 1)

    private func trained(_ small: SmallRun, _ settings: KeyValuePairs<String, JSON> = [:]) throws -> TrainedRun {
        let training = small.training(try small.experiment(settings), "run")
        try small.run(training)
        return try TrainedRun(folder: training.folder)
    }

    @Test func theRecordHoldsTheSamplesThatWereUsedAndTheirMean() throws {
        let small = try SmallRun()
        let run = try trained(small, ["data.train": 5, "data.valid": 3, "budget.epochs": 1])
        let record = try #require(run.record)
        let train = try DatasetReader(path: small.dataset, split: .train)
        let valid = try DatasetReader(path: small.dataset, split: .valid)
        #expect(record.trained.count == 5 && Set(record.trained).isSubset(of: train.initialStates.map { $0! }))
        #expect(record.validated.count == 3 && Set(record.validated).isSubset(of: valid.initialStates.map { $0! }))
        #expect(record.trained == record.trained.sorted() && record.unknown == 0)
        // Every frame but the first and the last is an input once and a target once.
        let selection = try train.select(["u"])
        var sums = [Double](repeating: 0, count: 32)
        let used = train.initialStates.indices.filter { record.trained.contains(train.initialStates[$0]!) }
        for sample in used {
            for (frame, values) in try frames(train, selection, sample: sample).enumerated() {
                for point in 0..<32 { sums[point] += Double(values[point]) * (frame == 0 || frame == 8 ? 1 : 2) }
            }
        }
        for point in 0..<32 { #expect(abs(Double(record.meanFrame[point]) - sums[point] / (16 * 5)) < 1e-6) }
    }

    /// A level that is never drawn is not seen.
    @Test func samplesWithoutWeightAreNotSeen() throws {
        let small = try SmallRun()
        let reader = try DatasetReader(path: small.dataset, split: .train)
        let viscosity = try reader.scalar("viscosity")
        let middle = viscosity.sorted()[6]
        func level(_ name: String, _ low: Double, _ high: Double, _ weight: Double) -> JSON {
            .object([
                ("name", .string(name)), ("weight", .number(weight)),
                ("where", .object([("viscosity", .array([.number(low), .number(high)]))])),
            ])
        }
        let levels: JSON = .array([level("low", 0, middle - 1e-9, 1), level("high", middle, 1, 0)])
        let run = try trained(small, ["data.levels": levels, "budget.epochs": 1])
        let low = reader.initialStates.indices.filter { viscosity[$0] < middle }.map { reader.initialStates[$0]! }
        #expect(run.record?.trained == low.sorted() && low.count == 6)
    }

    /// The rule of frames: every second of data that are twice as fine, two steps a frame of data that are twice as coarse.
    @Test func framesAreTakenByTheStepOfTheTraining() throws {
        let small = try SmallRun()
        let run = try trained(small)
        func fit(_ data: SmallRun, _ run: TrainedRun) throws -> DatasetFit {
            try DatasetFit(run, DatasetReader(path: data.dataset, split: .test))
        }
        let same = try fit(small, run)
        #expect(same.frameStride == 1 && same.stepsPerFrame == 1 && same.notes.isEmpty)
        let fine = try SmallRun(frames: 17, interval: 0.01)
        #expect(try fit(fine, run).frameStride == 2 && fit(fine, run).stepsPerFrame == 1)
        let coarse = try SmallRun(frames: 5, interval: 0.04)
        #expect(try fit(coarse, run).frameStride == 1 && fit(coarse, run).stepsPerFrame == 2)
        #expect(try fit(coarse, run).frameInterval == 0.04)
        let odd = #expect(throws: TrainingError.self) { _ = try fit(SmallRun(frames: 5, interval: 0.03), run) }
        #expect(try #require(odd?.description).contains("neither is a whole number of the other"))
        let short = #expect(throws: TrainingError.self) { _ = try fit(SmallRun(frames: 2, interval: 0.005), run) }
        #expect(try #require(short?.description).contains("2 frames, and a step of the network is 4 of them"))

        // The same initial states in all of them, so the error on the finer data is that on its own to the solver's accuracy.
        let model = try TrainedModel<Float>(folder: run.folder, on: cpu)
        let own = try model.loss(dataset: small.dataset, split: .valid)
        let finer = try model.loss(dataset: fine.dataset, split: .valid)
        #expect(finer.count == 4 * 15 && abs(finer.loss - own.loss) < 0.1 * own.loss, "\(finer.loss), \(own.loss)")
        // Two steps a frame by hand.
        let found = try model.loss(dataset: coarse.dataset, split: .valid)
        let reader = try DatasetReader(path: coarse.dataset, split: .valid)
        let (selection, viscosity) = (try reader.select(["u"]), try reader.scalar("viscosity"))
        let stepper = try NetworkStepper<Float>(folder: run.folder)
        var errors: [Double] = []
        for sample in 0..<4 {
            let truth = try frames(reader, selection, sample: sample)
            for first in 0..<4 {
                var state = try truth[first].withUnsafeBufferPointer {
                    try stepper.state(
                        from: [$0.baseAddress!], on: [32], parameters: ["viscosity": viscosity[sample]], geometry: nil)
                }
                stepper.advance(&state, steps: 2)
                var frame = [Float](repeating: 0, count: 32)
                stepper.read(state, into: &frame)
                func norm(_ values: [Float]) -> Double {
                    values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
                }
                errors.append(norm(zip(frame, truth[first + 1]).map(-)) / norm(truth[first + 1]))
            }
        }
        let mean = errors.reduce(0, +) / Double(errors.count)
        #expect(found.count == 16 && abs(found.loss - mean) < 1e-5, "\(found.loss), \(mean)")
    }

    /// States that are further apart than the network's history are no history.
    @Test func historyNeedsFramesAsCloseAsInTraining() throws {
        let run = try trained(SmallRun(), ["task.history": 2, "budget.epochs": 1])
        let coarse = try SmallRun(frames: 5, interval: 0.04)
        let error = #expect(throws: TrainingError.self) {
            _ = try DatasetFit(run, DatasetReader(path: coarse.dataset, split: .test))
        }
        #expect(try #require(error?.description).contains("the network begins from 2 that are 0.02 apart"))
    }

    /// An operator is scored at its own time, from the first frame, however long the trajectories are.
    @Test func operatorsAreScoredAtTheirTime() throws {
        let small = try SmallRun()
        let run = try trained(small, ["task.kind": "operator", "budget.epochs": 4])
        let model = try TrainedModel<Float>(folder: run.folder, on: cpu)
        let own = try model.loss(dataset: small.dataset, split: .valid)
        let fine = try SmallRun(frames: 33, interval: 0.01)
        let long = try model.loss(dataset: fine.dataset, split: .valid)
        #expect(own.count == 4 && long.count == 4 && abs(long.loss - own.loss) < 1e-3 * own.loss)
    }
}
