import PDEConfig
import PDEData
import PDETraining

/// The folders of runs: one, or those of an experiment's variants and seeds.
public enum RunFolders {
    /// A folder with a run, or with a report on runs, and all such folders in it: what can be checked. None in a dataset.
    public static func all(in folder: String) -> [String] { all(in: folder, depth: 2) }

    private static func all(in folder: String, depth: Int) -> [String] {
        guard !FileSystem.exists("\(folder)/manifest.json") else { return [] }
        let own = RunVerification.isRun(folder) ? [folder] : []
        guard depth > 0, let inside = try? FileSystem.list(folder) else { return own }
        return own + inside.filter { $0 != "checkpoint" }.flatMap { all(in: "\(folder)/\($0)", depth: depth - 1) }
    }

    /// A run and all runs in its folder: those of several seeds, of variants, or of both.
    /// - Throws: `StudyError.noNetwork` where there is none.
    public static func trained(in folder: String) throws(StudyError) -> [String] {
        let found = all(in: folder).filter(isTrained)
        guard !found.isEmpty else { throw .noNetwork(path: folder, next: FolderAdvice.insteadOfRun(folder)) }
        return found
    }

    /// Whether a folder holds a run that has begun.
    public static func isTrained(_ folder: String) -> Bool { FileSystem.exists("\(folder)/checkpoint") }

    /// Refuses a folder that is not there, with the nearest that is.
    /// - Throws: `StudyError.noRun`.
    package static func requireFolder(_ folder: String) throws(StudyError) {
        guard !FileSystem.exists(folder) else { return }
        let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        let above = parts.dropLast().joined(separator: "/")
        let known = (try? FileSystem.list(above.isEmpty ? "." : above)) ?? []
        let close = nearest(String(parts.last ?? ""), among: known)
        throw .noRun(path: folder, nearest: close.map { above.isEmpty ? $0 : "\(above)/\($0)" })
    }

    /// Refuses a folder that is no run but holds some.
    /// - Throws: `StudyError.severalRuns`.
    package static func requireOne(_ folder: String) throws(StudyError) {
        guard !isTrained(folder) else { return }
        let runs = all(in: folder).filter(isTrained)
        guard runs.isEmpty else { throw .severalRuns(path: folder, runs: runs) }
    }

    /// Refuses a run that was stopped before it had a network to use.
    /// - Throws: `StudyError.noNetworkYet`.
    package static func requireNetwork(in run: String) throws(StudyError) {
        func exists(_ state: String) -> Bool { FileSystem.exists("\(run)/checkpoint/\(state).safetensors") }
        guard exists("last"), !exists("best") else { return }
        throw .noNetworkYet(run: run)
    }
}
