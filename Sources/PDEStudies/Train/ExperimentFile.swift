import PDEConfig
import PDEData
import PDEHybrids
import PDETraining

/// An experiment read from a file, or several that differ in some keys.
///
/// A file may have `variants`, each with a name of its own and keys to `set`: one experiment, and one folder in the
/// experiment's, for each. Where `variants` is an array of such arrays there is one for each choice of one from every array, its name
/// theirs joined by dashes, its keys set in the order of the arrays. A variant may have `variants` of its own, which stand for it: each with
/// its name before theirs, and its keys set first.
public struct ExperimentFile: Sendable {
    /// The file's path.
    public let path: String
    private let json: JSON
    private let variants: [(name: String, settings: [(key: String, value: JSON)])]

    /// Reads a file.
    ///
    /// - Parameter named: its path, its name in `experiments/`, or a run's folder, which has its experiment in it.
    /// - Throws: `StudyError` when there is no such file, `ConfigurationError` when it is no JSON or its variants are none.
    public init(_ named: String) throws {
        let file = NamedFile(kind: "experiment", folder: "experiments")
        let inRun = "\(named)/experiment.json"
        let (json, path) = try file.read(FileSystem.exists(inRun) ? inRun : named)
        let members = json.members?.filter { $0.name != "variants" }.map { ($0.name, $0.value) }
        self.json = json["variants"] == nil ? json : .object(members ?? [])
        variants = try Self.variants(of: json)
        self.path = path
    }

    /// The names of its variants; none for a single experiment.
    public var variantNames: [String] { variants.map(\.name) }

    /// The experiments: one without a name, or those of all variants.
    ///
    /// - Parameters:
    ///   - variant: only that of this name.
    ///   - overrides: keys with other values, in every variant.
    ///   - kinds: what an experiment can name.
    /// - Throws: `StudyError.noVariant`; `ConfigurationError` when an experiment cannot run.
    public func experiments(
        variant wanted: String? = nil, setting overrides: [(key: String, value: JSON)] = [], kinds: Kinds = .hybrid
    ) throws -> [Study.Variant] {
        if let wanted, !variantNames.contains(wanted) {
            throw StudyError.noVariant(
                path: path, name: wanted, known: variantNames, nearest: nearest(wanted, among: variantNames))
        }
        let all =
            variants.isEmpty ? [(name: nil, settings: [])] : variants.map { (name: $0.name, settings: $0.settings) }
        return try all.filter { wanted == nil || $0.name == wanted }.map { name, settings in
            var json = json
            for (key, value) in settings + overrides { try json.set(key, to: value) }
            return Study.Variant(name, try StrictDecoder(kinds: kinds).decode(Experiment.self, from: json))
        }
    }

    /// The variants of a file: those of its list, or one for each choice of one from every of its lists.
    private static func variants(
        of json: JSON
    ) throws(ConfigurationError) -> [(name: String, settings: [(key: String, value: JSON)])] {
        guard json.members != nil, let list = json["variants"] else { return [] }
        return try variants(list, at: "variants", in: json)
    }

    private static func variants(
        _ list: JSON, at path: String, in json: JSON
    ) throws(ConfigurationError) -> [(name: String, settings: [(key: String, value: JSON)])] {
        guard let elements = list.array, !elements.isEmpty else {
            throw .invalid(path: path, allowed: "an array of objects with name and set, or of such arrays")
                .located(in: json)
        }
        guard elements.contains(where: { $0.array != nil }) else {
            let all = try variants(elements, at: path, in: json)
            guard Set(all.map(\.name)).count == all.count else { throw twice(path, in: json) }
            return all
        }
        var all: [(name: String, settings: [(key: String, value: JSON)])] = []
        for (index, element) in elements.enumerated() {
            let choices = try variants(element.array ?? [], at: "\(path).\(index)", in: json)
            all =
                index == 0
                ? choices
                : all.flatMap { one in choices.map { ("\(one.name)-\($0.name)", one.settings + $0.settings) } }
        }
        guard Set(all.map(\.name)).count == all.count else { throw twice(path, in: json) }
        return all
    }

    private static func twice(_ path: String, in json: JSON) -> ConfigurationError {
        .invalid(path: path, allowed: "names that tell all choices apart when they are joined").located(in: json)
    }

    /// The variants of one list.
    private static func variants(
        _ elements: [JSON], at path: String, in json: JSON
    ) throws(ConfigurationError) -> [(name: String, settings: [(key: String, value: JSON)])] {
        guard !elements.isEmpty else {
            throw .invalid(path: path, allowed: "an array of objects with name and set").located(in: json)
        }
        var names: Set<String> = []
        let all = try elements.enumerated().map { index, element throws(ConfigurationError) in
            let keys = Set(element.members?.map(\.name) ?? [])
            guard let name = element["name"]?.string, let settings = element["set"]?.members,
                keys.subtracting(["name", "set", "variants"]).isEmpty, names.insert(name).inserted, !name.contains("/")
            else {
                throw .invalid(
                    path: "\(path).\(index)",
                    allowed: "an object with a name of its own, and set: an object of key paths and values"
                ).located(in: json)
            }
            let own = settings.map { (key: $0.name, value: $0.value) }
            guard let inside = element["variants"] else { return [(name: name, settings: own)] }
            return try variants(inside, at: "\(path).\(index).variants", in: json).map {
                (name: "\(name)-\($0.name)", settings: own + $0.settings)
            }
        }
        return all.flatMap(\.self)
    }
}
