import PDECore
import PDEEvaluation
import Testing

/// The mean over frames of a field's first value, and something that no frame has.
private struct Level: FrameMeasure {
    let names = ["level", "nothing"]
    private var values: [Double] = []

    mutating func add(_ frame: UnsafePointer<Float>) { values.append(Double(frame[0])) }
    var marks: [Double?] { [values.isEmpty ? nil : values.reduce(0, +) / Double(values.count), nil] }
}

/// Trajectories of which the level is measured.
private struct Measured: ReferenceTrajectories {
    let stored: StoredTrajectories
    var description: ReferenceDescription { stored.description }
    var count: Int { stored.count }

    func label(of trajectory: Int) -> TrajectoryLabel { stored.label(of: trajectory) }
    func read(trajectory: Int, frames: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
        stored.read(trajectory: trajectory, frames: frames, into: destination)
    }
    func measure(of trajectory: Int) -> (any FrameMeasure)? { Level() }
}

/// What is measured on frames besides their errors.
@Suite struct FrameMeasureTests {
    /// Frame n has the value n.
    private let stored = reference(line(8), frames: 5) { frame, _, _ in Float(frame) }
    private let contestants = [
        Contestant.closedForm("ends", points: 8) { step, _, _ in step < 3 ? Float(step) : .nan },
        Contestant.closedForm("twice", points: 8) { step, _, _ in Float(2 * step) },
    ]

    /// The truth is that of all scored frames, also beside a rollout that ends before; what nobody has is no mark.
    @Test func marksStandBesideTheTruths() throws {
        let evaluation = try RolloutEvaluator(Measured(stored: stored), threads: 1).evaluate(contestants)
        for result in evaluation.contestants {
            let marks = try #require(result.summary.marks)
            #expect(marks.map(\.name) == ["level"] && marks[0].truth == 2.5)
            #expect(result.trajectories[0].marks?.map(\.truth) == [2.5, nil])
        }
        let (ends, twice) = (evaluation.contestants[0].summary.marks![0], evaluation.contestants[1].summary.marks![0])
        #expect(ends.value == nil && ends.deviation == nil && ends.missing == 1)
        #expect(twice.value?.value == 5 && twice.deviation?.value == 1 && twice.missing == 0)
        let page = Report(title: "levels", evaluation: evaluation).html()
        #expect(page.contains("What the frames mean") && page.contains("100 % off") && page.contains("none in 1 of 1"))
    }

    /// Where nothing is measured nothing is said.
    @Test func nothingIsSaidOfNothing() throws {
        let evaluation = try RolloutEvaluator(stored, threads: 1).evaluate(contestants)
        #expect(evaluation.contestants.allSatisfy { $0.summary.marks == nil && $0.trajectories[0].marks == nil })
        #expect(!Report(title: "none", evaluation: evaluation).html().contains("What the frames mean"))
    }
}
