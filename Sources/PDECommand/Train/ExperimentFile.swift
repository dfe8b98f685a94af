import PDEConfig
import PDEData
import PDETraining

/// An experiment read from a file, with the flags that override it, or several that differ in some keys.
///
/// A file may have `variants`, each with a name of its own and keys to `set`: one experiment, and one folder in the
/// experiment's, for each.
enum ExperimentFile {
    /// Reads the experiments that the command line names.
    ///
    /// - Returns: the experiments, each with the name of its variant if there are any, and the path of the file.
    /// - Throws: `CommandError` when there is no such file, `ConfigurationError` when an experiment cannot run.
    static func experiments(
        _ arguments: Arguments
    ) throws -> (experiments: [(variant: String?, experiment: Experiment)], path: String) {
        let file = NamedFile(kind: "experiment", folder: "experiments")
        let named = arguments.positional("EXPERIMENT")!
        // A run's folder has its experiment in it.
        var (json, path) = try file.read(
            FileSystem.exists("\(named)/experiment.json") ? "\(named)/experiment.json" : named)
        let variants = try variants(of: &json)
        let wanted = arguments.string("variant")
        if let wanted, !variants.contains(where: { $0.name == wanted }) {
            let names = variants.map(\.name)
            throw CommandError(
                "\(path): no variant '\(wanted)'",
                advice: [
                    nearest(wanted, among: names).map { "did you mean \($0)?" },
                    names.isEmpty ? "it has no variants" : "there are: \(names.joined(separator: ", "))",
                ].compactMap { $0 })
        }
        var found: [(variant: String?, experiment: Experiment)] = []
        for variant in variants.isEmpty ? [nil] : variants.map(Optional.some)
        where wanted.map({ $0 == variant?.name }) ?? true {
            var resolved = json
            for (key, value) in variant?.settings ?? [] { try resolved.set(key, to: value) }
            try override(&resolved, arguments)
            found.append((variant?.name, try StrictDecoder().decode(Experiment.self, from: resolved)))
        }
        return (found, path)
    }

    /// The experiment that a run's folder keeps, with the flags that override it, and the path of its file.
    static func experiment(of run: String, _ arguments: Arguments) throws -> (experiment: Experiment, path: String) {
        var (json, path) = try NamedFile(kind: "experiment", folder: run).read("\(run)/experiment.json")
        try override(&json, arguments)
        return (try StrictDecoder().decode(Experiment.self, from: json), path)
    }

    private struct Variant {
        let name: String
        let settings: [(String, JSON)]
    }

    /// Takes the member `variants` out of an experiment.
    private static func variants(of json: inout JSON) throws -> [Variant] {
        guard let members = json.members, let list = json["variants"] else { return [] }
        json = .object(members.filter { $0.name != "variants" }.map { ($0.name, $0.value) })
        guard let elements = list.array, !elements.isEmpty else {
            throw ConfigurationError.invalid(path: "variants", allowed: "an array of objects with name and set")
                .located(in: json)
        }
        var names: Set<String> = []
        return try elements.enumerated().map { index, element in
            let keys = Set(element.members?.map(\.name) ?? [])
            guard let name = element["name"]?.string, let settings = element["set"]?.members,
                keys.subtracting(["name", "set"]).isEmpty, names.insert(name).inserted, !name.contains("/")
            else {
                throw ConfigurationError.invalid(
                    path: "variants.\(index)",
                    allowed: "an object with a name of its own, and set: an object of key paths and values")
            }
            return Variant(name: name, settings: settings.map { ($0.name, $0.value) })
        }
    }

    private static func override(_ json: inout JSON, _ arguments: Arguments) throws {
        if let text = arguments.string("seed") {
            guard let seed = UInt64(text) else {
                throw arguments.wrongValue("seed", expected: "a whole number", found: text)
            }
            try json.set("seeds", to: JSON.array([.number(seed)]).with(origin: .flag("--seed")))
        }
        if let run = arguments.string("from") {
            try json.set("from", to: JSON.string(run).with(origin: .flag("--from")))
        }
        for assignment in arguments.strings("set") {
            try json.apply(assignment, arguments, example: "optimizer.learningRate=5e-4")
        }
    }
}
