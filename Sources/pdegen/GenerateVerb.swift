import PDECommand
import PDEConfig
import PDECore
import PDEData
import PDEGeneration
import PDEStudies
import Synchronization

/// `pdegen RECIPE [flags]`: makes a dataset.
enum GenerateVerb {
    static var verb: Verb {
        Verb(
            "generate", summary: "make a dataset from a recipe (what pdegen does without a verb)",
            positionals: [Positional("RECIPE", .optional, help: "a file such as datasets/burgers.json")],
            options: [
                .value("out", "DIR", help: "the dataset's folder (default: data/NAME)"),
                .value("threads", "N", help: "worker threads (default: all cores)"),
                .value("shard", "I/N", help: "make only part I of N (clusters: a part, then the rest)"),
                .flag("plan", help: "print what would be made and its cost; write nothing"),
            ] + RecipeFile.options + CommandLineOption.progress,
            examples: [
                Verb.Example("pdegen datasets/burgers.json --viscosity 0.002:0.02 --train 2000 --out more")
            ],
            body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let recipe = try RecipeFile.recipe(arguments)
        let out = arguments.string("out") ?? "data/\(recipe.name)"
        let threads = try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount
        // One sample is nothing to share.
        let environment = recipe.samples.only == nil ? processEnvironment() : [:]
        let selection = try ShardSelection.resolve(option: arguments.string("shard"), environment: environment)
        let generation = try Generation(recipe, in: out)
        if arguments.isGiven("plan") {
            StandardStream.output.write(try PlanReport(generation, threads: threads, selection: selection).text())
            return .ok
        }
        return try make(generation, threads, selection, arguments)
    }

    private static func make(
        _ generation: Generation, _ threads: Int, _ selection: ShardSelection, _ arguments: Arguments
    ) throws -> ExitCode {
        let mode = ProgressReporter.Mode.automatic(arguments)
        Interrupt.install(announce: mode != .json)
        let start = ContinuousClock.now
        var progress: ProgressReporter?
        var worst = 0.0
        let isControlled = generation.recipe.problem.profile.isCourantControlled
        func extra() -> String { isControlled && worst > 0 ? "worst CFL \(formatSignificant(worst, digits: 2))" : "" }
        // Notes from before it is known how much there is to do.
        var early = [selection.notice].compactMap(\.self)
        func begin(_ pending: Int) {
            guard pending > 0 else { return }
            let reporter = ProgressReporter(generation.recipe.name, total: pending, unit: "samples", mode: mode)
            for note in early { reporter.note(note) }
            progress = reporter
        }
        let observer = Generation.Observer(
            start: begin,
            change: { count in
                if let progress { progress.expect(more: count) } else { begin(count) }
            },
            sample: { record in
                worst = max(worst, record.health["max_cfl"] ?? 0)
                progress?.advance(extra: extra())
            },
            note: { note in
                if let progress { progress.note(note) } else { early.append(note) }
            })
        let outcome: Generation.Outcome
        do {
            outcome = try generation.run(
                threads: threads, including: selection.contains,
                continuingAt: selection.continuation(among: generation.plan.count), observer: observer,
                shouldStop: { Interrupt.isRequested })
        } catch {
            progress?.finish(extra: "stopped by an error")
            throw error
        }
        progress?.finish(extra: extra())
        if outcome.isInterrupted {
            throw CommandError(
                "interrupted; \(outcome.made.count + outcome.kept) of \(formatCount(generation.plan.count, "shard")) finished, "
                    + "and finished samples of others are kept",
                advice: ["run the same command again to continue"], exitCode: .interrupted)
        }
        let summary = GenerationSummary(
            generation, outcome, selection, seconds: (ContinuousClock.now - start) / .seconds(1), threads: threads)
        StandardStream.output.write(summary.text)
        if summary.hasFailures { return .badData }
        return outcome.unheld.isEmpty ? .ok : .unfinished
    }
}
