import PDECore
import PDEEvaluation
import PDEPlot
import Testing

@Suite("Several networks beside each other")
struct RankingTests {
    private static let n = 32

    /// Networks whose frames are the truth times 1 + error, on waves of several amplitudes that go on.
    private func evaluation(
        _ networks: [(name: String, group: String?, error: Float)], count: Int = 4, spread: Float = 0.2
    ) throws -> (evaluation: Evaluation, rollouts: [RecordedRollout]) {
        let (n, frames) = (Self.n, 13)
        let wave: @Sendable (Int, Int) -> Float = { point, frame in sine(point, of: n, phase: 1.3 * Double(frame)) }
        let truth = StoredTrajectories(
            ReferenceDescription(
                name: "made-up", grid: line(n), channels: ["u"], frameCount: frames, frameInterval: 0.5,
                channelNotes: ["a wave, non-dimensional"]),
            labels: (0..<count).map { TrajectoryLabel(index: $0) },
            values: (0..<count).map { _ in (0..<frames * n).map { wave($0 % n, $0 / n) } })
        let contestants = networks.map { name, group, error in
            Contestant(name, kind: .surrogate, group: group) {
                var trajectory = 0
                return ForecastSession(
                    stepper: StepCounter(timeStep: 0.5), state: 0,
                    begin: { inputs, step in (trajectory, step) = (inputs.label.index, 0) },
                    read: { step, frame in
                        let factor = 1 + error * (1 + spread * Float(trajectory % 2))
                        for point in 0..<n { frame[point] = factor * wave(point, step) }
                    })
            }
        }
        let solver = Contestant.closedForm("solver on 16", kind: .solver, timeStep: 0.5, points: n) { step, _, point in
            1.001 * wave(point, step)
        }
        let evaluator = RolloutEvaluator(truth, threads: 1)
        let evaluation = try evaluator.evaluate(
            contestants + [
                solver, .persistence(of: truth.description),
                .trainingMean([Float](repeating: 0, count: n), of: truth.description),
            ])
        return (evaluation, try evaluator.record(contestants, in: evaluation, count: 2))
    }

    @Test("the smallest error comes first, seeds of one variant are one line with their spread")
    func ranked() throws {
        let networks = [
            ("b seed-0", "b", Float(0.05)), ("b seed-1", "b", 0.06), ("a", nil, 0.01), ("c", nil, 1.5),
        ]
        let ranking = try #require(try evaluation(networks).evaluation.ranking)
        #expect(ranking.entries.map(\.name) == ["a", "b", "c"])
        #expect(ranking.entries.map(\.outcome) == [.stable, .stable, .noBetter])
        let group = ranking.entries[1]
        #expect(group.members == ["b seed-0", "b seed-1"] && group.headline.hasPrefix("2 of 2: "))
        let spread = try #require(group.spread)
        #expect(spread.lowerBound < group.error.value && group.error.value < spread.upperBound)
        #expect(ranking.entries[0].spread == nil && ranking.entries[0].validTime != nil)
        #expect(ranking.sentence.hasPrefix("Best is a with an error of 0.01"), "\(ranking.sentence)")
        #expect(ranking.sentence.contains(", before b with 0.0") && ranking.sentence.hasSuffix("intervals part."))
        #expect(try evaluation([("a", nil, 0.1)]).evaluation.ranking == nil)
    }

    @Test("where intervals overlap, or nothing is any good, the sentence says so")
    func caveats() throws {
        let close = try evaluation([("a", nil, 0.10), ("b", nil, 0.105)], spread: 1).evaluation.ranking
        #expect(close?.sentence.contains("intervals overlap") == true, "\(close?.sentence ?? "")")
        let single = try evaluation([("a", nil, 0.1), ("b", nil, 0.2)], count: 1).evaluation.ranking
        #expect(single?.sentence.hasSuffix("one initial state says nothing about others.") == true)
        let bad = try evaluation([("a", nil, 1.5), ("b", nil, 1.6)]).evaluation.ranking
        #expect(bad?.sentence.hasPrefix("None is any good yet. Best is a") == true)
        let seeds = try evaluation([("s seed-0", "s", 0.1), ("s seed-1", "s", 0.2)]).evaluation.ranking
        #expect(seeds?.entries.count == 1 && seeds?.sentence.contains("over 2 seeds") == true)
    }

    @Test("a report begins with the ranking, and every network is looked at on the same trajectories")
    func report() throws {
        let (evaluation, rollouts) = try evaluation([("net b", nil, 0.05), ("net a", nil, 0.01)])
        #expect(rollouts.map(\.contestant) == ["net b", "net b", "net a", "net a"])
        #expect(rollouts[0].label == rollouts[2].label && rollouts[0].truth == rollouts[2].truth)
        let page = Report(title: "two", evaluation: evaluation, rollouts: rollouts).html()
        let ranking = try #require(page.range(of: #"class="ranking""#))
        #expect(try ranking.lowerBound < #require(page.range(of: #"class="card verdict"#)).lowerBound)
        // One choice in the player, one above the charts; charts of their own for each.
        #expect(page.split(separator: #"data-choice="network""#).count == 3)
        for name in ["net a", "net b"] { #expect(page.split(separator: #"data-network="\#(name)""#).count == 3) }
        // The truth of a trajectory stands in the page once.
        #expect(page.contains("a wave, non-dimensional"))
        #expect(page.split(separator: #""truth":"""#).count == 3)
        // Networks have colours, what stands beside them has none.
        #expect(page.contains(#"class="series s0""#) && page.contains(#"class="series s1""#))
        #expect(page.contains(#"class="series back r0""#) && !page.contains(#"class="series s2" stroke-dasharray"#))
    }

    @Test("solids are no numbers in pictures, whatever the network makes of them")
    func solids() throws {
        struct Walled: ReferenceTrajectories {
            let all: StoredTrajectories
            var description: ReferenceDescription { all.description }
            var count: Int { all.count }
            func label(of trajectory: Int) -> TrajectoryLabel { all.label(of: trajectory) }
            func read(
                trajectory: Int, frames: Range<Int>, into destination: UnsafeMutablePointer<Float>
            ) throws { all.read(trajectory: trajectory, frames: frames, into: destination) }
            func solids(of trajectory: Int) -> [Bool]? {
                (0..<description.grid.count).map { $0 / 8 < 3 && $0 % 8 == 7 }
            }
        }
        let grid = Grid.periodic(dimensions: 2, count: 8, length: 1)
        let truth = Walled(all: reference(grid, frames: 3) { frame, _, point in Float(frame + point) })
        let evaluator = RolloutEvaluator(truth, threads: 1)
        let persistence = Contestant.persistence(of: truth.description)
        let record = try evaluator.record([persistence], in: evaluator.evaluate([persistence]))[0]
        // The first row holds the largest y, the first three columns the smallest x.
        for values in [record.truth, record.prediction] {
            #expect(values[..<64].indices.filter { values[$0].isNaN } == [0, 1, 2])
        }
    }
}
