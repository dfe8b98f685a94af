import PDECore
import PDEEvaluation
import Testing

@Suite("Verdicts")
struct VerdictTests {
    private static let n = 32

    /// A wave that goes on: persistence is as wrong as the mean.
    private static func wave(_ point: Int, _ frame: Int) -> Float { sine(point, of: n, phase: 1.3 * Double(frame)) }

    /// The verdict on a surrogate whose rollout of trajectory i, step s is the truth times `factor(i, s)`.
    private func verdict(
        _ trajectories: Int, frames: Int = 21, steps: Int? = nil, baselines: Int = 2,
        factor: @escaping @Sendable (Int, Int) -> Float
    ) throws -> Verdict {
        let n = Self.n
        let truth = StoredTrajectories(
            ReferenceDescription(
                name: "made-up", grid: line(n), channels: ["u"], frameCount: frames, frameInterval: 0.5),
            labels: (0..<trajectories).map { TrajectoryLabel(index: $0) },
            values: (0..<trajectories).map { _ in (0..<frames * n).map { Self.wave($0 % n, $0 / n) } })
        let surrogate = Contestant("net", kind: .surrogate) {
            var trajectory = 0
            return ForecastSession(
                stepper: StepCounter(timeStep: 0.5), state: 0,
                begin: { inputs, step in
                    trajectory = inputs.label.index
                    step = 0
                },
                read: { step, frame in
                    for point in 0..<n { frame[point] = factor(trajectory, step) * Self.wave(point, step) }
                })
        }
        let both = [
            Contestant.persistence(of: truth.description),
            .trainingMean([Float](repeating: 0, count: n), of: truth.description),
        ]
        return try RolloutEvaluator(truth, options: EvaluationOptions(steps: steps), threads: 1)
            .evaluate([surrogate] + both[..<baselines]).contestants[0].verdict
    }

    @Test("a perfect surrogate is stable and valid to the end")
    func stable() throws {
        let verdict = try verdict(3) { _, _ in 1 }
        #expect(verdict.outcome == .stable)
        #expect(verdict.headline == "Stable over 20 frames")
        #expect(verdict.sentences.count == 3)
        #expect(verdict.sentences[0] == "None of 3 rollouts blows up or drifts.")
        #expect(verdict.sentences[1].hasSuffix("its median stays below both at every scored frame."))
        #expect(verdict.sentences[2] == "The error stays below 0.2 to the end of the reference, frame 20.")
    }

    @Test("a network that a baseline beats gets no tick, however bounded it is")
    func noBetter() throws {
        let worse = try verdict(3) { _, _ in -0.05 }
        #expect(worse.outcome == .noBetter)
        #expect(worse.headline == "No better than training mean")
        #expect(
            worse.sentences[1].contains("Its error, 1.05, is above that of training mean, 1,"), "\(worse.sentences)")
        // Of four rollouts two are better than the mean and two are worse: other initial states could turn it round.
        let even = try verdict(4) { trajectory, _ in trajectory < 2 ? 0.5 : -0.6 }
        #expect(even.outcome == .noBetter)
        #expect(
            even.sentences.contains { $0.contains("cannot be told from that of training mean") }, "\(even.sentences)")
    }

    @Test("how long it stays ahead is told")
    func ahead() throws {
        let verdict = try verdict(3) { _, step in step <= 12 ? 1.01 : 2.5 }
        #expect(verdict.sentences[1].hasSuffix("its median stays below both up to frame 12."), "\(verdict.sentences)")
    }

    @Test("without both baselines nothing is green")
    func unproven() throws {
        let alone = try verdict(2, baselines: 0) { _, _ in 1 }
        #expect(alone.outcome == .unproven)
        #expect(alone.sentences.contains("No baseline stands beside it, so that nothing says whether it is any good."))
        let one = try verdict(2, baselines: 1) { _, _ in 1 }
        #expect(one.outcome == .unproven)
        #expect(one.sentences.contains("Only persistence stands beside it: the other baseline is missing."))
    }

    @Test("a mean that the truth does not keep is not said to be one that should be kept")
    func means() throws {
        let (n, frames) = (16, 21)
        func words(truthGrows: Bool) throws -> [String] {
            let truth = reference(line(n), frames: frames) { frame, _, point in
                sine(point, of: n, phase: Double(frame)) + (truthGrows ? 0.02 * Float(frame) : 0)
            }
            let net = Contestant.closedForm(points: n) { step, _, point in
                sine(point, of: n, phase: Double(step)) + 0.05 * Float(step)
            }
            return try RolloutEvaluator(truth, options: EvaluationOptions(steps: 40), threads: 1)
                .evaluate([net]).contestants[0].verdict.sentences
        }
        #expect(try words(truthGrows: false)[0].contains("a mean that should be kept"))
        let growing = try words(truthGrows: true)[0]
        #expect(growing.contains("a channel's mean") && !growing.contains("kept"), "\(growing)")
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
        #expect(verdict.sentences.last == "The error stays below 0.2 for 9.25 [7.75, 10] frames, a time of 4.62.")
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
