import PDEData

/// `pdegen verify DIR`: reads every byte of a dataset and compares it with the manifest.
enum VerifyVerb {
    static var verb: Verb {
        Verb(
            "verify", summary: "check every byte of a dataset against its manifest",
            discussion:
                "Checks the manifest and the split guard, each shard's size and CRC-32, HDF5's own checksums, that all "
                + "values are finite, no frame repeats, times and axes are right, and that the other files are those that "
                + "were written. Exit code 65 if anything is wrong.",
            positionals: [Positional("DIR", help: "the dataset's folder")], options: CommandLineOption.progress,
            examples: [Verb.Example("pdegen verify data/burgers")], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let folder = try datasetFolder(arguments.positional("DIR")!)
        var progress: ProgressReporter?
        let result = folder.verify { done, total in
            let reporter =
                progress ?? ProgressReporter("verify", total: total, unit: "shards", mode: .automatic(arguments))
            progress = reporter
            reporter.update(done: done)
        }
        progress?.finish()
        for finding in result.findings { StandardStream.output.write("\(finding)\n") }
        let amount =
            "\(result.shards) shards, \(result.samples) samples, \(formatCount(result.frames)) frames, "
            + formatBytes(result.bytes)
        if result.isSound {
            StandardStream.output.write("\(folder.path): sound (\(amount))\n")
            return .ok
        }
        let count = result.findings.count
        StandardStream.output.write("\(folder.path): \(count) finding\(count == 1 ? "" : "s") (\(amount))\n")
        return .badData
    }
}

/// The dataset at a path.
/// - Throws: `CommandError` when there is no folder.
func datasetFolder(_ path: String) throws(CommandError) -> DatasetFolder {
    guard case .folder = FileSystem.kind(path) else {
        throw CommandError("\(path): no such folder", advice: ["name the folder that pdegen made"], exitCode: .noInput)
    }
    let names = (try? FileSystem.list(path)) ?? []
    if !names.contains("manifest.json"),
        let inner = names.first(where: { FileSystem.exists("\(path)/\($0)/manifest.json") })
    {
        throw CommandError(
            "\(path): not a dataset", advice: ["did you mean \(path)/\(inner)?"], exitCode: .noInput)
    }
    // The folder may have been renamed; the name that its files carry stands in the manifest.
    let unnamed = DatasetFolder(path: path, name: "dataset")
    return DatasetFolder(path: path, name: (try? unnamed.manifest())?.name ?? unnamed.name)
}
