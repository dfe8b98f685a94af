import PDECore
import PDEData

/// Why datasets, runs and evaluations that belong together cannot be made.
public enum StudyError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no file of this name: a recipe or an experiment, with what to do.
    case noFile(name: String, kind: String, advice: [String])
    /// A file is there and cannot be read.
    case unreadable(path: String)
    /// A file is there and is none of these.
    case file(path: String, problem: String)
    /// An experiment's file has no variant of this name.
    case noVariant(path: String, name: String, known: [String], nearest: String?)
    /// Two runs of a study would go into one folder.
    case oneFolder(path: String)
    /// There is no dataset, and no recipe to make it: what there is, and what can be done with it.
    case noDataset(path: String, problem: String, next: String)
    /// A dataset's folder holds something else.
    case occupied(path: String, reason: String)
    /// It was asked to stop while a dataset was made.
    case interrupted(dataset: String)
    /// A run begins with the network of one that could not be trained.
    case noOrigin(run: String, origin: String)
    /// There is no run with a network, with what can be done with what is there.
    case noNetwork(path: String, next: [String])
    /// There is no folder of this name.
    case noRun(path: String, nearest: String?)
    /// A folder that was named as a run is a study's, and holds these.
    case severalRuns(path: String, runs: [String])
    /// A run was stopped before it had a network.
    case noNetworkYet(run: String)
    /// A run of a steady problem was asked for what only rollouts have.
    case noFrames(run: String)
    /// A run of a solver was asked for what only networks have.
    case notOfSolvers(run: String, what: String)
    /// A run was asked for together with others, and is evaluated alone.
    case alone(run: String)
    /// Nothing that a run's particles do is a number.
    case noNumbers(run: String)
    /// Runs do not go into one evaluation.
    case differentModels(what: String)
    /// Runs were trained on different data: how the first says it, and the other.
    case differentData(first: String, second: String)
    /// A dataset has no such split.
    case noSplit(path: String, split: Split)
    /// Samples have no such number.
    case noNumber(path: String, name: String, known: [String])
    /// No sample's number lies within the bounds; those that there are do so from one value to another.
    case noSample(path: String, split: String, name: String, from: Double, to: Double)
    /// What a dataset's manifest has to say is not there.
    case manifest(path: String, problem: String)
    /// A flow that is measured blew up.
    case blownUp(end: Double)
    /// Which part of the work is this process's cannot be told.
    case part(problem: String, advice: [String])

    /// What happened, and what to do next, a line each.
    public var description: String {
        let (message, advice) = words
        return ([message] + advice).joined(separator: "\n")
    }

    private var words: (message: String, advice: [String]) {
        switch self {
        case .noFile(let name, let kind, let advice): ("\(name): no such \(kind)", advice)
        case .unreadable(let path): ("\(path): cannot be read", ["is it a file?"])
        case .file(let path, let problem): ("\(path): \(problem)", [])
        case .noVariant(let path, let name, let known, let nearest):
            (
                "\(path): no variant '\(name)'",
                [
                    nearest.map { "did you mean \($0)?" },
                    known.isEmpty ? "it has no variants" : "there are: \(known.joined(separator: ", "))",
                ].compactMap(\.self)
            )
        case .oneFolder(let path):
            ("\(path): two runs would go into this folder", ["give experiments and seeds names of their own"])
        case .noDataset(let path, let problem, let next):
            (
                "\(path): \(problem)",
                [
                    next, "data.folder names a dataset that is there, data.recipe the recipe of one to make",
                    "data of others need data/{train,valid,test}/*.hdf5 in The Well's layout; pdegen import makes them",
                ]
            )
        case .occupied(let path, let reason):
            (
                "\(path): \(reason)",
                [
                    "give the recipe's dataset a folder of its own with data.folder, or remove this one",
                    "to train on what is there: --set data.recipe=null --set data.folder=\(path)",
                ]
            )
        case .interrupted(let dataset):
            ("interrupted while making \(dataset)", ["run the same command again to continue"])
        case .noNetwork(let path, let next): ("\(path): no trained network", next)
        case .noOrigin(let run, let origin):
            ("\(run): it begins with the network of \(origin), which could not be trained", ["see what that one says"])
        case .noRun(let path, let nearest):
            (
                "\(path): no such run",
                (nearest.map { ["did you mean \($0)?"] } ?? []) + ["train first: pdetrain EXPERIMENT --out \(path)"]
            )
        case .severalRuns(let path, let runs):
            (
                "\(path): this folder is no run, it holds \(runs.count == 1 ? "one" : "\(runs.count)")",
                [
                    "name one: " + runs.prefix(8).joined(separator: ", ") + (runs.count > 8 ? ", …" : ""),
                    "to go on with all of them, name their experiment: pdetrain EXPERIMENT --out \(path) --resume",
                ]
            )
        case .noNetworkYet(let run):
            (
                "\(run): this run was stopped before its first validation, so it has no network yet",
                ["go on with it: pdetrain EXPERIMENT --out \(run) --resume"]
            )
        case .noFrames(let run): ("\(run) has no rollouts, and so no steps and no windows", [])
        case .notOfSolvers(let run, let what):
            (
                "\(run) is a run of a solver or of particles, which have no \(what)",
                []
            )
        case .alone(let run): ("runs like \(run) are evaluated one at a time", ["look at it alone: pdeeval \(run)"])
        case .noNumbers(let run):
            (
                "no score, moment or density of \(run)'s particles is a number from the start",
                ["train with more particles, or with temperatures that are less far apart"]
            )
        case .differentModels(let what): ("the runs have different \(what)", ["compare runs on the same data"])
        case .differentData(let first, let second):
            (
                "the runs were trained on different data: \(first), \(second)",
                ["name the dataset that they are compared on with --data DIR"]
            )
        case .noSplit(let path, let split): ("\(path): it has no split '\(split.rawValue)'", [])
        case .noNumber(let path, let name, let known):
            ("\(path): its samples have no number '\(name)'", ["they have \(known.joined(separator: ", "))"])
        case .noSample(let path, let split, let name, let from, let to):
            (
                "\(path): no sample of the split \(split) is within --level",
                ["\(name) goes from \(formatSignificant(from, digits: 4)) to \(formatSignificant(to, digits: 4)) there"]
            )
        case .manifest(let path, let problem): ("\(path): \(problem)", [])
        case .blownUp(let end): ("the flow blew up before t = \(end)", ["use shorter steps"])
        case .part(let problem, let advice): (problem, advice)
        }
    }
}
