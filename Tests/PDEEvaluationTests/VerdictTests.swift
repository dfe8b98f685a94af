import PDECore
import PDEEvaluation
import Testing

@Suite("Verdicts")
struct VerdictTests {
    private static let n = 32

    /// The verdict on a surrogate whose rollout of trajectory i, step s is the truth times `factor(i, s)`.
    private func verdict(
        _ trajectories: Int, frames: Int = 21, steps: Int? = nil, factor: @escaping @Sendable (Int, Int) -> Float
    ) throws -> Verdict {
        let n = Self.n
        let truth = StoredTrajectories(
            ReferenceDescription(
                name: "made-up", grid: line(n), channels: ["u"], frameCount: frames, frameInterval: 0.5),
            labels: (0..<trajectories).map { TrajectoryLabel(index: $0) },
            values: (0..<trajectories).map { _ in (0..<frames * n).map { sine($0 % n, of: n) } })
        let surrogate = Contestant("net", kind: .surrogate) {
            var trajectory = 0
            return ForecastSession(
                stepper: StepCounter(timeStep: 0.5), state: 0,
                begin: { inputs, step in
                    trajectory = inputs.label.index
                    step = 0
                },
                read: { step, frame in
                    for point in 0..<n { frame[point] = factor(trajectory, step) * sine(point, of: n) }
                })
        }
        return try RolloutEvaluator(truth, options: EvaluationOptions(steps: steps), threads: 1)
            .evaluate([surrogate]).contestants[0].verdict
    }

    @Test("a perfect surrogate is stable and valid to the end")
    func stable() throws {
        let verdict = try verdict(3) { _, _ in 1 }
        #expect(verdict.outcome == .stable)
        #expect(verdict.headline == "Stable over 20 frames")
        #expect(
            verdict.sentences == [
                "None of 3 rollouts blows up or drifts.",
                "The error stays below 0.2 to the end of the reference, frame 20.",
            ])
    }

    @Test("one drift in twenty is told and does not decide; three do")
    func minority() throws {
        let one = try verdict(20) { trajectory, _ in trajectory == 7 ? 1.15 : 1 }
        #expect(one.outcome == .stable)
        #expect(one.sentences[0] == "No rollout blows up; 1 of 20 drift.")
        let three = try verdict(20) { trajectory, _ in trajectory < 3 ? 1.15 : 1 }
        #expect(three.outcome == .drifts)
        #expect(three.headline == "Drifts within 20 frames")
        #expect(three.sentences[0] == "No rollout blows up, but 3 of 20 leave the truth in the energy.")
    }

    @Test("one blow-up among many decides, and valid time has its interval and its time")
    func blowUp() throws {
        let verdict = try verdict(4) { trajectory, step in
            trajectory == 2 && step >= 8 ? .infinity : 1 + 0.02 * Float(step)
        }
        #expect(verdict.outcome == .blowsUp)
        #expect(verdict.headline == "Blows up at frame 8")
        #expect(verdict.sentences[0] == "1 of 4 rollouts blows up at frame 8.")
        // Three cross at frame 10, one at 7: 9.25 on average, half of that in time.
        #expect(verdict.sentences[1] == "The error stays below 0.2 for 9.25 [7.75, 10] frames, a time of 4.62.")
        let many = try self.verdict(4) { trajectory, step in trajectory > 0 && step >= 5 * trajectory ? 20 : 1 }
        #expect(many.sentences[0] == "3 of 4 rollouts blow up, the first at frame 5, half of them by frame 10.")
    }

    @Test("growth beyond the reference is a drift although no score sees it")
    func beyond() throws {
        let verdict = try verdict(1, steps: 60) { _, step in step > 40 ? 1.2 : 1 }
        #expect(verdict.outcome == .drifts)
        #expect(verdict.sentences[0] == "The rollout stays bounded but leaves the truth in the energy.")
        #expect(verdict.sentences.last?.hasPrefix("The reference ends at frame 20; beyond it only") == true)
    }
}
