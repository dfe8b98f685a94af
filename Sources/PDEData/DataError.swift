/// What can go wrong with data, and what to do about it.
///
/// `description` is one sentence of what, where and why, and one of what to do next.
public indirect enum DataError: Error, Equatable, Sendable {
    /// The operating system refused an operation on a file or folder; `code` is its `errno`.
    case file(path: String, problem: String, remedy: String, code: Int32)
    /// HDF5 refused an operation; `message` is the library's own.
    case hdf5(path: String, object: String, operation: String, message: String)
    /// The folder belongs to something else: another recipe, or files that are not a dataset.
    case occupied(path: String, reason: String)
    /// A folder was removed while files were written to it.
    case vanished(path: String)
    /// A description that no file can follow.
    case description(name: String, problem: String)
    /// A sample that no training set should carry; nothing of it was written.
    case sample(index: Int, problem: String)
    /// A file that exists and does not hold what it should.
    case corrupt(path: String, problem: String, remedy: String)
    /// The split guard: samples that are missing, repeated, or leak from one split into another.
    case splits(problems: [String])
}

extension DataError: CustomStringConvertible {
    /// What happened, where, why, and what to do next.
    public var description: String {
        switch self {
        case .file(let path, let problem, let remedy, _), .corrupt(let path, let problem, let remedy):
            return "\(path): \(problem)\n\(remedy)"
        case .hdf5(let path, let object, let operation, let message):
            return "\(path): HDF5 \(operation) failed at \(object): \(message.isEmpty ? "no reason given" : message)"
                + "\nIf the file was copied, copy it again; `pdegen verify` on its folder names every broken shard."
        case .occupied(let path, let reason):
            return "\(path): \(reason)\nNothing was touched; choose another folder with --out, or remove this one."
        case .vanished(let path):
            return "\(path): this folder is gone: something removed it while files were written to it"
                + "\nRun again: the folder is made anew."
        case .description(let name, let problem):
            return "dataset \(name): \(problem)\nCorrect the description."
        case .sample(let index, let problem):
            return "sample \(SampleAddress.name(of: index)): \(problem)\n"
                + "It was not written; draw it again or leave it out."
        case .splits(let problems):
            return "the splits are not sound: \(problems.joined(separator: "; "))\n"
                + "Remove the shards concerned and run the recipe again."
        }
    }
}
