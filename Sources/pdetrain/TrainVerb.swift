import PDECommand
import PDEConfig
import PDECore
import PDEStudies
import PDETraining

/// `pdetrain EXPERIMENT [flags]`: trains a network, making its dataset first if it is missing.
enum TrainVerb {
    static var verb: Verb {
        Verb(
            "train", summary: "train a network as an experiment says (what pdetrain does without a verb)",
            positionals: [Positional("EXPERIMENT", help: "a file such as experiments/burgers.json, or a run's folder")],
            options: [
                .value("out", "DIR", help: "the run's folder (default: runs/NAME)"),
                .flag("resume", help: "go on from the last checkpoint, for longer too"),
                .value("from", "RUN", help: "begin with the network of a run: fine-tuning"),
                .flag("check", help: "only look whether the network can learn at all"),
                .flag("plan", help: "print what would be trained; write nothing"),
                .value("shard", "I/N", help: "only part I of N of its runs (clusters: then the rest too)"),
                .value("variant", "NAME", help: "only this variant of an experiment that has several"),
                .value("seed", "N", help: "one run with this seed, in the folder seed-N"),
                .value("threads", "N", help: "threads (default: all cores)"),
                .value("set", "KEY=VALUE", help: "any key: optimizer.learningRate=5e-4", isRepeatable: true),
            ] + CommandLineOption.progress,
            examples: [
                Verb.Example("pdetrain experiments/burgers-operator.json"),
                Verb.Example("pdetrain runs/burgers-operator --resume --set budget.epochs=400"),
            ],
            body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let study = try study(arguments)
        // One run is nothing to share.
        let environment = study.runs.count > 1 ? processEnvironment() : [:]
        let part = try ShardSelection.resolve(option: arguments.string("shard"), environment: environment)
        if arguments.isGiven("plan") {
            StandardStream.output.write(try StudyPlan(study, part).text())
            return .ok
        }
        let reporter = TrainingReporter(ProgressReporter.Mode.automatic(arguments), notice: part.notice)
        Interrupt.install(announce: reporter.mode != .json)
        if arguments.isGiven("check") {
            try reporter.ending { try study.prepare([0], observer: reporter.observer) { Interrupt.isRequested } }
            Interrupt.endsProcess()
            for line in try study.runs[0].training.check() { StandardStream.output.write(line + "\n") }
            return .ok
        }
        let outcome = try reporter.ending {
            try study.train(part, resumes: arguments.isGiven("resume"), observer: reporter.observer) {
                Interrupt.isRequested
            }
        }
        if outcome.isInterrupted, let last = outcome.trained.last {
            throw CommandError(
                "interrupted after step \(last.outcome.state.step); nothing is lost",
                advice: ["run the same command with --resume to continue"], exitCode: .interrupted)
        }
        StandardStream.output.write(StudySummary(study, outcome, part).text)
        if !outcome.failed.isEmpty { return .badData }
        return outcome.missing.isEmpty ? .ok : .unfinished
    }

    /// The runs that the command line names.
    private static func study(_ arguments: Arguments) throws -> Study {
        let threads = try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount
        let named = arguments.positional("EXPERIMENT")!
        let isAnew = ["out", "seed", "variant"].contains { arguments.isGiven($0) }
        let overrides = try overrides(arguments)
        if !isAnew, let study = try Study(goingOnIn: named, setting: overrides, threads: threads) { return study }
        let file = try ExperimentFile(named)
        return try Study(
            file.experiments(variant: arguments.string("variant"), setting: overrides), in: arguments.string("out"),
            file: file.path, namesSeeds: arguments.isGiven("seed"), threads: threads)
    }

    /// What the command line changes in an experiment.
    private static func overrides(_ arguments: Arguments) throws -> [(key: String, value: JSON)] {
        var overrides: [(key: String, value: JSON)] = []
        if let text = arguments.string("seed") {
            guard let seed = UInt64(text) else {
                throw arguments.wrongValue("seed", expected: "a whole number", found: text)
            }
            overrides.append(("seeds", JSON.array([.number(seed)]).with(origin: .flag("--seed"))))
        }
        if let run = arguments.string("from") {
            overrides.append(("from", JSON.string(run).with(origin: .flag("--from"))))
        }
        return overrides + (try arguments.assignments(example: "optimizer.learningRate=5e-4"))
    }
}
