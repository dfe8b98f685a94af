import CAllocationCounter
import PDECore
import PDEEvaluation
import Synchronization
import Testing

@Suite("What rollouts cost", .serialized)
struct RolloutCostTests {
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
        _ grid: Grid, frames: Int, steps: Int
    ) throws -> (result: ContestantResult, longestRead: Int) {
        let reference = MadeOnDemand(grid, frames: frames)
        let options = EvaluationOptions(steps: steps, oneStepSamples: 0)
        let same = Contestant.persistence(of: reference.description)
        let evaluation = try RolloutEvaluator(reference, options: options, threads: 1).evaluate([same])
        return (evaluation.contestants[0], reference.longestRead.load(ordering: .relaxed))
    }

    @Test("1000 steps of 128² points are rolled out and scored in blocks of the reference of at most 4 MB")
    func blocks() throws {
        let grid = Grid.periodic(dimensions: 2, count: 128, length: 1)
        let (result, longestRead) = try evaluate(grid, frames: 401, steps: 1000)
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
