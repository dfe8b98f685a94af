import PDEConfig
import PDEGeneration
import PDEHybrids
import PDETraining

/// `pdegen keys [KEY]` and `pdetrain keys [KEY]`: the keys of recipes and of experiments, as the types that decode them take them.
package enum KeysVerb {
    /// What there is to say of recipes' keys.
    package static let recipes = KeyCatalogue(
        command: "pdegen", noun: "recipe", opening: "equation.burgers"
    ) { roots, hasFacts in
        KeyReference(
            of: Recipe.self, from: ["name": "example", "samples": ["train": 1]], varying: "equation", roots: roots,
            examples: [
                "name": "shocks", "title": "Shocks", "samples.train": 512, "samples.only": "train/0",
                "samples.perShard": 4,
                "obstacles.bodies": [["circle": ["center": [0.5, 0.5], "radius": 0.1]]],
            ], hasFacts: hasFacts, kinds: .hybrid)
    }

    /// What there is to say of experiments' keys.
    package static let experiments = KeyCatalogue(
        command: "pdetrain", noun: "experiment", opening: "model.fourier"
    ) { roots, hasFacts in
        KeyReference(
            of: Experiment.self, from: ["name": "example", "data": ["folder": "data/burgers"]], roots: roots,
            examples: [
                "name": "burgers", "data.recipe": "datasets/burgers.json", "data.fields": ["u"],
                "data.parameters": ["viscosity"],
                "data.levels": [["name": "hard", "where": ["reynolds": [8000, 10_000]], "weight": 1]],
                "data.levels.0.where": ["viscosity": [0.001, 0.005]], "from": "runs/burgers", "seeds": [0, 1, 2],
                "task.inputs": ["permeability"],
            ], hasFacts: hasFacts, kinds: .hybrid)
    }

    package static func verb(_ catalogue: KeyCatalogue) -> Verb {
        let (command, noun) = (catalogue.command, catalogue.noun)
        return Verb(
            "keys", summary: "explain the keys of \(noun)s: types, ranges, defaults, examples",
            discussion: "Prints what a key takes, or all keys of an object, as the types that read \(noun)s have them. "
                + "--set KEY=VALUE sets any of them.",
            positionals: [Positional("KEY", .optional, help: "a key, with the kinds on the way: \(catalogue.opening)")],
            options: [.flag("json", help: "everything, for programs")],
            examples: [
                Verb.Example("\(command) keys", "the \(noun)'s own keys"),
                Verb.Example("\(command) keys \(catalogue.opening)"),
            ]
        ) { arguments in
            let path = arguments.positional("KEY") ?? ""
            let text =
                arguments.isGiven("json") ? try catalogue.json(of: path) : try KeyText(catalogue, path).rendered()
            StandardStream.output.write(text)
            return .ok
        }
    }
}
