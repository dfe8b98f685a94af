import Glibc
import PDECore
import PDEEvaluation
import Testing

@Suite("Metrics against closed forms")
struct ClosedFormTests {
    private let n = 96

    private func result(
        _ truth: StoredTrajectories, _ contestant: Contestant, _ options: EvaluationOptions = EvaluationOptions()
    ) throws -> ContestantResult {
        try RolloutEvaluator(truth, options: options, threads: 1).evaluate([contestant]).contestants[0]
    }

    @Test("an amplitude error a: nRMSE and VRMSE |a − 1|, correlation 1, energy a², the same in every band")
    func amplitude() throws {
        let n = n
        // Resolved wavenumbers reach 48: one wave in each third.
        let wave: @Sendable (Int) -> Float = {
            sine($0, of: n, wave: 3) + sine($0, of: n, wave: 20) + sine($0, of: n, wave: 40)
        }
        let truth = reference(line(n), frames: 11) { _, _, point in wave(point) }
        let score = try result(truth, .closedForm(points: n) { _, _, point in 1.3 * wave(point) })
        #expect(isClose(score.summary.error.value, 0.3, within: 1e-5))
        #expect(isClose(score.summary.varianceError.value, 0.3, within: 1e-5))
        #expect(score.curves.correlation.median.allSatisfy { isClose($0, 1, within: 1e-5) })
        for band in 0..<3 { #expect(isClose(score.summary.bandErrors[band]?.value, 0.3, within: 1e-5)) }
        #expect(isClose(score.summary.highBandDecades?.value, log10(1.69), within: 1e-4))
        #expect(isClose(score.summary.energyRatio?.value, 1.69, within: 1e-4))
        #expect(isClose(score.trajectories[0].validTimes[0].frames, 2.0 / 3, within: 1e-5))
        #expect(score.trajectories[0].validTimes[1] == ThresholdCrossing(frames: 10, isLowerBound: true))
    }

    @Test("a phase error φ a step: nRMSE 2 sin(nφ/2), correlation cos nφ, and the times at which they cross")
    func phase() throws {
        let n = n
        let phi = 0.02
        let truth = reference(line(n), frames: 101) { frame, _, point in sine(point, of: n, phase: 0.1 * Double(frame))
        }
        let score = try result(
            truth, .closedForm(points: n) { step, _, point in sine(point, of: n, phase: (0.1 + phi) * Double(step)) })
        let error = score.curves.error
        #expect(error.steps == Array(1...100))
        for (step, value) in zip(error.steps, error.median) {
            #expect(isClose(value, 2 * sin(Double(step) * phi / 2), within: 2e-6))
        }
        for (step, value) in zip(score.curves.correlation.steps, score.curves.correlation.median) {
            #expect(isClose(value, cos(Double(step) * phi), within: 2e-6))
        }
        let times = score.trajectories[0]
        #expect(isClose(times.validTimes[0].frames, 2 * asin(0.1) / phi, within: 0.01))
        #expect(isClose(times.validTimes[1].frames, 2 * asin(0.25) / phi, within: 0.01))
        #expect(isClose(times.correlationTimes[0].frames, acos(0.9) / phi, within: 0.02))
        #expect(isClose(times.correlationTimes[1].frames, acos(0.8) / phi, within: 0.02))
        #expect(isClose(score.summary.energyRatio?.value, 1, within: 1e-5))
    }

    @Test(
        "all frames as one array: large frames count more, as in (Σ‖p − t‖²/Σ‖t‖²)^½, and one that is no number spoils it"
    )
    func stacked() throws {
        let n = n
        let scales: [Float] = [1, 1, 3, 0.5]
        let truth = reference(line(n), frames: 4) { frame, _, point in scales[frame] * sine(point, of: n) }
        let score = try result(
            truth,
            .closedForm(points: n) { step, _, point in (step == 1 ? 2 : 1) * scales[step] * sine(point, of: n) })
        #expect(isClose(score.summary.stackedError?.value, (1 / (1 + 9 + 0.25)).squareRoot(), within: 1e-6))
        #expect(score.trajectories[0].stackedError == score.summary.stackedError?.value)
        let broken = try result(
            truth, .closedForm(points: n) { step, _, point in step == 3 ? .nan : scales[step] * sine(point, of: n) })
        #expect(broken.summary.stackedError?.value == RolloutPlan.saturation)
        let late = try result(
            truth, .closedForm(points: n) { step, _, point in step == 3 ? .nan : scales[step] * sine(point, of: n) },
            EvaluationOptions(steps: 2))
        #expect(isClose(late.summary.stackedError?.value, 0, within: 1e-6))
    }

    @Test("a mode that decays at the wrong rate: nRMSE |1 − e^{(λ−μ)n}|, the geometric mean, the energy's ratio")
    func decay() throws {
        let n = n
        let (lambda, mu) = (0.1, 0.08)
        let truth = reference(line(n), frames: 31) { frame, _, point in
            sine(point, of: n, wave: 2) * Float(exp(-lambda * Double(frame)))
        }
        let score = try result(
            truth,
            .closedForm(points: n) { step, _, point in sine(point, of: n, wave: 2) * Float(exp(-mu * Double(step))) })
        let expected = (1...30).map { exp((lambda - mu) * Double($0)) - 1 }
        for (value, expected) in zip(score.curves.error.median, expected) {
            #expect(isClose(value, expected, within: 1e-5))
        }
        let mean = exp(expected.reduce(0) { $0 + log($1) } / 30)
        #expect(isClose(score.summary.error.value, mean, within: 1e-5))
        #expect(isClose(score.summary.energyRatio?.value, exp(2 * (lambda - mu) * 30), within: 1e-4))
        let energy = zip(score.curves.energy.steps, score.curves.energy.median)
        for (step, value) in energy { #expect(isClose(value, exp(-2 * mu * Double(step)), within: 1e-5)) }
        #expect(score.trajectories[0].drifts == [.energy])
        #expect(score.verdict.outcome == .drifts)
    }

    @Test("a growing norm blows up at the first step above ten times the reference, NaN at the first NaN")
    func blowUp() throws {
        let n = n
        let truth = reference(line(n), frames: 21) { _, _, point in sine(point, of: n) }
        let growing = try result(truth, .amplifier("surrogate", factor: 1.5, of: truth.description))
        // 1.5⁵ = 7.6, 1.5⁶ = 11.4.
        #expect(growing.trajectories[0].blowUp == BlowUp(step: 6, isFinite: true))
        #expect(growing.summary.blowUps == BlowUpSummary(count: 1, earliest: 6, median: 6))
        #expect(growing.verdict.outcome == .blowsUp)
        #expect(growing.verdict.headline == "Blows up at frame 6")

        let broken = try result(
            truth, .closedForm(points: n) { step, _, point in step == 17 && point == 40 ? .nan : sine(point, of: n) })
        #expect(broken.trajectories[0].blowUp == BlowUp(step: 17, isFinite: false))
        #expect(broken.curves.error.median[15] == 0)
        #expect(broken.curves.error.median[16...].allSatisfy { $0 == RolloutPlan.saturation })
        #expect(broken.trajectories[0].validTimes[0].frames == 16)
        #expect(broken.curves.energy.median[16] == nil)
        #expect(broken.cost.frames == 17)
    }

    @Test("single steps have the error of one step, whatever the free rollout adds up")
    func teacherForced() throws {
        let n = n
        let truth = reference(line(n), frames: 21) { _, _, point in sine(point, of: n) }
        let score = try result(truth, .amplifier("surrogate", factor: 1.01, of: truth.description))
        #expect(isClose(score.summary.oneStepError?.value, 0.01, within: 1e-5))
        #expect(isClose(score.curves.error.median.last!, pow(1.01, 20) - 1, within: 1e-4))
    }

    @Test("a shock that runs too fast: the distance of the fronts grows, the short way round")
    func front() throws {
        let n = 200
        let profile: @Sendable (Int, Double) -> Float = { point, center in
            // A rise over half the line and a steep fall at `center`.
            var x = Double(point) / Double(n) - center
            x -= (x + 0.5).rounded(.down)
            return Float(-tanh(x / 0.02) + 2 * x)
        }
        let truth = reference(line(n), frames: 21) { frame, _, point in profile(point, 0.5 + 0.01 * Double(frame)) }
        let score = try result(
            truth, .closedForm(points: n) { step, _, point in profile(point, 0.5 + 0.05 * Double(step)) },
            EvaluationOptions(tracksFront: true))
        for (step, value) in zip(1...20, score.curves.front?.median ?? []) {
            let distance = 0.04 * Double(step)
            #expect(isClose(value, min(distance, 1 - distance), within: 2e-4))
        }
        #expect(score.curves.front?.median.count == 20)
        #expect(try result(truth, .persistence(of: truth.description)).curves.front == nil)
    }

    @Test("a mean that creeps away is a drift, counted in the channel's scale")
    func meanDrift() throws {
        let n = n
        let truth = reference(line(n), frames: 21) { _, _, point in sine(point, of: n) }
        let score = try result(
            truth, .closedForm(points: n) { step, _, point in sine(point, of: n) + 0.01 * Float(step) })
        #expect(isClose(score.summary.meanDrift.value, 0.2, within: 1e-5))
        #expect(isClose(score.summary.truthMeanDrift, 0, within: 1e-6))
        #expect(score.trajectories[0].drifts == [.mean])
    }

    @Test("channels count in their scales, and large means cost no digits of the correlation")
    func channels() throws {
        let n = n
        let grid = line(n)
        var description = reference(grid, frames: 2, channels: 2) { _, _, _ in 0 }.description
        description.channelScales = [1, 1000]
        let values: (Int, Int) -> Float = { channel, point in
            channel == 0 ? sine(point, of: n) : 1000 + sine(point, of: n, wave: 3)
        }
        let frame = (0..<2).flatMap { channel in (0..<n).map { values(channel, $0) } }
        let truth = StoredTrajectories(description, labels: [TrajectoryLabel(index: 0)], values: [frame + frame])
        let score = try result(
            truth,
            .closedForm(channels: 2, points: n) { _, channel, point in
                channel == 0
                    ? 1.5 * sine(point, of: n) : 1000 + sine(point, of: n, wave: 3, phase: .pi / 3)
            })
        // ‖e‖² = ¼·½ + 2(1 − cos π/3)·½/10⁶, ‖t‖² = ½ + 1 + ½·10⁻⁶.
        #expect(isClose(score.summary.error.value, ((0.125 + 0.5e-6) / (1.5 + 0.5e-6)).squareRoot(), within: 1e-6))
        // Per channel 0.5 and 1 of the standard deviation.
        #expect(isClose(score.summary.varianceError.value, 0.75, within: 1e-3))
    }

    @Test("a forecast of zeros is wrong by 1 however far the truth's mean lies from 0, and does not blow up")
    func zeros() throws {
        let n = n
        for mean in stride(from: Float(0.1), through: 3, by: 0.1) {
            let truth = reference(line(n), frames: 4) { _, _, point in mean + sine(point, of: n) }
            let score = try result(truth, .trainingMean(Array(repeating: 0, count: n), of: truth.description))
            #expect(isClose(score.summary.error.value, 1, within: 1e-6))
            #expect(score.summary.blowUps.count == 0)
        }
    }

    @Test("a forecast that is no number at one point only is noticed, whichever point it is")
    func everyPoint() throws {
        let n = 19
        let truth = reference(line(n), frames: 3) { _, _, point in sine(point, of: n) }
        for bad in 0..<n {
            let score = try result(
                truth, .closedForm(points: n) { _, _, point in point == bad ? .nan : sine(point, of: n) })
            #expect(score.trajectories[0].blowUp == BlowUp(step: 1, isFinite: false))
        }
    }
}
