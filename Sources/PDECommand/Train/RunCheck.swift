import PDECore
import PDEData
import PDETraining

/// The check of runs' folders, for `verify` of all three commands.
enum RunCheck {
    /// The runs in a folder: itself, or those of its variants and seeds; none in a dataset.
    static func runs(in folder: String, depth: Int = 2) -> [String] {
        guard !FileSystem.exists("\(folder)/manifest.json") else { return [] }
        let own = RunVerification.isRun(folder) ? [folder] : []
        guard depth > 0, let inside = try? FileSystem.list(folder) else { return own }
        return own + inside.filter { $0 != "checkpoint" }.flatMap { runs(in: "\(folder)/\($0)", depth: depth - 1) }
    }

    /// Refuses a run that was stopped before it had a network to use.
    static func requireNetwork(in run: String) throws(CommandError) {
        func exists(_ state: String) -> Bool { FileSystem.exists("\(run)/checkpoint/\(state).safetensors") }
        guard exists("last"), !exists("best") else { return }
        throw CommandError(
            "\(run): this run was stopped before its first validation, so it has no network yet",
            advice: ["go on with it: pdetrain EXPERIMENT --out \(run) --resume"], exitCode: .badData)
    }

    /// Checks runs and says what was found.
    static func report(_ runs: [String]) -> ExitCode {
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
}
