import Foundation
import PDEComparisons
import PDEConfig
import PDEData
import PDEEvaluation
import PDEGeneration
import PDEOperators
import PDESolvers
import PDEStudies
import PDETraining
import Testing

/// A transfer study from its runs to its factors, small enough for some seconds.
@Suite("Mixes of hard and easier samples", .serialized)
struct TransferStudyTests {
    private let small: SmallStudy

    init() throws { small = try SmallStudy() }

    private var top: String { "\(small.folder)/study" }

    private func source(_ name: String, modes: Int, seed: UInt64, train: Int = 8, resolution: Int = 32) throws
        -> DatasetSource
    {
        let recipe = try Recipe(
            name,
            .semilinear(
                Semilinear(Burgers(viscosity: 0.05), drawing: ["viscosity": .logUniform(0.02...0.1)]),
                initial: InitialRecipe(FourierSeries(modes: modes))),
            resolution: 128, frames: 5, interval: 0.05, frameResolution: .init(resolution),
            samples: Recipe.SampleCounts(train: train, valid: 2, test: 4), seed: seed)
        return DatasetSource(recipe, in: "\(small.folder)/\(name)")
    }

    private func experiment(_ hard: DatasetSource, _ levels: [LevelChoice], steps: Int = 60, seeds: [UInt64] = [0, 1])
        -> Experiment
    {
        Experiment(
            "study", data: DataChoice(folder: hard.folder, parameters: ["viscosity"], levels: levels), task: StepTask(),
            model: FourierArchitecture(width: 8, modes: [8], layers: 2, hidden: 16),
            optimizer: OptimizerSettings(learningRate: 5e-3),
            budget: Budget(epochs: 10_000, steps: steps, batch: 8, validateEvery: 20), seeds: seeds)
    }

    /// Hard samples alone, mixed with easy ones, after them, and by a curriculum.
    private func variants(_ hard: DatasetSource, _ easy: DatasetSource, steps: Int = 60) -> [Study.Variant] {
        var first = experiment(hard, [LevelChoice("hard", count: 2)], steps: steps)
        first.from = "easy-0"
        return [
            Study.Variant("alone-2", experiment(hard, [LevelChoice("hard", count: 2)], steps: steps)),
            Study.Variant("alone-8", experiment(hard, [LevelChoice("hard", count: 8)], steps: steps)),
            Study.Variant(
                "easy-0",
                experiment(
                    hard, [LevelChoice("hard", count: 0), LevelChoice("easy", in: easy.folder, count: 8)], steps: steps)
            ),
            Study.Variant("first", first),
            Study.Variant(
                "easy-2",
                experiment(
                    hard, [LevelChoice("hard", count: 2), LevelChoice("easy", in: easy.folder, count: 6)], steps: steps)
            ),
            Study.Variant(
                "curriculum",
                experiment(
                    hard,
                    [
                        LevelChoice("hard", weight: LevelWeight(from: 0, to: 1, epochs: 5), count: 2),
                        LevelChoice("easy", in: easy.folder, weight: LevelWeight(from: 1, to: 0, epochs: 5)),
                    ], steps: steps)),
        ]
    }

    @Test("runs on datasets of their levels, fine-tuned and by a curriculum, are scored, costed and not made twice")
    func whole() throws {
        let (hard, easy) = (try source("hard", modes: 6, seed: 1), try source("easy", modes: 2, seed: 2))
        for source in [hard, easy] { try source.make(threads: 1) }
        let study = try Study(variants(hard, easy), in: top, threads: 1)
        let before = try StudyForecast(study)
        #expect(before.left == 12 && before.unknown == 0 && before.training > 0 && before.making == 0)
        var trained: [String] = []
        let outcome = try study.train(
            observer: Study.Observer(trained: { training, _ in trained.append(training.folder) }))
        #expect(outcome.failed.isEmpty && outcome.missing.isEmpty && Set(trained).count == 12)
        // Nothing is trained twice.
        let again = try study.train(resumes: true)
        #expect(again.trained.isEmpty && again.missing.isEmpty)
        #expect(try StudyForecast(study).left == 0)

        let result = try TransferStudy(in: top).run()
        #expect(result.notes.isEmpty && result.mixes.count == 6 && result.mixes.allSatisfy { $0.runs.count == 2 })
        #expect(result.mixes.allSatisfy { $0.seen == 0 && $0.target == "hard" && $0.runs[0].marks.count == 4 })
        func mix(_ name: String) throws -> MixScore { try #require(result.mixes.first { $0.name == name }) }
        #expect(try [mix("alone-8").hard, mix("alone-8").others] == [8, 0])
        #expect(try [mix("easy-2").hard, mix("easy-2").others] == [2, 6] && mix("easy-2").filler == "easy")
        #expect(try mix("first").way == .fineTuned && [mix("first").hard, mix("first").others] == [2, 8])
        #expect(
            try mix("curriculum").way == .curriculum && [mix("curriculum").hard, mix("curriculum").others] == [2, 8])
        // Costs are the manifests' means.
        func mean(_ source: DatasetSource) throws -> Double {
            let records = try #require(try DatasetFolder(path: source.folder, name: "").manifest()).shards
                .filter { $0.id.split == .train }.flatMap(\.samples)
            return records.reduce(0) { $0 + $1.wallTime } / Double(records.count)
        }
        #expect(try abs(mix("first").seconds - (2 * mean(hard) + 8 * mean(easy))) < 1e-12)
        #expect(try abs(mix("easy-2").seconds - (2 * mean(hard) + 6 * mean(easy))) < 1e-12)
        let panel = try #require(result.panels.first)
        #expect(try panel.alone.count == 2 && panel.factor(of: mix("easy-2")) != nil)
        #expect(try panel.favoured(within: mix("alone-2").seconds * 1e6) != nil)
        #expect(FileSystem.exists("\(top)/report.html"))
        // What has not changed is not scored again; the result is the same.
        #expect(try TransferStudy(in: top).run() == result)
    }

    @Test("two processes that share a study train what one trains, to the bit")
    func shared() throws {
        let (hard, easy) = (try source("hard", modes: 6, seed: 1), try source("easy", modes: 2, seed: 2))
        for source in [hard, easy] { try source.make(threads: 1) }
        let list = variants(hard, easy, steps: 10)
        try Study(list, in: top, threads: 1).train()
        let other = try Study(list, in: "\(small.folder)/shared", threads: 1)
        let one = try other.train(ShardSelection.resolve(option: "0/2", environment: [:]))
        let two = try other.train(ShardSelection.resolve(option: "1/2", environment: [:]))
        let rest = try other.train()
        #expect(one.trained.count + two.trained.count + rest.trained.count == 12 && rest.missing.isEmpty)
        for run in other.runs.map(\.training.folder) {
            func numbers(_ folder: String) throws -> [SafetensorsEntry] {
                try SafetensorsFile(path: "\(folder)/checkpoint/best.safetensors").entries
            }
            #expect(try numbers(run) == numbers(run.replacing("/shared/", with: "/study/")), "\(run)")
        }
    }

    /// The published pipeline's fault: trajectories are taken from those that training takes first.
    @Test("scored on its own training, the curve falls off a cliff where all is seen; on the test split it does not")
    func honesty() throws {
        let hard = try source("hard", modes: 8, seed: 1, train: 12)
        try hard.make(threads: 1)
        let list = [1, 2, 4].map { count in
            Study.Variant(
                "alone-\(count)", experiment(hard, [LevelChoice("hard", count: count)], steps: 1000, seeds: [0]))
        }
        try Study(list, in: top, threads: 1).train()
        let honest = try TransferStudy(in: top, samples: 4).run()
        let faulty = try TransferStudy(in: top, split: .train, samples: 4).run()
        #expect(honest.mixes.map(\.seen) == [0, 0, 0])
        #expect(faulty.mixes.map(\.seen) == [1, 2, 4])
        let (unseen, seen) = (honest.mixes.map(\.error.value), faulty.mixes.map(\.error.value))
        #expect(3 * seen[2] < unseen[2] && 2 * seen[0] > unseen[0], "\(seen) \(unseen)")
        #expect(FileSystem.exists("\(top)/report-train.html") && FileSystem.exists("\(top)/study-train.json"))
    }

    @Test("what cannot be trained is said by name, and the rest goes on")
    func robust() throws {
        let (hard, easy) = (try source("hard", modes: 6, seed: 1), try source("easy", modes: 2, seed: 2))
        let coarse = try source("coarse", modes: 2, seed: 3, resolution: 16)
        for source in [hard, easy, coarse] { try source.make(threads: 1) }
        var diverging = experiment(hard, [LevelChoice("hard", count: 4)], seeds: [0])
        // Weights change their sign and grow ninefold at every step.
        diverging.optimizer = OptimizerSettings(AdamW(weightDecay: 1), learningRate: 10)
        var orphan = experiment(hard, [LevelChoice("hard", count: 4)], seeds: [0])
        orphan.from = "diverging"
        func variant(_ name: String, _ levels: [LevelChoice]) -> Study.Variant {
            Study.Variant(name, experiment(hard, levels, steps: 5, seeds: [0]))
        }
        let study = try Study(
            [
                variant("too-many", [LevelChoice("hard", count: 9)]),
                variant(
                    "empty",
                    [LevelChoice("none", where: ["viscosity": 7...8], count: 1), LevelChoice("hard", count: 1)]),
                variant(
                    "missing",
                    [LevelChoice("hard", count: 1), LevelChoice("easy", in: "\(small.folder)/nowhere", count: 1)]),
                variant("misfit", [LevelChoice("hard", count: 1), LevelChoice("coarse", in: coarse.folder, count: 1)]),
                Study.Variant("diverging", diverging), Study.Variant("orphan", orphan),
                variant("sound", [LevelChoice("hard", count: 4), LevelChoice("easy", in: easy.folder, count: 4)]),
            ], in: top, threads: 1)
        var said: [String] = []
        let outcome = try study.train(observer: Study.Observer(failed: { training, _ in said.append(training.folder) }))
        #expect(outcome.failed.map(\.place).sorted() == [0, 1, 2, 3, 4, 5] && outcome.trained.map(\.place) == [6])
        #expect(said.count == 6 && outcome.missing.isEmpty)
        func reason(_ place: Int) throws -> String {
            "\(try #require(outcome.failed.first { $0.place == place }).error)"
        }
        #expect(try reason(0).contains("level 'hard' (all) has 8 samples, 9 are asked for"))
        #expect(try reason(1).contains("level 'none'"))
        #expect(try reason(2).contains("nowhere"))
        #expect(try reason(3).contains("its axes are not those of"))
        #expect(try reason(4).contains("the loss is "))
        #expect(try reason(5).contains("begins with the network of") && reason(5).contains("diverging"))
        let result = try TransferStudy(in: top).run()
        #expect(result.mixes.map(\.name) == ["sound"])
        // Made anew between runs, a dataset is another one: a run that has begun does not go on with it.
        let begun = try Study(
            [
                Study.Variant(
                    "sound",
                    experiment(
                        hard, [LevelChoice("hard", count: 4), LevelChoice("easy", in: easy.folder, count: 4)], steps: 9,
                        seeds: [0])), variant("other", [LevelChoice("hard", count: 2)]),
            ], in: top, threads: 1)
        let remade = try source("easy-2", modes: 3, seed: 9)
        try remade.make(threads: 1)
        try FileManager.default.removeItem(atPath: easy.folder)
        try FileManager.default.moveItem(atPath: remade.folder, toPath: easy.folder)
        let second = try begun.train(resumes: true)
        #expect(second.failed.map(\.place) == [0] && second.trained.map(\.place) == [1])
        #expect("\(try #require(second.failed.first).error)".contains("has changed since this run began"))
    }
}
