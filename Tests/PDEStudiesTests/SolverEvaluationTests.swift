import PDEComparisons
import PDECore
import PDEEvaluation
import PDEHybrids
import PDEOperators
import PDEStudies
import PDETraining
import Testing

/// Runs of Gaussian-process solvers beside other solvers of the same problems.
@Suite("Evaluation of solvers", .serialized)
struct SolverEvaluationTests {
    private let small: SmallStudy
    private var run: String { "\(small.folder)/run" }

    init() throws {
        small = try SmallStudy()
        let source = try small.multiscale()
        let experiment = Experiment(
            "small", data: DataChoice(folder: source.folder), task: GaussianProcessSolverTask(samples: 4),
            model: NoNetwork(), optimizer: OptimizerSettings(StepwiseBFGS(longestStep: 0.5), learningRate: 1),
            budget: Budget(epochs: 4, validateEvery: 4), precision: .double)
        try Study(experiment, on: source, in: run, threads: 1).train()
    }

    @Test("errors, times to accuracy and coverage stand beside polynomials, differences, a network and the mean")
    func contestants() throws {
        let findings = try RunsEvaluation(of: [run], networkSteps: 4).run()
        guard case .solutions(let found, let title, let picture) = findings else {
            Issue.record("expected solutions")
            return
        }
        #expect(title == "small" && !picture.isEmpty && found.sampleCount == 6)
        let names = found.contestants.map(\.name)
        for name in [
            "solver of degree 1024", "differences of order 2, 1001", "differences of order 4, 64001",
            "physics-informed network, 4 steps", "training mean",
        ] { #expect(names.contains(name), "\(names)") }
        let own = found.contestants[0]
        #expect(own.name == "run" && own.error.value < 1e-6 && own.trainingSeconds! > 0, "\(own.error)")
        #expect(own.coverage!.value > 0.5 && found.contestants.dropFirst().allSatisfy { $0.coverage == nil })
        #expect(Set(own.cells.map { String($0.cell.prefix(7)) }) == ["poisson", "allen-c"])
        let times = try #require(found.accuracies)
        #expect(times.first { $0.method == "run" && $0.error == 1e-4 }?.seconds == own.amortizedSeconds)
        #expect(times.first { $0.method == "differences of order 4" && $0.error == 1e-4 }?.seconds != nil)
        #expect(times.first { $0.method == "physics-informed network, 4 steps" && $0.error == 1e-2 }?.seconds == nil)
        try findings.write(to: "\(run)/report")
        #expect(RunVerification(of: "\(run)/report").findings.isEmpty)
        #expect(throws: StudyError.noFrames(run: run)) { try RunsEvaluation(of: [run], steps: 3) }
    }

    @Test("it is tested as networks are, on the grid of the problems")
    func test() throws {
        let test = try RunTest(of: run, threads: 1)
        let found = try test.result()
        #expect(found.loss < 1e-6 && found.samples == 6 && found.seen == 0 && test.state.seconds > 0)
        #expect(try test.result(split: .valid).samples == 6)
        #expect(throws: StudyError.notOfSolvers(run: run, what: "stride")) { try test.result(stride: 2) }
        #expect(throws: StudyError.notOfSolvers(run: run, what: "example")) { try test.example() }
    }
}
