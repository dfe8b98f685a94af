import PDEConfig
import PDECore
import PDEData
import PDEGeneration
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
        let (trainings, source) = try trainings(arguments)
        let threads = trainings[0].threads
        if arguments.isGiven("plan") {
            StandardStream.output.write(plan(trainings, source))
            return .ok
        }
        let mode = ProgressReporter.Mode.automatic(arguments)
        Interrupt.install(announce: mode != .json)
        try source?.make(threads: threads, mode: mode)
        Interrupt.endsProcess()
        if let source {
            for training in trainings { try ClassicalSolvers.checkTraining(training.experiment, on: source.folder) }
        }
        if arguments.isGiven("check") {
            for line in try trainings[0].check() { StandardStream.output.write(line + "\n") }
            return .ok
        }
        for training in trainings {
            try train(training, resumes: arguments.isGiven("resume"), mode)
        }
        return .ok
    }

    /// The runs that the command line names, and their dataset.
    private static func trainings(_ arguments: Arguments) throws -> ([Training], DatasetSource?) {
        let threads = try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount
        let named = arguments.positional("EXPERIMENT")!
        let isAnew = ["out", "seed", "variant"].contains { arguments.isGiven($0) }
        if !isAnew, let begun = try Training.begun(in: named) {
            let (experiment, file) = try ExperimentFile.experiment(of: named, arguments)
            let isThere = Catalogue.exists(at: begun.dataset)
            let source =
                try isThere ? DatasetSource(folder: begun.dataset) : Self.source(of: experiment, file)
            return ([training(experiment, source, folder: named, seed: begun.seed, threads)], source)
        }
        let (experiments, file) = try ExperimentFile.experiments(arguments)
        let out = arguments.string("out") ?? "runs/\(experiments[0].experiment.name)"
        let data = experiments[0].experiment.data
        guard
            experiments.allSatisfy({
                $0.experiment.data.recipe == data.recipe && $0.experiment.data.folder == data.folder
            })
        else {
            throw CommandError(
                "\(file): its variants name several datasets",
                advice: ["train them one at a time with --variant NAME, or write an experiment for each dataset"],
                exitCode: .badData)
        }
        let source = try source(of: experiments[0].experiment, file)
        let trainings = experiments.flatMap { variant, experiment in
            experiment.seeds.map { seed in
                let base = variant.map { "\(out)/\($0)" } ?? out
                let isAlone = experiment.seeds.count == 1 && !arguments.isGiven("seed")
                // Runs of one seed that was asked for once went where the others belong, too.
                let folder = isAlone || Training.holds(base, experiment, seed: seed) ? base : "\(base)/seed-\(seed)"
                return training(experiment, source, folder: folder, seed: seed, threads)
            }
        }
        return (trainings, source)
    }

    /// The dataset of an experiment; nil for a task that needs none.
    private static func source(of experiment: Experiment, _ file: String) throws -> DatasetSource? {
        try experiment.task.needsData ? DatasetSource(experiment.data, experiment: file) : nil
    }

    private static func training(
        _ experiment: Experiment, _ source: DatasetSource?, folder: String, seed: UInt64, _ threads: Int
    ) -> Training {
        Training(
            experiment, dataset: source?.folder ?? "", folder: folder, seed: seed, threads: threads,
            makeSolver: source.map { ClassicalSolvers.forTraining($0.folder, experiment.precision) })
    }

    private static func plan(_ trainings: [Training], _ source: DatasetSource?) -> String {
        let experiment = trainings[0].experiment
        var text = "experiment  \(experiment.name)\n"
        if let source {
            text += "dataset     \(source.folder)\(source.exists ? "" : ", which \(source.recipe ?? "") would make")\n"
        }
        for training in trainings { text += "run         \(training.folder), seed \(training.seed)\n" }
        text += "budget      \(formatCount(experiment.budget.epochs, "epoch")) of batches of \(experiment.budget.batch)"
        return text + (experiment.budget.steps.map { ", at most \(formatCount($0, "step"))" } ?? "") + "\n"
    }

    private static func train(_ training: Training, resumes: Bool, _ mode: ProgressReporter.Mode) throws {
        Interrupt.install(announce: mode != .json)
        var progress: ProgressReporter?
        var valid = ""
        let observer = Training.Observer(
            begin: { done, total in
                progress = ProgressReporter(
                    training.experiment.name, total: total, unit: "steps", startingAt: done, mode: mode)
            },
            step: { done, loss in
                progress?.update(done: done, extra: "loss \(formatSignificant(loss, digits: 3))\(valid)")
            },
            validated: { record, isBest in
                valid = ", valid \(formatSignificant(record.validLoss, digits: 3))"
                progress?.event(
                    "validated",
                    [
                        "step": .int(record.step), "epoch": .int(record.epoch),
                        "train_loss": .double(record.trainLoss), "valid_loss": .double(record.validLoss),
                        "is_best": .bool(isBest),
                    ])
            }, note: { progress?.warning($0) })
        let outcome: Training.Outcome
        do {
            outcome = try training.run(resumes: resumes, observer: observer, shouldStop: { Interrupt.isRequested })
        } catch {
            progress?.finish(extra: "stopped by an error")
            throw error
        }
        progress?.finish()
        if outcome.isInterrupted {
            throw CommandError(
                "interrupted after step \(outcome.state.step); nothing is lost",
                advice: ["run the same command with --resume to continue"], exitCode: .interrupted)
        }
        // All is saved, and what is measured now can be measured again.
        Interrupt.endsProcess()
        StandardStream.output.write(try TrainingSummary(training, outcome).text())
    }
}
