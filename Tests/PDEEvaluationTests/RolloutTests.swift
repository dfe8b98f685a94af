import CAllocationCounter
import Glibc
import PDECore
import PDEEvaluation
import Synchronization
import Testing

@Suite("Rollouts")
struct RolloutTests {
    private static let n = 64

    @Test("input frames are never scored, and all contestants start at the same time")
    func inputs() throws {
        let n = Self.n
        // The first three frames hold what no forecast could make good.
        let truth = reference(line(n), frames: 12) { frame, _, point in
            frame < 3 ? 1e6 : sine(point, of: n, phase: Double(frame))
        }
        let phase = 3.0
        let seen = Mutex<[Float]>([])
        let many = Contestant("many", kind: .surrogate, inputFrames: 4) {
            ForecastSession(
                stepper: StepCounter(timeStep: 1), state: 0,
                begin: { inputs, step in
                    seen.withLock { $0 = (0..<inputs.count).map { inputs[$0][1] } }
                    step = 0
                },
                read: { step, frame in
                    for point in 0..<n { frame[point] = sine(point, of: n, phase: phase + Double(step)) }
                })
        }
        let few = Contestant.closedForm("few", points: n) { step, _, point in
            sine(point, of: n, phase: phase + Double(step))
        }
        let options = EvaluationOptions(oneStepSamples: 0)
        let evaluation = try RolloutEvaluator(truth, options: options, threads: 1).evaluate([few, many])
        #expect(evaluation.plan.inputFrames == 4)
        #expect(evaluation.plan.scoredSteps == 8)
        for result in evaluation.contestants {
            #expect(result.summary.error.value < 1e-6)
            #expect(result.curves.error.steps == Array(1...8))
            #expect(result.summary.blowUps.count == 0)
        }
        #expect(seen.withLock { $0 } == [1e6, 1e6, 1e6, sine(1, of: n, phase: 3)])
    }

    @Test("persistence and the training mean have the errors that they must have")
    func baselines() throws {
        let n = Self.n
        let truth = reference(line(n), frames: 33) { frame, _, point in sine(point, of: n, phase: 0.1 * Double(frame)) }
        let mean = [Float](repeating: 0, count: n)
        let evaluation = try RolloutEvaluator(truth, threads: 2).evaluate([
            .persistence(of: truth.description), .trainingMean(mean, of: truth.description),
        ])
        for (step, value) in zip(1...32, evaluation.contestants[0].curves.error.median) {
            #expect(isClose(value, abs(2 * sin(0.05 * Double(step))), within: 1e-5))
        }
        #expect(evaluation.contestants[1].curves.error.median.allSatisfy { isClose($0, 1, within: 1e-6) })
        #expect(evaluation.judged.count == 2)
    }

    @Test("beyond the reference nothing is scored that needs the truth, and the verdict says so")
    func beyond() throws {
        let n = Self.n
        let truth = reference(line(n), frames: 21) { _, _, point in sine(point, of: n) }
        let evaluation = try RolloutEvaluator(truth, options: EvaluationOptions(steps: 60), threads: 1).evaluate([
            .amplifier("steady", factor: 1.001, of: truth.description),
            .amplifier("late", factor: 1.06, of: truth.description),
        ])
        let (steady, late) = (evaluation.contestants[0], evaluation.contestants[1])
        #expect(evaluation.plan.scoredSteps == 20)
        #expect(steady.curves.error.steps.last == 20)
        #expect(steady.curves.bands[0].steps.last == 20)
        #expect(steady.curves.truthEnergy.steps.last == 20)
        #expect(steady.curves.energy.steps.last == 60)
        #expect(steady.spectra.last?.step == 60)
        #expect(steady.spectra.last?.truth == nil)
        #expect(steady.verdict.outcome == .unproven)
        #expect(steady.verdict.sentences.last?.contains("The reference ends at frame 20") == true)
        // 1.06³⁹ = 9.70, 1.06⁴⁰ = 10.3: after the reference's end.
        #expect(late.trajectories[0].blowUp == BlowUp(step: 40, isFinite: true))
        #expect(late.verdict.headline == "Blows up at frame 40")
    }

    private func noisy(_ trajectories: Int) -> StoredTrajectories {
        let n = Self.n
        return StoredTrajectories(
            ReferenceDescription(name: "noise", grid: line(n), channels: ["u"], frameCount: 15, frameInterval: 1),
            labels: (0..<trajectories).map { TrajectoryLabel(index: $0, cell: $0 % 3 == 0 ? "hard" : "easy") },
            values: (0..<trajectories).map { trajectory in
                (0..<15 * n).map { noise($0, seed: UInt64(trajectory)) + sine($0 % n, of: n) }
            })
    }

    @Test("every number but the times is the same for any number of threads")
    func threads() throws {
        let truth = noisy(13)
        let contestants = [
            Contestant.persistence(of: truth.description), .amplifier("net", factor: 0.9, of: truth.description),
        ]
        func evaluate(_ threads: Int) throws -> [ContestantResult] {
            try RolloutEvaluator(truth, threads: threads).evaluate(contestants).contestants.map {
                var result = $0
                result.cost = RolloutCost(secondsPerFrame: 0, scoringSecondsPerFrame: 0, frames: 0, threads: 0)
                return result
            }
        }
        let alone = try evaluate(1)
        #expect(try evaluate(3) == alone)
        #expect(try evaluate(8) == alone)
    }

    @Test("cells of difficulty are summed up apart")
    func cells() throws {
        let truth = noisy(7)
        let result = try RolloutEvaluator(truth, threads: 2).evaluate([.persistence(of: truth.description)])
            .contestants[0]
        #expect(result.cells.map(\.cell) == ["easy", "hard"])
        #expect(result.cells.map(\.summary.trajectories) == [4, 3])
        let errors = result.trajectories.filter { $0.label.cell == "hard" }.map { log($0.error) }
        #expect(isClose(result.cells[1].summary.error.value, exp(errors.reduce(0, +) / 3), within: 1e-12))
        let names = ["re 1000…2000, 1 obstacle", "re 100…300", "re 1000…2000, no obstacle", "re 300…1000"]
        #expect(
            TrajectoryLabel.cells(of: names.map { TrajectoryLabel(index: 0, cell: $0) })
                == ["re 100…300", "re 300…1000", "re 1000…2000, no obstacle", "re 1000…2000, 1 obstacle"])
    }

    @Test("surrogates of one group are taken together over their seeds")
    func seeds() throws {
        let truth = noisy(6)
        let nets = (0..<3).map { seed in
            Contestant("net \(seed)", kind: .surrogate, group: "net") {
                ForecastSession(
                    stepper: Amplifier(timeStep: 1, factor: 0.9 - 0.1 * Float(seed)), description: truth.description)
            }
        }
        let evaluation = try RolloutEvaluator(truth, threads: 1).evaluate(nets + [.persistence(of: truth.description)])
        let group = try #require(evaluation.groups.first)
        #expect(evaluation.groups.count == 1)
        #expect(group.members == ["net 0", "net 1", "net 2"])
        let mean = evaluation.contestants[..<3].reduce(0) { $0 + log($1.summary.error.value) / 3 }
        #expect(isClose(group.error.value, exp(mean), within: 1e-12))
        #expect(group.error.lower! <= group.error.value && group.error.value <= group.error.upper!)
    }

    @Test("what cannot be evaluated is refused by name")
    func refusals() throws {
        let truth = noisy(1)
        let evaluator = RolloutEvaluator(truth, options: EvaluationOptions(inputFrames: 2), threads: 1)
        let greedy = Contestant.closedForm("greedy", inputFrames: 5, points: Self.n) { _, _, _ in 0 }
        #expect(throws: EvaluationError.inputFrames(contestant: "greedy", wanted: 5, given: 2)) {
            try evaluator.evaluate([greedy])
        }
        #expect(throws: EvaluationError.noContestants) { try evaluator.evaluate([]) }
        let twin = Contestant.persistence(of: truth.description)
        #expect(throws: EvaluationError.twice(contestant: "persistence")) { try evaluator.evaluate([twin, twin]) }
        let slow = Contestant.closedForm("slow", timeStep: 0.3, points: Self.n) { _, _, _ in 0 }
        #expect(throws: EvaluationError.timeStep(contestant: "slow", step: 0.3, interval: 1)) {
            try evaluator.evaluate([slow])
        }
        #expect(throws: EvaluationError.interrupted) { try evaluator.evaluate([twin], shouldStop: { true }) }
        #expect(throws: EvaluationError.tooShort(frames: 15, inputFrames: 15)) {
            try RolloutEvaluator(truth, options: EvaluationOptions(inputFrames: 15)).evaluate([twin])
        }
    }

    @Test("a stepper with four steps a frame is advanced four times")
    func substeps() throws {
        let n = Self.n
        let truth = reference(line(n), frames: 6) { frame, _, point in Float(4 * frame) * sine(point, of: n) + 1 }
        let result = try RolloutEvaluator(truth, options: EvaluationOptions(oneStepSamples: 0), threads: 1).evaluate([
            .closedForm(timeStep: 0.25, points: n) { step, _, point in Float(step) * sine(point, of: n) + 1 }
        ]).contestants[0]
        #expect(result.summary.error.value < 1e-6)
    }

    @Test("frames with channels beside each other become channels one after the other", arguments: 1...3)
    func channelOrder(channels: Int) {
        let (frames, points) = (2, 5)
        let source = (0..<frames * points * channels).map(Float.init)
        var result = [Float](repeating: -1, count: source.count)
        separateChannels(source, frames: frames, points: points, channels: channels, into: &result)
        for frame in 0..<frames {
            for channel in 0..<channels {
                for point in 0..<points {
                    let place = (frame * channels + channel) * points + point
                    #expect(result[place] == Float((frame * points + point) * channels + channel))
                }
            }
        }
    }
}
