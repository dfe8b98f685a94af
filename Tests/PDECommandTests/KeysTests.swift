import Foundation
import PDECommand
import PDEConfig
import PDEGeneration
import PDEHybrids
import PDEOperators
import PDESolvers
import PDETraining
import Testing

@Suite("keys")
struct KeysTests {
    private static let recipes = KeysVerb.recipes.sections
    private static let experiments = KeysVerb.experiments.sections

    private func refusal(_ catalogue: KeyCatalogue, _ path: String) -> String {
        do throws(CommandError) {
            return try KeyText(catalogue, path).rendered()
        } catch {
            return error.description
        }
    }

    /// The table of meanings is what the sources say. With `PDEKIT_RECORD` in the environment it is written anew.
    @Test("every key and every kind has its meaning from its documentation")
    func meanings() throws {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized
        let documentation = try SourceDocumentation(of: root.appendingPathComponent("Sources"))
        var texts: [String: String] = [:]
        var missing: [String] = []
        for section in Self.recipes + Self.experiments {
            if let type = section.kindType {
                if let text = documentation.sentences[type] { texts[type] = text } else { missing.append(type) }
            }
            for entry in section.entries {
                let found = entry.owners.compactMap { owner in
                    documentation.meaning(of: entry.name, in: owner).map { ("\(owner).\(entry.name)", $0) }
                }
                if let (key, text) = found.first {
                    texts[key] = text
                } else {
                    missing.append("\(section.address).\(entry.name) of \(entry.owners)")
                }
            }
        }
        #expect(missing.isEmpty, "without a sentence of documentation over them: \(missing)")
        let lines = texts.sorted { $0.key < $1.key }.map { key, text in
            "        \(JSON.string(key)): \(JSON.string(text).serialized(pretty: false)),"
        }
        let file = root.appendingPathComponent("Sources/PDECommand/Keys/KeyMeanings.swift")
        let head = try String(contentsOf: file, encoding: .utf8).prefix { $0 != "[" }
        if ProcessInfo.processInfo.environment["PDEKIT_RECORD"] != nil {
            let text = "\(head)[String: String] = [\n\(lines.joined(separator: "\n"))\n    ]\n}\n"
            try text.write(to: file, atomically: true, encoding: .utf8)
        } else {
            let other = Set(texts.keys).union(KeyMeanings.texts.keys).filter { texts[$0] != KeyMeanings.texts[$0] }
                .sorted()
            #expect(other.isEmpty, "PDEKIT_RECORD=1 swift test --filter KeysTests writes the table anew")
        }
    }

    @Test("every kind of the standard lists stands where it is named")
    func kinds() {
        func check<Family: KindFamily>(_ family: Family.Type, at suffix: String, in sections: [KeySection]) {
            // An initial state from a file and what a run has learned are only accepted where these are.
            for name in Kinds.hybrid.names(of: family) where !["file", "learned"].contains(name) {
                #expect(
                    sections.contains { $0.kind == name && $0.address.hasSuffix("\(suffix).\(name)") },
                    "\(suffix).\(name) is not explained")
            }
        }
        check(Equations.self, at: "equation", in: Self.recipes)
        check(RecipeStates.self, at: "initial", in: Self.recipes)
        check(Permeabilities.self, at: "permeability", in: Self.recipes)
        check(PoissonMethods.self, at: "solver", in: Self.recipes)
        check(PoissonPreconditioners.self, at: "preconditioner", in: Self.recipes)
        check(PressureMethods.self, at: "solver.pressure", in: Self.recipes)
        check(TrainingTasks.self, at: "task", in: Self.experiments)
        check(Architectures.self, at: "model", in: Self.experiments)
        check(Losses.self, at: "loss", in: Self.experiments)
        check(JacobianPenalties.self, at: "regularizer", in: Self.experiments)
        check(UpdateRules.self, at: "optimizer", in: Self.experiments)
        check(Schedules.self, at: "schedule", in: Self.experiments)
    }

    @Test("every key has a type, and every key that must be there an example")
    func facts() {
        for section in Self.recipes + Self.experiments {
            for entry in section.entries {
                let place = "\(section.address).\(entry.name)"
                #expect(!entry.takes.isEmpty, "\(place) takes nothing")
                #expect(!entry.isRequired || entry.example != nil, "\(place) has no example")
            }
        }
    }

    @Test("what is printed of a kind is this")
    func kind() throws {
        #expect(
            try KeyText(KeysVerb.experiments, "model.fourier").rendered() == """
                model.fourier: The Fourier neural operator in one, two or three dimensions

                  modes        Modes along each axis, or one number for all
                               a positive number, or one for each axis; must be there; for example 2
                  width        Channels of the layers
                               an integer between 1 and 4096; default 32; for example 64
                  layers       Number of layers
                               an integer between 1 and 64; default 4; for example 8
                  hidden       Channels between the last two pointwise layers
                               an integer between 1 and 65536; default 128; for example 256
                  padding      Points of zeros at the end of every axis, as a part of its length; 0 for periodic
                               domains
                               a number between 0 and 1; default 0; for example 1
                  coordinates  Whether coordinates join the input
                               true or false; default true; for example false
                  activation   The activation
                               one of identity, relu, gelu, tanh, silu, sigmoid, softplus; default gelu; for example
                               identity

                """)
    }

    @Test("a wrong path is answered with the nearest, by the field's other names too")
    func wrongPaths() throws {
        #expect(refusal(KeysVerb.experiments, "model.fno").contains("did you mean 'pdetrain keys model.fourier'?"))
        #expect(
            refusal(KeysVerb.experiments, "optimizer.lr").contains(
                "did you mean 'pdetrain keys optimizer.learningRate'?"))
        #expect(refusal(KeysVerb.experiments, "lr").contains("it stands in optimizer.adam.learningRate, "))
        #expect(
            try KeyText(KeysVerb.recipes, "frames").rendered().contains(
                "between 4 and resolution; default as resolution"))
        #expect(refusal(KeysVerb.experiments, "network").contains("did you mean 'pdetrain keys model'?"))
        #expect(refusal(KeysVerb.recipes, "equation.burgers.nu").contains("'pdegen keys equation.burgers.viscosity'?"))
        #expect(
            refusal(KeysVerb.recipes, "samples.train.x") == "samples.train is a value: there are no keys in it")
        #expect(
            refusal(KeysVerb.recipes, "rubbish").contains("a recipe has no key 'rubbish'; there are: name, equation"))
    }
}
