import PDECore
import PDEData
import PDEStudies
import PDETraining

/// `verify DIR`: reads every byte of a dataset and compares it with the manifest, of runs and compares it with their own
/// checksums; of files of others what can be seen without one.
package enum VerifyVerb {
    package static var verb: Verb {
        Verb(
            "verify", summary: "check every byte of a dataset or a run against its checksums",
            discussion:
                "Checks the manifest and the split guard, each shard's size and CRC-32, HDF5's own checksums, that all "
                + "values are finite, no frame repeats, times and axes are right, and that the other files are those that "
                + "were written. Of runs: checkpoints, log, experiment, metrics, report and pictures. Of files of others, which "
                + "have no manifest: that values are finite, no frame repeats, axes and times are right, splits share no sample "
                + "and statistics are the training split's. Exit code 65 if anything is wrong.",
            positionals: [Positional("DIR", help: "the folder of a dataset or of runs, or a file")],
            options: CommandLineOption.progress,
            examples: [Verb.Example("pdegen verify data/burgers")], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let path = arguments.positional("DIR")!
        if ForeignData.exists(at: path) { return try check(ForeignData.open(path), at: path, arguments) }
        let runs = RunFolders.all(in: path)
        guard runs.isEmpty else { return report(runs) }
        let folder = try datasetFolder(path)
        var progress: ProgressReporter?
        let result = folder.verify { done, total in
            let reporter =
                progress ?? ProgressReporter("verify", total: total, unit: "shards", mode: .automatic(arguments))
            progress = reporter
            reporter.update(done: done)
        }
        progress?.finish()
        return report(
            result, at: folder.path,
            "\(formatCount(result.shards, "shard")), \(formatCount(result.samples, "sample")), \(formatCount(result.frames, "frame")), "
                + formatBytes(result.bytes))
    }

    /// Checks runs and says what was found.
    private static func report(_ runs: [String]) -> ExitCode {
        var isSound = true
        for run in runs {
            let result = RunVerification(of: run)
            for finding in result.findings { StandardStream.output.write("\(run)/\(finding)\n") }
            for note in result.notes { StandardStream.output.write("\(run): \(note)\n") }
            let count = result.findings.count
            isSound = isSound && count == 0
            StandardStream.output.write(
                "\(run): \(count == 0 ? "sound" : formatCount(count, "finding")) (\(formatCount(result.files, "file")), "
                    + "\(formatBytes(result.bytes)))\n")
        }
        return isSound ? .ok : .badData
    }

    /// Checks files of others.
    private static func check(_ data: ForeignData, at path: String, _ arguments: Arguments) throws -> ExitCode {
        guard case .samples(let source) = data else {
            throw CommandError(
                "\(path): arrays whose axes are not known cannot be checked",
                advice: ["pdegen import \(path) --axes sample,time,x --out DIR checks them and makes a dataset"],
                exitCode: .badData)
        }
        let progress = ProgressReporter(
            "verify", total: source.sampleCount, unit: "samples", mode: .automatic(arguments))
        let result = try Verification(of: source, progress: { done, _ in progress.update(done: done) })
        progress.finish()
        for remark in source.remarks { StandardStream.output.write("\(path): \(remark)\n") }
        let code = report(
            result, at: path,
            "\(source.layout), \(formatCount(result.samples, "sample")), \(formatCount(result.frames, "frame")); no manifest, so no checksums"
        )
        StandardStream.output.write("\(NextStep.text(for: source, at: path, leavingOut: result.unsound.count))\n")
        return code
    }

    private static func report(_ result: Verification, at path: String, _ amount: String) -> ExitCode {
        for finding in result.findings { StandardStream.output.write("\(finding)\n") }
        let count = result.findings.count
        StandardStream.output.write(
            "\(path): \(result.isSound ? "sound" : formatCount(count, "finding")) (\(amount))\n")
        return result.isSound ? .ok : .badData
    }
}
