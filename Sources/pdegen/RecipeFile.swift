import Glibc
import PDECommand
import PDEConfig
import PDEData
import PDEGeneration
import PDEHybrids
import PDEStudies

/// A recipe read from a file, or the one that flags stand for, with the flags that override it.
struct RecipeFile {
    /// A flag that overrides one key of the recipe.
    private struct Override {
        let flag, path, placeholder, help: String
        /// How the flag's text becomes JSON.
        let kind: Kind

        enum Kind {
            case integer, number, text
            case distribution(isLogarithmic: Bool)
        }

        init(_ flag: String, _ path: String, _ kind: Kind, _ placeholder: String, _ help: String) {
            self.flag = flag
            self.path = path
            self.kind = kind
            self.placeholder = placeholder
            self.help = help
        }
    }

    private static let overrides = [
        Override("seed", "seed", .integer, "N", "seed of all random numbers"),
        Override(
            "viscosity", "equation.viscosity", .distribution(isLogarithmic: true), "V|A:B", "fixed or log-uniform"),
        Override("resolution", "resolution", .integer, "N", "points or cells a side; frames that are stored"),
        Override("frames", "frames.count", .integer, "N", "points or cells a side; frames that are stored"),
        Override("accuracy", "accuracy", .number, "E", "most error of a first frame: a grid for each sample"),
        Override("precision", "solver.precision", .text, "P", "float or double"),
        Override("train", "samples.train", .integer, "N", "samples of each split"),
        Override("valid", "samples.valid", .integer, "N", "samples of each split"),
        Override("test", "samples.test", .integer, "N", "samples of each split"),
        Override("only", "samples.only", .text, "SPLIT/N", "make only sample N of a split, as in the whole dataset"),
    ]

    /// The options that override a recipe.
    static var options: [CommandLineOption] {
        FlowFlags.options + overrides.map { CommandLineOption.value($0.flag, $0.placeholder, help: $0.help) } + [
            .value("set", "KEY=VALUE", help: "any key of the recipe: solver.cfl=0.3", isRepeatable: true)
        ]
    }

    /// Reads the recipe that the command line names, or takes the one that its flags stand for, and applies its flags.
    /// - Throws: `CommandError` when there is no such file, `ConfigurationError` when the recipe cannot run.
    static func recipe(_ arguments: Arguments) throws -> Recipe {
        let flow = FlowFlags(arguments)
        var json: JSON
        if let named = arguments.positional("RECIPE") {
            json = try NamedFile(kind: "recipe", folder: "datasets").read(named).json
            try flow.apply(to: &json, recipe: named)
        } else if flow.areGiven {
            json = try flow.standardRecipe()
            if !arguments.isGiven("out"), let name = json["name"]?.string {
                try json.set("name", to: .string(name + flow.nameSuffix + nameSuffix(arguments)))
            }
            try flow.apply(to: &json, recipe: "the standard recipe")
        } else {
            throw CommandError(
                "no recipe given",
                advice: [
                    "name one, such as: pdegen datasets/burgers.json",
                    "or say what flow: pdegen --re 1000 --obstacles 3", "see pdegen --help",
                ])
        }
        for override in overrides { try apply(override, arguments, to: &json) }
        for (key, value) in try arguments.assignments(example: "initial.modes=8") { try json.set(key, to: value) }
        return try StrictDecoder(kinds: .hybrid).decode(Recipe.self, from: json)
    }

    /// What tells recipes without a file apart: every other flag that changes one, as `-seed7-solver.cfl-0.5`.
    private static func nameSuffix(_ arguments: Arguments) -> String {
        let flags = overrides.compactMap { override -> String? in
            guard let text = arguments.string(override.flag) else { return nil }
            if case .text = override.kind { return text }
            return override.flag + text
        }
        return (flags + arguments.strings("set")).map { "-" + FlowFlags.sanitized($0) }.joined()
    }

    private static func apply(_ override: Override, _ arguments: Arguments, to json: inout JSON) throws {
        guard let text = arguments.string(override.flag) else { return }
        let origin = JSON.Origin.flag("--\(override.flag)")
        let value: JSON?
        switch override.kind {
        case .integer: value = Int64(text).map { JSON.number($0) } ?? UInt64(text).map { JSON.number($0) }
        case .number: value = Double(text).map { JSON.number($0) }
        case .text: value = .string(text)
        case .distribution(let isLogarithmic):
            value = Distribution.json(fromFlag: text, isLogarithmic: isLogarithmic, origin: origin)
        }
        guard let value else {
            let expected =
                switch override.kind {
                case .integer: "a whole number"
                case .number: "a number"
                case .distribution: "a number, a range A:B or a list A,B,C"
                case .text: "a word"
                }
            throw arguments.wrongValue(override.flag, expected: expected, found: text)
        }
        try json.set(override.path, to: value.with(origin: origin))
    }
}
