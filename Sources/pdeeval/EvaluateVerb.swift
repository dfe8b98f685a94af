import PDECommand
import PDEComparisons
import PDEData
import PDEEvaluation
import PDEStudies

/// `pdeeval RUN` and `pdeeval compare RUN…`: rollouts, metrics, a report to look at.
enum EvaluateVerb {
    private static let options: [CommandLineOption] = [
        .value("steps", "N", help: "steps of every rollout (default: all frames of the data)"),
        .choice("split", Split.allCases.map(\.rawValue), help: "the split", default: "test"),
        .value("data", "DIR", help: "another dataset (default: that of the training)"),
        .value("level", "KEY=LOW:HIGH", help: "only samples whose number lies within", isRepeatable: true),
        .value("samples", "N", help: "at most so many trajectories"),
        .value("out", "DIR", help: "where the report goes (default: the run's folder)"),
        .flag("no-solver", help: "leave out the classical solver on coarser grids"),
        .value(
            "network-steps", "N", help: "steps of the physics-informed network beside solvers; 0: none", default: "200"
        ),
        .value("threads", "N", help: "rollouts side by side (default: 1, for clean times)"),
    ]

    static var verb: Verb {
        Verb(
            "evaluate", summary: "roll a trained network out and write metrics.json and report.html (the default)",
            positionals: [Positional("RUN", help: "a run's folder such as runs/burgers")],
            options: options + CommandLineOption.progress,
            examples: [Verb.Example("pdeeval runs/burgers --steps 1000")],
            body: {
                let folder = $0.positional("RUN")!
                return try run($0, RunFolders.isTrained(folder) ? [folder] : RunFolders.trained(in: folder))
            })
    }

    static var compare: Verb {
        Verb(
            "compare", summary: "several runs in one report",
            positionals: [Positional("RUN", .repeated, help: "runs' folders, or a folder of runs with several seeds")],
            options: options + CommandLineOption.progress,
            examples: [Verb.Example("pdeeval compare runs/none runs/jaws --out runs/comparison")],
            body: { try run($0, $0.positionals.flatMap { try RunFolders.trained(in: $0) }) })
    }

    @Sendable private static func run(_ arguments: Arguments, _ folders: [String]) throws -> ExitCode {
        let evaluation = try evaluation(arguments, folders)
        let mode = ProgressReporter.Mode.automatic(arguments)
        Interrupt.install(announce: mode != .json)
        var progress: ProgressReporter?
        let observer = RunsEvaluation.Observer(
            begin: { total, unit in
                progress = ProgressReporter("evaluate", total: total, unit: unit, mode: mode)
                for warning in evaluation.warnings { progress?.warning(warning) }
            }, progress: { progress?.update(done: $0.done, extra: $0.contestant) })
        let findings: RunsFindings
        do {
            findings = try evaluation.run(observer: observer, shouldStop: { Interrupt.isRequested })
        } catch {
            progress?.finish(extra: "stopped")
            throw error
        }
        progress?.finish()
        let out = arguments.string("out") ?? evaluation.folder
        try findings.write(to: out)
        StandardStream.output.write(EvaluationSummary(findings, folder: out).text)
        return .ok
    }

    private static func evaluation(_ arguments: Arguments, _ folders: [String]) throws -> RunsEvaluation {
        do {
            return try RunsEvaluation(
                of: folders, on: arguments.string("data"), split: Split(rawValue: arguments.string("split")!)!,
                within: bounds(arguments), samples: arguments.int("samples", in: 1...1_000_000),
                steps: arguments.int("steps", in: 1...1_000_000), hasSolvers: !arguments.isGiven("no-solver"),
                networkSteps: arguments.int("network-steps", in: 0...1_000_000)!,
                threads: arguments.int("threads", in: 1...1024) ?? 1)
        } catch StudyError.noFrames(let run) {
            throw arguments.wrongValue(
                "steps", expected: "nothing: \(run) has no rollouts, and so no steps",
                found: arguments.string("steps")!)
        }
    }

    /// What `--level` says.
    private static func bounds(_ arguments: Arguments) throws -> [String: ClosedRange<Double>] {
        var bounds: [String: ClosedRange<Double>] = [:]
        for level in arguments.strings("level") {
            let parts = level.split(separator: "=", maxSplits: 1)
            let ends = parts.count == 2 ? parts[1].split(separator: ":").compactMap { Double($0) } : []
            guard ends.count == 2, ends[0] <= ends[1] else {
                throw arguments.wrongValue(
                    "level", expected: "KEY=LOW:HIGH such as viscosity=0.001:0.005", found: level)
            }
            bounds[String(parts[0])] = ends[0]...ends[1]
        }
        return bounds
    }
}
