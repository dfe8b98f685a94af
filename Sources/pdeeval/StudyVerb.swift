import PDECommand
import PDEComparisons
import PDECore
import PDEData
import PDEEvaluation

/// `pdeeval study DIR`: what easier samples save, from the runs of a transfer study.
enum StudyVerb {
    static var verb: Verb {
        Verb(
            "study", summary: "what easier samples save: errors against solver seconds",
            discussion:
                "Scores the runs of a folder on unseen hard trajectories, in the units of the data, and holds the errors against what the "
                + "runs' samples took to solve. Runs that have not changed are not scored again.",
            positionals: [Positional("DIR", help: "a study's folder such as runs/difficulty-transfer")],
            options: [
                .value("budget", "SECONDS", help: "say which mix is best for so many solver seconds"),
                .choice(
                    "split", ["test", "train"],
                    help: "train: score on what was trained on, a fault on purpose", default: "test"),
                .value("samples", "N", help: "at most so many trajectories"),
                .value("steps", "N", help: "steps of every rollout (default: all frames of the data)"),
                .value("threads", "N", help: "rollouts side by side (default: all cores)"),
            ] + CommandLineOption.progress,
            examples: [Verb.Example("pdeeval study runs/difficulty-transfer --budget 600")], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let budget = try arguments.positive("budget")
        let study = try TransferStudy(
            in: arguments.positional("DIR")!, split: Split(rawValue: arguments.string("split")!)!,
            samples: arguments.int("samples", in: 1...1_000_000), steps: arguments.int("steps", in: 1...1_000_000),
            threads: arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount)
        let mode = ProgressReporter.Mode.automatic(arguments)
        Interrupt.install(announce: mode != .json)
        var progress: ProgressReporter?
        let result: TransferResult
        do {
            result = try study.run(
                progress: { done, total in
                    if progress == nil { progress = ProgressReporter("study", total: total, unit: "runs", mode: mode) }
                    progress?.update(done: done, extra: "")
                }, shouldStop: { Interrupt.isRequested })
        } catch {
            progress?.finish(extra: "stopped")
            throw error
        }
        progress?.finish()
        StandardStream.output.write(TransferSummary(result, study, budget: budget).text)
        return result.notes.isEmpty ? .ok : .badData
    }
}
