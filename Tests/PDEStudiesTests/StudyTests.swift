import PDEComparisons
import PDEConfig
import PDECore
import PDEData
import PDEEvaluation
import PDEGeneration
import PDEHybrids
import PDEOperators
import PDEStudies
import PDETensor
import PDETraining
import Testing

/// Twice the mean of squares: a loss of this program's own.
private struct TwiceSquare: Loss {
    static let kind = "twice-square"

    func callAsFunction<Scalar: Real>(
        _ error: Tensor<Scalar>, _ truth: Tensor<Scalar>, _ domain: LossDomain<Scalar>
    ) -> Tensor<Scalar> {
        error.squared.sum() * Scalar(2 / Double(error.count))
    }
}

@Suite("Runs on their datasets, from Swift", .serialized)
struct StudyTests {
    private let small: SmallStudy

    init() throws { small = try SmallStudy() }

    private func run(_ name: String = "run") -> String { "\(small.folder)/\(name)" }

    @Test("a study makes its dataset, trains, and is scored beside the solver and what knows nothing")
    func whole() throws {
        let source = try small.burgers()
        let study = try Study(small.experiment(on: source), on: source, in: run(), threads: 1)
        var made = 0
        var began: [Int] = []
        let outcome = try study.train(
            observer: Study.Observer(
                making: { _ in Generation.Observer(sample: { _ in made += 1 }) },
                training: { _ in Training.Observer(begin: { _, total in began.append(total) }) }))
        #expect(made == 10 && began == [outcome.trained[0].outcome.state.step])
        #expect(outcome.trained.map(\.place) == [0] && outcome.elsewhere.isEmpty && !outcome.isInterrupted)
        let evaluation = try RunsEvaluation(of: [run(), run() + "/"], steps: 3)
        #expect(evaluation.folders == [run()] && evaluation.folder == run() && evaluation.warnings.isEmpty)
        var totals: [Int] = []
        var done = 0
        let findings = try evaluation.run(
            observer: RunsEvaluation.Observer(begin: { total, _ in totals.append(total) }, progress: { done = $0.done })
        )
        try findings.write(to: run("report"))
        guard case .rollouts(let found, "small", _) = findings else { throw StudyError.noFrames(run: run()) }
        #expect(
            found.contestants.map(\.name) == [
                "run", "solver on 32", "solver on 16", "solver on 8", "persistence", "training mean",
            ])
        #expect(totals == [2 * found.contestants.count] && done == totals[0])
        #expect(RunVerification(of: run("report")).findings.isEmpty)
        #expect(try RunTest(of: run(), threads: 1).result(split: .valid).samples == 2)
    }

    @Test("a network that sees every second cell of a flow stands beside the solver that begins with all of them")
    func strided() throws {
        let source = try small.flow()
        func evaluated(_ name: String, stride: Int) throws -> Evaluation {
            let experiment = Experiment(
                "small", data: DataChoice(folder: source.folder, stride: stride), task: StepTask(),
                model: FourierArchitecture(width: 6, modes: [4, 4], layers: 1, hidden: 8),
                budget: Budget(epochs: 1, batch: 4))
            try Study(experiment, on: source, in: run(name), threads: 1).train()
            guard case .rollouts(let found, _, _) = try RunsEvaluation(of: [run(name)], steps: 2).run() else {
                throw StudyError.noFrames(run: run(name))
            }
            return found
        }
        let (whole, part) = (try evaluated("whole", stride: 1), try evaluated("part", stride: 2))
        func error(_ name: String, _ evaluation: Evaluation) throws -> Double {
            try #require(evaluation.contestants.first { $0.name == name }?.summary.error.value)
        }
        #expect(
            part.contestants.map(\.name) == [
                "part", "solver on 16", "solver on 8", "persistence", "training mean",
            ])
        #expect(part.reference.notes?.contains { $0.contains("networks see one in 2") } == true)
        // The same forecast, at all cells and at a quarter of them.
        let errors = (try error("solver on 16", whole), try error("solver on 16", part))
        #expect(abs(errors.0 - errors.1) < 0.3 * errors.0, "\(errors)")
        #expect(try errors.1 < 0.5 * error("persistence", part))
    }

    @Test("a Gaussian process learns its kernel, stops and goes on, and solves what it has not seen")
    func gaussianProcess() throws {
        let source = try small.multiscale()
        func experiment(epochs: Int) -> Experiment {
            Experiment(
                "small", data: DataChoice(folder: source.folder), task: GaussianProcessSolverTask(samples: 4),
                model: NoNetwork(), optimizer: OptimizerSettings(StepwiseBFGS(longestStep: 0.5), learningRate: 1),
                budget: Budget(epochs: epochs, validateEvery: 2), precision: .double)
        }
        try Study(experiment(epochs: 4), on: source, in: run(), threads: 1).train()
        let trained = try GaussianProcessRun(folder: run())
        let test = try #require(try trained.test())
        #expect(test.loss < 1e-6 && test.samples == 6)
        // Half the way, and on from there.
        try Study(experiment(epochs: 2), on: source, in: run("stopped"), threads: 1).train()
        try Study(experiment(epochs: 4), on: source, in: run("stopped"), threads: 1).train(resumes: true)
        #expect(try GaussianProcessRun(folder: run("stopped")).solver.prior == trained.solver.prior)
        #expect(trained.solver.prior != GaussianProcessSolver().prior)
        // Networks have no place in it, and it none in them.
        var other = experiment(epochs: 4)
        other.model = FourierArchitecture(width: 4, modes: [4], layers: 1, hidden: 4)
        #expect(throws: ConfigurationError.self) { try other.task.check(other) }
        other.task = SteadyTask()
        other.model = NoNetwork()
        #expect(throws: TrainingError.self) { try Study(other, on: source, in: run("none"), threads: 1).train() }
    }

    @Test("solutions of steady problems are scored likewise, and have neither steps nor windows")
    func steady() throws {
        let source = try small.darcy()
        try Study(small.experiment(SteadyTask(), on: source), on: source, in: run(), threads: 1).train()
        let findings = try RunsEvaluation(of: [run()], samples: 2).run()
        try findings.write(to: run())
        guard case .solutions(let found, "small", _) = findings else { throw StudyError.noFrames(run: run()) }
        #expect(found.contestants.map(\.name).first == "run" && found.contestants.map(\.name).last == "training mean")
        #expect(found.contestants.contains { $0.kind == .solver } && found.contestants[0].samples.count == 2)
        #expect(RunVerification(of: run()).findings.isEmpty)
        let test = try RunTest(of: run(), threads: 1)
        #expect(try test.result().samples == 3)
        let example = try test.example()
        #expect(example["input"]?.shape.prefix(3) == [3, 32, 32] && example["output"]?.shape == [3, 32, 32, 1])
        guard case .float(let output) = example["output"]?.values else {
            Issue.record("not floats")
            return
        }
        #expect(output.contains { $0 != output[0] } && output.allSatisfy { abs($0) < 10 })
        #expect(throws: StudyError.noFrames(run: run())) { try RunsEvaluation(of: [run()], steps: 5) }
    }

    @Test("what is made of values is held to what holds for files")
    func ranges() throws {
        let source = try small.burgers()
        var experiment = small.experiment(on: source, epochs: 0)
        #expect(throws: ConfigurationError.self) { try Study(experiment, on: source) }
        experiment = small.experiment(StepTask(mode: .oneStep, steps: 3), on: source)
        #expect(throws: ConfigurationError.self) { try Study(experiment, on: source) }
        experiment = small.experiment(on: source)
        experiment.data.folder = nil
        #expect(throws: ConfigurationError.self) { try Study(experiment) }
        #expect(throws: ConfigurationError.self) {
            try Recipe("x", source.recipe!.problem, resolution: 63, frames: 3, interval: 0.1, samples: .init(train: 1))
        }
        #expect(throws: ConfigurationError.self) {
            try Recipe("x", source.recipe!.problem, resolution: 64, frames: 3, interval: 0.1, samples: .init())
        }
    }

    @Test("a kind of a program's own is refused before a run that nobody could open, and trained where it is known")
    func ownKinds() throws {
        let source = try small.burgers()
        let experiment = small.experiment(on: source, loss: TwiceSquare(), epochs: 1)
        #expect(throws: ConfigurationError.self) { try Study(experiment, on: source, in: run()) }
        let kinds = Kinds([TwiceSquare.self])
        let study = try Study(experiment, on: source, in: run(), threads: 1, kinds: kinds)
        try study.train()
        #expect(try RunTest(of: run(), threads: 1, kinds: kinds).result().loss > 0)
        #expect(try RunsEvaluation(of: [run()], hasSolvers: false, kinds: kinds).run().isRollouts)
        let again = try #require(
            try Study(goingOnIn: run(), setting: [("budget.epochs", .number(2))], threads: 1, kinds: kinds))
        #expect(again.runs[0].source?.folder == source.folder)
        #expect(try again.train(resumes: true).trained[0].outcome.state.position.epoch == 2)
        #expect(try Study(goingOnIn: run("nothing")) == nil)
    }

    @Test("how far a run has come is told from outside")
    func standing() throws {
        let source = try small.burgers()
        let study = try Study(small.experiment(on: source), on: source, in: run(), threads: 1)
        let training = study.runs[0].training
        #expect(try training.standing() == .new)
        try source.make(threads: 1)
        var steps = 0
        let stopped = try training.run(
            observer: Training.Observer(step: { _, _ in
                steps += 1
                #expect(throws: TrainingError.self) { try training.run() }
                if case .held = try? training.standing() {} else { Issue.record("it is being trained") }
            }), shouldStop: { steps == 2 })
        #expect(stopped.isInterrupted)
        #expect(try training.standing() == .begun)
        // A part of a launcher's passes over what is begun, unless it is to be gone on with.
        let launched = try ShardSelection.resolve(option: nil, environment: ["PMIX_RANK": "1"])
        #expect(try study.train(launched).missing == [0])
        #expect(try study.train(launched, resumes: true).missing.isEmpty)
        #expect(try training.standing() == .finished)
        #expect(try study.train(launched).trained.isEmpty)
        let longer = try Study(small.experiment(on: source, epochs: 3), on: source, in: run(), threads: 1)
        #expect(try longer.runs[0].training.standing() == .begun)
    }

    @Test("seeds and variants have folders of their own, and never one for two")
    func folders() throws {
        let source = try small.burgers()
        let seeds = try Study(small.experiment(on: source, seeds: [3, 4]), on: source, in: run())
        #expect(seeds.runs.map(\.training.folder) == [run("run/seed-3"), run("run/seed-4")])
        let one = small.experiment(on: source)
        let variants = try Study([.init("a", one), .init("b", one)], on: source, in: run())
        #expect(variants.runs.map(\.training.folder) == [run("run/a"), run("run/b")])
        #expect(throws: StudyError.oneFolder(path: run("run/a"))) {
            try Study([.init("a", one), .init("a", one)], on: source, in: run())
        }
    }

    @Test("a dataset is made once, found again, and never taken for another")
    func datasets() throws {
        let source = try small.burgers()
        #expect(!source.exists)
        #expect(throws: FolderAdvice.noDataset(source.folder)) { try DatasetSource(folder: source.folder).make() }
        #expect(throws: StudyError.interrupted(dataset: source.folder)) {
            try source.make(threads: 1, shouldStop: { true })
        }
        var samples = 0
        let observer = Generation.Observer(sample: { _ in samples += 1 })
        for _ in 0..<2 { try source.make(threads: 1, observer: observer) }
        #expect(samples == 10 && source.exists)
        try DatasetSource(folder: source.folder).make()
        let other = try small.burgers(modes: 2)
        #expect { try other.make(threads: 1) } throws: { error in
            guard case StudyError.occupied(source.folder, let reason) = error else { return false }
            return reason.contains("modes")
        }
    }

    @Test("folders without what is asked of them are named")
    func missing() throws {
        let run = run()
        #expect(throws: StudyError.noNetwork(path: run, next: FolderAdvice.insteadOfRun(run))) {
            try RunFolders.trained(in: run)
        }
        #expect(throws: StudyError.noRun(path: run, nearest: nil)) { try RunTest(of: run) }
        #expect(RunFolders.all(in: run).isEmpty)
        let source = try small.burgers()
        try Study(small.experiment(on: source, epochs: 1), on: source, in: run, threads: 1).train()
        #expect {
            try RunsEvaluation(of: [run], within: ["reynolds": 1...2])
        } throws: { error in
            guard case StudyError.noNumber(source.folder, "reynolds", let known) = error else { return false }
            return known.contains("viscosity")
        }
        #expect {
            try RunsEvaluation(of: [run], within: ["viscosity": 1...2])
        } throws: { error in
            guard case StudyError.noSample(source.folder, "test", "viscosity", let from, let to) = error else {
                return false
            }
            return from > 0 && from <= to && to < 1
        }
        try FileSystem.remove("\(run)/checkpoint/best.safetensors")
        #expect(throws: StudyError.noNetworkYet(run: run)) { try RunsEvaluation(of: [run]) }
    }
}

extension RunsFindings {
    fileprivate var isRollouts: Bool { if case .rollouts = self { true } else { false } }
}
