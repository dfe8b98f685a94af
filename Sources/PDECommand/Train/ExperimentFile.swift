import PDEConfig
import PDEData
import PDETraining

/// An experiment read from a file, with the flags that override it.
enum ExperimentFile {
    /// Reads the experiment that the command line names.
    ///
    /// - Returns: the experiment and the path of its file.
    /// - Throws: `CommandError` when there is no such file, `ConfigurationError` when the experiment cannot run.
    static func experiment(_ arguments: Arguments) throws -> (experiment: Experiment, path: String) {
        let named = NamedFile(kind: "experiment", folder: "experiments")
        let (found, path) = try named.read(arguments.positional("EXPERIMENT")!)
        var json = found
        if let text = arguments.string("seed") {
            guard let seed = UInt64(text) else {
                throw arguments.wrongValue("seed", expected: "a whole number", found: text)
            }
            try json.set("seeds", to: JSON.array([.number(seed)]).with(origin: .flag("--seed")))
        }
        for assignment in arguments.strings("set") {
            try json.apply(assignment, arguments, example: "optimizer.learningRate=5e-4")
        }
        return (try StrictDecoder().decode(Experiment.self, from: json), path)
    }
}
