import PDEConfig
import PDECore
import PDEEvaluation
import Testing

/// Members that are normal numbers, with a mean and a deviation of their own.
private final class NormalEnsemble: EnsembleSession {
    private let (members, points): (Int, Int)
    private let mean, deviation: Float
    private var (trajectory, step) = (0, 0)

    init(members: Int, points: Int, mean: Float, deviation: Float) {
        (self.members, self.points, self.mean, self.deviation) = (members, points, mean, deviation)
    }

    func begin(_ inputs: InputFrames) { (trajectory, step) = (inputs.label.index, 0) }

    func advance(into frames: UnsafeMutablePointer<Float>) {
        step += 1
        for place in 0..<members * points {
            frames[place] = mean + deviation * noise(place + step * 100_000, seed: UInt64(trajectory) + 5)
        }
    }
}

@Suite struct UncertaintyBandTests {
    private func band(members: Int, mean: Float = 0, deviation: Float = 1) throws -> (UncertaintyBand, Evaluation) {
        let points = 256
        let reference = reference(line(points), frames: 11, cells: ["all", "all", "all"]) { frame, _, point in
            noise(point + 1000 * frame)
        }
        let contestant = Contestant.closedForm(points: points) { _, _, _ in 0 }
        let evaluator = RolloutEvaluator(reference, threads: 2)
        var evaluation = try evaluator.evaluate([contestant])
        let band = try evaluator.band(
            of: EnsembleForecast(members: members, method: "normal numbers") {
                NormalEnsemble(members: members, points: points, mean: mean, deviation: deviation)
            }, contestant, in: evaluation)
        evaluation.bands = [band]
        return (band, evaluation)
    }

    /// Truth and members from one distribution: of 2560 points a step, 95 % lie within, few members or many.
    @Test(arguments: [8, 16, 64]) func aTruthThatIsOneMoreMemberLiesWithinAsOftenAsTheBandSays(_ members: Int) throws {
        let (band, _) = try band(members: members)
        #expect(band.steps == Array(1...10) && band.members == members && band.trajectories == 3 && band.level == 0.95)
        let mean = band.coverage.reduce(0, +) / 10
        #expect(abs(mean - 0.95) < 0.012, "\(mean)")
        for step in 0..<10 {
            #expect(abs(band.deviation[step] - 1) < 0.15 && abs(band.error[step] - 1) < 0.15)
        }
        #expect(band.coverage(at: 10) == band.coverage[9] && band.coverage(at: 11) == nil)
    }

    @Test func membersThatAreWrongTooSureOrTooCautiousAreSeen() throws {
        #expect(try band(members: 16, mean: 50).0.coverage.allSatisfy { $0 == 0 })
        #expect(try band(members: 16, deviation: 0.1).0.coverage.allSatisfy { $0 < 0.3 })
        #expect(try band(members: 16, deviation: 5).0.coverage.allSatisfy { $0 > 0.995 })
    }

    /// What is too wide or too narrow on some trajectories is right on others once it is calibrated.
    @Test(arguments: [0.2, 5]) func bandsAreMadeAsWideAsOtherTrajectoriesAskFor(_ deviation: Float) throws {
        let points = 256
        func trajectories(_ offset: Int) -> some ReferenceTrajectories {
            reference(line(points), frames: 11, cells: ["all", "all", "all"]) { frame, _, point in
                noise(point + 1000 * frame, seed: UInt64(40 + offset))
            }
        }
        let contestant = Contestant.closedForm(points: points) { _, _, _ in 0 }
        let ensemble = EnsembleForecast(members: 16, method: "normal numbers") {
            NormalEnsemble(members: 16, points: points, mean: 0, deviation: deviation)
        }
        // Half as many steps as are scored: the last number goes on.
        // The mean of the members is off by a quarter of their deviation, too.
        let spread = Double(deviation)
        let expected = ((1 + spread * spread / 16) / (1 + 1.0 / 16)).squareRoot()
        let widening = try RolloutEvaluator(trajectories(0), threads: 2).widening(of: ensemble, contestant, steps: 5)
        #expect(widening.count == 5)
        #expect(widening.allSatisfy { abs($0 * spread / expected - 1) < 0.15 }, "\(widening)")
        let evaluator = RolloutEvaluator(trajectories(1), threads: 1)
        let evaluation = try evaluator.evaluate([contestant])
        let band = try evaluator.band(of: ensemble, contestant, in: evaluation, widening: widening)
        #expect(band.widening?.count == 10 && band.widening?.last == widening.last)
        #expect(band.coverage.allSatisfy { $0 > 0.9 && $0 < 0.99 }, "\(band.coverage)")
        #expect(band.deviation.allSatisfy { abs($0 / expected - 1) < 0.2 })
        #expect(
            try RolloutEvaluator(trajectories(0), threads: 1).widening(of: ensemble, contestant, steps: 5) == widening)
    }

    @Test func theyAreKeptAndShown() throws {
        let (band, evaluation) = try band(members: 8)
        let again = try Evaluation(json: evaluation.json(), file: "metrics.json")
        #expect(again.bands == [band])
        let page = Report(title: "bands", evaluation: evaluation).html()
        #expect(page.contains("Truth within the 95 % band") && page.contains("normal numbers"))
        var without = evaluation
        without.bands = nil
        #expect(try JSON.parse(without.json(), file: "metrics.json")["bands"] == nil)
        #expect(!Report(title: "none", evaluation: without).html().contains("95 % band"))
    }
}
