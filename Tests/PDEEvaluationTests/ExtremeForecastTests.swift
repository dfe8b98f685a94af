import PDECore
import PDEData
import PDEEvaluation
import Testing

/// Whatever a network says, there is a verdict, a report and a file of numbers.
@Suite("Forecasts far off") struct ExtremeForecastTests {
    private static let n = 16

    /// Truths: ordinary, zero, tiny, huge, decaying to nothing, growing out of nothing.
    static let truths: [@Sendable (Int, Int) -> Float] = [
        { frame, point in sine(point, of: n, phase: Double(frame)) },
        { _, _ in 0 },
        { frame, point in 1e-20 * sine(point, of: n, phase: Double(frame)) },
        { frame, point in 1e17 * sine(point, of: n, phase: Double(frame)) },
        { frame, point in frame < 3 ? sine(point, of: n) : 0 },
        { frame, point in frame < 3 ? 0 : sine(point, of: n) },
    ]

    static let forecasts: [@Sendable (Int, Int) -> Float] = [
        { _, _ in 0 }, { _, _ in 1e-30 }, { _, _ in .leastNonzeroMagnitude },
        { _, point in 40 * sine(point, of: n, wave: 3) }, { _, point in 1e10 * sine(point, of: n, wave: 5) },
        { _, _ in 1e19 }, { _, _ in .greatestFiniteMagnitude }, { _, _ in .infinity }, { _, _ in .nan },
        { step, _ in step > 4 ? .nan : 1e15 },
        { step, point in (step % 2 == 0 ? 1e18 : -1e18) * sine(point, of: n) },
    ]

    @Test(arguments: truths.indices) func everyForecastIsJudgedAndDrawn(_ truth: Int) throws {
        let n = Self.n
        let value = Self.truths[truth]
        let reference = reference(line(n), frames: 9, cells: ["a", "b"]) { frame, _, point in value(frame, point) }
        for (number, forecast) in Self.forecasts.enumerated() {
            let evaluator = RolloutEvaluator(
                reference, options: EvaluationOptions(steps: 12, tracksFront: true), threads: 1)
            let net = Contestant.closedForm("net", points: n) { step, _, point in forecast(step, point) }
            let evaluation = try evaluator.evaluate([
                net, .persistence(of: reference.description),
                .trainingMean([Float](repeating: 0, count: n), of: reference.description),
            ])
            let verdict = evaluation.contestants[0].verdict
            if truth == 0 { #expect(verdict.outcome != .stable, "forecast \(number)") }
            let text = try evaluation.json()
            #expect(try Evaluation(json: text, file: "metrics.json") == evaluation)
            let rollouts = try evaluator.record([net], in: evaluation)
            let page = Report(title: "far off", evaluation: evaluation, rollouts: rollouts).html()
            #expect(page.contains(verdict.headline))
            let picture = RolloutPicture(rollouts[0], evaluation: evaluation)
            #expect(picture.figure().raster().width > 100)
            #expect(picture.animation().frames.count == rollouts[0].steps.count)
        }
    }

    @Test func energiesAreThoseOfTheVelocity() {
        let velocity = FieldDescription(name: "velocity", order: 1, summary: "")
        let pressure = FieldDescription(name: "pressure", order: 0, summary: "")
        let flow = EnergyChannels(of: [pressure, velocity], dimensions: 2)
        #expect(flow.channels == [1, 2] && flow.name == nil)
        let vorticity = EnergyChannels(
            of: [FieldDescription(name: "vorticity", order: 0, summary: "")], dimensions: 2)
        #expect(vorticity.channels == [0] && vorticity.name == "enstrophy")
        let wave = EnergyChannels(of: [FieldDescription(name: "u", order: 0, summary: "")], dimensions: 1)
        #expect(wave.channels == [0] && wave.name == nil)
        let other = EnergyChannels(
            of: [pressure, FieldDescription(name: "stress", order: 2, summary: "")], dimensions: 3)
        #expect(other.channels == [0] && other.name == "half mean square of pressure")
    }

    @Test func aReportCallsEnstrophyByItsName() throws {
        let n = Self.n
        var description = reference(line(n), frames: 9) { frame, _, point in sine(point, of: n, phase: Double(frame)) }
            .description
        description.energyName = "enstrophy"
        let truth = StoredTrajectories(
            description, labels: [TrajectoryLabel(index: 0)],
            values: [(0..<9 * n).map { sine($0 % n, of: n, phase: Double($0 / n)) }])
        let net = Contestant.closedForm(points: n) { step, _, point in 1.3 * sine(point, of: n, phase: Double(step)) }
        let evaluation = try RolloutEvaluator(truth, threads: 1).evaluate([net])
        #expect(evaluation.contestants[0].verdict.sentences[0].contains("leaves the truth in the enstrophy"))
        let page = Report(title: "vorticity", evaluation: evaluation).html()
        #expect(page.contains("Enstrophy over that at the start") && page.contains("enstrophy ratio"))
        #expect(!page.contains("energy"))
    }
}
