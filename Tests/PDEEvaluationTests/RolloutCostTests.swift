import CAllocationCounter
import Glibc
import PDECore
import PDEEvaluation
import Synchronization
import Testing

@Suite("What rollouts cost", .serialized)
struct RolloutCostTests {
    /// Takes a given time a step, like a network does.
    private struct Busy: Stepper {
        let timeStep: Double
        let seconds: Double

        func advance(_ state: inout Field<Float>) {
            let end = Self.now() + seconds
            while Self.now() < end {}
        }

        static func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC, &time)
            return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
        }
    }

    /// Frames that are made when they are read: nothing of the trajectory is held.
    private final class MadeOnDemand: ReferenceTrajectories {
        let description: ReferenceDescription
        let count = 1
        let longestRead = Atomic(0)
        private let frame: [Float]

        init(_ grid: Grid, frames: Int) {
            description = ReferenceDescription(
                name: "made on demand", grid: grid, channels: ["u"], frameCount: frames, frameInterval: 1)
            frame = (0..<grid.count).map { noise($0) }
        }

        func label(of trajectory: Int) -> TrajectoryLabel { TrajectoryLabel(index: trajectory) }

        func read(trajectory: Int, frames: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
            longestRead.max(frames.count, ordering: .relaxed)
            for place in 0..<frames.count {
                frame.withUnsafeBufferPointer {
                    (destination + place * $0.count).update(from: $0.baseAddress!, count: $0.count)
                }
            }
        }
    }

    private func evaluate(
        _ grid: Grid, frames: Int, steps: Int, secondsPerStep: Double, spectrumEvery: Int? = nil
    ) throws -> (result: ContestantResult, longestRead: Int) {
        let reference = MadeOnDemand(grid, frames: frames)
        let options = EvaluationOptions(steps: steps, oneStepSamples: 0, spectrumEvery: spectrumEvery)
        let net = Contestant("net", kind: .surrogate) {
            ForecastSession(
                stepper: Busy(timeStep: 1, seconds: secondsPerStep), description: reference.description)
        }
        let evaluation = try RolloutEvaluator(reference, options: options, threads: 1).evaluate([net])
        return (evaluation.contestants[0], reference.longestRead.load(ordering: .relaxed))
    }

    @Test(
        "scoring 1000 steps of a line of 256 points adds less than a tenth to a network of 60 µs a step, spectra and all",
        arguments: [nil, 1])
    func line(spectrumEvery: Int?) throws {
        let scoring = try leastScoring(of: 10) {
            try evaluate(
                PDEEvaluationTests.line(256), frames: 1001, steps: 1000, secondsPerStep: 60e-6,
                spectrumEvery: spectrumEvery
            ).result
        }
        print("256 points: \(1e6 * scoring) µs of scoring a step")
        #expect(scoring < 0.1 * 60e-6)
    }

    /// The least time that scoring a step takes in several rollouts: other work on the machine only adds to it.
    private func leastScoring(of rollouts: Int, _ evaluate: () throws -> ContestantResult) rethrows -> Double {
        var least = Double.infinity
        for _ in 0..<rollouts { least = min(least, try evaluate().cost.scoringSecondsPerFrame) }
        return least
    }

    @Test("the same of a plane of 128² points and a network of 1 ms a step")
    func plane() throws {
        let grid = Grid.periodic(dimensions: 2, count: 128, length: 1)
        let scoring = try leastScoring(of: 3) {
            try evaluate(grid, frames: 301, steps: 300, secondsPerStep: 1e-3).result
        }
        print("128² points: \(1e6 * scoring) µs of scoring a step")
        #expect(scoring < 0.1 * 1e-3)
    }

    @Test("the same between walls, where the cosine transform takes longer, and a network of 3 ms a step")
    func walls() throws {
        let axis = Grid.Axis(count: 128, from: 0, to: 1, placement: .cells)
        let scoring = try leastScoring(of: 3) {
            try evaluate(Grid([axis, axis]), frames: 301, steps: 300, secondsPerStep: 1e-3).result
        }
        print("128² cells: \(1e6 * scoring) µs of scoring a step")
        #expect(scoring < 0.1 * 3e-3)
    }

    @Test("1000 steps of 128² points are rolled out and scored in blocks of the reference of at most 4 MB")
    func blocks() throws {
        let grid = Grid.periodic(dimensions: 2, count: 128, length: 1)
        let (result, longestRead) = try evaluate(grid, frames: 401, steps: 1000, secondsPerStep: 0)
        #expect(longestRead * 4 * grid.count <= 4 << 20)
        #expect(result.cost.frames == 1000)
        #expect(result.curves.error.steps.last == 400)
        #expect(result.curves.energy.steps.last == 1000)
    }

    @Test("a step allocates nothing but room for its numbers")
    func allocations() throws {
        func allocations(_ steps: Int) throws -> Int {
            let reference = MadeOnDemand(PDEEvaluationTests.line(64), frames: 4001)
            let options = EvaluationOptions(steps: steps, oneStepSamples: 0)
            let net = Contestant.persistence(of: reference.description)
            let evaluator = RolloutEvaluator(reference, options: options, threads: 1)
            return try evaluator.allocationsOfOneTrace(net)
        }
        _ = try allocations(100)
        let (few, many) = try (allocations(1000), allocations(4000))
        // Arrays double as they grow: 3000 more steps cost a few doublings.
        #expect(many - few < 300, "\(few) allocations in 1000 steps, \(many) in 4000")
    }
}

extension RolloutEvaluator {
    /// Allocations of the calling thread while one trajectory is traced.
    fileprivate func allocationsOfOneTrace(_ contestant: Contestant) throws -> Int {
        let worker = try RolloutWorker(contestant, source: reference, plan: plan(for: [contestant]))
        let before = allocation_count()
        _ = try worker.trace(of: 0)
        return allocation_count() - before
    }
}
