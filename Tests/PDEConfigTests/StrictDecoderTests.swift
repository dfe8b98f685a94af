import Foundation
import PDEConfig
import Testing

private enum Scheme: String, Codable, CaseIterable { case etdrk2, etdrk4, imex }

private struct Integrator: Codable, Equatable {
    var scheme = Scheme.etdrk4
    var order = 4
    var step: Double = 0.1

    init() {}

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        scheme = try keys.decode(.scheme, default: .etdrk4)
        order = try keys.decode(.order, in: 1...4, default: 4)
        step = try keys.decode(.step, in: .positive, default: 0.1)
        if scheme == .imex, order > 2 {
            throw ConfigurationError.combination(
                paths: ["scheme", "order"], why: "imex has order 1 or 2", advice: "set order to 2 or take etdrk4")
        }
        if step > 10 {
            throw ConfigurationError.invalid(path: "step", allowed: "at most 10", advice: "take a smaller step")
        }
    }
}

private struct Recipe: Codable, Equatable {
    var name: String
    var resolution: Int
    var viscosity: Double
    var integrator: Integrator
    var obstacles: [UInt8]
    var label: String?

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        name = try keys.decode(String.self, forKey: .name)
        resolution = try keys.decode(.resolution, in: 8...)
        viscosity = try keys.decode(.viscosity, in: .moreThan(0, atMost: 1), default: 0.01)
        integrator = try keys.decode(.integrator, default: Integrator())
        obstacles = try keys.decode(.obstacles, default: [])
        label = try keys.decodeIfPresent(String.self, forKey: .label)
    }
}

private func decode<T: Decodable>(_ text: String, as type: T.Type = T.self) throws -> T {
    try StrictDecoder().decode(T.self, from: JSON.parse(text, file: "r.json"))
}

private func message<T: Decodable>(_ text: String, as type: T.Type) -> String? {
    #expect(throws: ConfigurationError.self) { try decode(text, as: T.self) }?.description
}

@Suite struct StrictDecoderTests {
    @Test func fillsDefaults() throws {
        let recipe: Recipe = try decode(
            #"{"name": "a", "resolution": 64, "integrator": {"order": 2e0}, "label": null}"#)
        #expect(recipe.viscosity == 0.01)
        #expect(recipe.integrator.order == 2)
        #expect(recipe.integrator.scheme == .etdrk4)
        #expect(recipe.label == nil)
    }

    @Test(arguments: [
        (
            #"{"name": "a", "resolution": 64, "viscosty": 1}"#,
            """
            r.json:1:33: unknown key viscosty
              did you mean "viscosity"?
              valid keys: name, resolution, viscosity, integrator, obstacles, label
            """
        ),
        (
            "{\"name\": \"a\", \"resolution\": 64,\n \"integrator\": {\"zebra\": 1}}",
            """
            r.json:2:17: unknown key integrator.zebra
              valid keys: scheme, order, step
            """
        ),
        (
            #"{"name": "a", "resolutoin": 64}"#,
            """
            r.json:1:1: missing key resolution, expected an integer
              there is "resolutoin": did you mean "resolution"?
            """
        ),
        (#"{"resolution": 64}"#, "r.json:1:1: missing key name, expected a string"),
        (
            #"{"name": "a", "resolution": "64"}"#,
            #"r.json:1:29: resolution is the string "64", expected an integer"#
        ),
        (#"{"name": "a", "resolution": 64.5}"#, "r.json:1:29: resolution is 64.5, expected an integer"),
        (#"{"name": "a", "resolution": true}"#, "r.json:1:29: resolution is true, expected an integer"),
        (
            #"{"name": "a", "resolution": null}"#,
            "r.json:1:29: resolution is null, which leaves it out, and there is no default for it: expected an integer"
        ),
        (#"{"name": "a", "resolution": 4}"#, "r.json:1:29: resolution is 4, allowed is at least 8"),
        (#"{"name": 1, "resolution": 64}"#, "r.json:1:10: name is 1, expected a string"),
        (
            #"{"name": "a", "resolution": 64, "viscosity": 0.0}"#,
            "r.json:1:46: viscosity is 0, allowed is more than 0 and at most 1"
        ),
        (
            #"{"name": "a", "resolution": 64, "viscosity": -1E-6}"#,
            "r.json:1:46: viscosity is -1e-6, allowed is more than 0 and at most 1"
        ),
        (
            #"{"name": "a", "resolution": 64, "viscosity": 1e400}"#,
            "r.json:1:46: viscosity is 1e400, allowed is 0 or a size between 5e-324 and 1.7976931348623157e308"
        ),
        (
            #"{"name": "a", "resolution": 64, "obstacles": [1, 256]}"#,
            "r.json:1:50: obstacles.1 is 256, allowed is an integer between 0 and 255"
        ),
        (
            #"{"name": "a", "resolution": 64, "obstacles": {}}"#,
            "r.json:1:46: obstacles is an object, expected an array"
        ),
        (#"{"name": "a", "resolution": 64, "integrator": 3}"#, "r.json:1:47: integrator is 3, expected an object"),
        (
            #"{"name": "a", "resolution": 64, "integrator": {"scheme": "etdkr4"}}"#,
            """
            r.json:1:58: integrator.scheme is "etdkr4"
              did you mean "etdrk4"?
              allowed: "etdrk2", "etdrk4", "imex"
            """
        ),
        (
            #"{"name": "a", "resolution": 64, "integrator": {"scheme": 4}}"#,
            """
            r.json:1:58: integrator.scheme is 4
              allowed: "etdrk2", "etdrk4", "imex"
            """
        ),
        (
            #"{"name": "a", "resolution": 64, "integrator": {"order": 5}}"#,
            "r.json:1:57: integrator.order is 5, allowed is between 1 and 4"
        ),
        (
            #"{"name": "a", "resolution": 64, "integrator": {"scheme": "imex", "order": 3}}"#,
            """
            r.json:1:58: integrator.scheme and integrator.order do not go together: \
            integrator.scheme is the string "imex", integrator.order is 3
              imex has order 1 or 2
              set order to 2 or take etdrk4
            """
        ),
        (
            #"{"name": "a", "resolution": 64, "integrator": {"step": 11}}"#,
            """
            r.json:1:56: integrator.step is 11, allowed is at most 10
              take a smaller step
            """
        ),
        ("[1]", "r.json:1:1: the document is an array of 1, expected an object"),
    ])
    func saysWhatIsWrong(text: String, expected: String) {
        #expect(message(text, as: Recipe.self) == expected)
    }

    @Test func flagsAreNamedAsTheOrigin() throws {
        var json = try JSON.parse(#"{"name": "a", "resolution": 64}"#, file: "r.json")
        func error() -> String? {
            #expect(throws: ConfigurationError.self) { try StrictDecoder().decode(Recipe.self, from: json) }?
                .description
        }
        try json.set("resolution", to: .scalar(fromFlag: "4", origin: .flag("--resolution")))
        #expect(error() == "flag --resolution: resolution is 4, allowed is at least 8")
        try json.set("resolution", to: 64)
        try json.set("integrator.ordr", to: .scalar(fromFlag: "4", origin: .flag("--set integrator.ordr")))
        #expect(
            error() == """
                flag --set integrator.ordr: unknown key integrator.ordr
                  did you mean "order"?
                  valid keys: scheme, order, step
                """)
    }

    @Test func errorsAfterDecodingAreLocatedInTheDocument() throws {
        let json = try JSON.parse("{\"grid\":\n {\"n\": 7}}", file: "r.json")
        let error = ConfigurationError.invalid(path: "grid.n", allowed: "an even number")
        #expect(error.located(in: json).description == "r.json:2:8: grid.n is 7, allowed is an even number")
        let absent = ConfigurationError.invalid(path: "grid.m.k", found: "1e-6", allowed: "more")
        #expect(absent.located(in: json).description == "r.json:2:2: grid.m.k is 1e-6, allowed is more")
    }

    @Test func wrongChoicesInOptionalsAndArraysAreListed() {
        #expect(
            message(#"{"a": [["imx"]]}"#, as: [String: [[Scheme?]]].self)?.hasPrefix(
                "r.json:1:9: a.0.0 is \"imx\"\n  did you mean \"imex\"?") == true)
    }

    @Test func arraysAreReadToTheirEnd() {
        struct Pair: Decodable {
            init(from decoder: any Decoder) throws {
                var elements = try decoder.unkeyedContainer()
                _ = try (elements.decode(Double.self), elements.decode(Double.self))
            }
        }
        #expect(message("[1, 2, 3]", as: Pair.self) == "r.json:1:1: the document is an array of 3, expected 2 elements")
        #expect(
            message("[1]", as: Pair.self)
                == "r.json:1:1: the document is an array of 1, expected more than 1 element, the next one a number")
    }

    @Test func containersOnOneObjectShareTheirKeys() throws {
        struct Tagged: Decodable {
            enum Kind: String, CodingKey { case kind }
            enum Rest: String, CodingKey { case value, nested }
            var kind: String
            var value: Int
            var deep: Int
            init(from decoder: any Decoder) throws {
                kind = try decoder.container(keyedBy: Kind.self).decode(String.self, forKey: .kind)
                let rest = try decoder.container(keyedBy: Rest.self)
                value = try rest.decode(Int.self, forKey: .value)
                deep = try rest.nestedContainer(keyedBy: Rest.self, forKey: .nested).decode(Int.self, forKey: .value)
                let again = try rest.superDecoder(forKey: .nested).container(keyedBy: Kind.self)
                kind += try again.decodeIfPresent(String.self, forKey: .kind) ?? ""
            }
        }
        let tagged: Tagged = try decode(#"{"kind": "a", "value": 1, "nested": {"value": 2, "kind": "b"}}"#)
        #expect((tagged.kind, tagged.value, tagged.deep) == ("ab", 1, 2))
        #expect(
            message(#"{"kind": "a", "value": 1, "nested": {"value": 2, "knd": "b"}}"#, as: Tagged.self) == """
                r.json:1:50: unknown key nested.knd
                  did you mean "kind"?
                  valid keys: value, kind
                """)
        #expect(message(#"{"kind": "a", "value": 1, "nested": {"value": 2}, "x": 1}"#, as: Tagged.self) != nil)
    }

    @Test func errorsOfOtherTypesKeepTheirPath() {
        struct Even: Decodable {
            struct Odd: Error, CustomStringConvertible { let description = "even numbers" }
            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer().decode(Int.self)
                if value == 3 { throw Odd() }
                guard value.isMultiple(of: 2) else {
                    throw DecodingError.dataCorrupted(
                        .init(codingPath: decoder.codingPath, debugDescription: "an even number"))
                }
            }
        }
        #expect(message(#"{"n": 5}"#, as: [String: Even].self) == "r.json:1:7: n is 5, allowed is an even number")
        #expect(message(#"{"n": 3}"#, as: [String: Even].self) == "r.json:1:7: n is 3, allowed is even numbers")
    }

    @Test func rangesAreCheckedUnderOtherDecodersToo() {
        let error = #expect(throws: ConfigurationError.self) {
            try JSONDecoder().decode([Integrator].self, from: Data(#"[{"step": -0.5}]"#.utf8))
        }
        #expect(error?.description.hasSuffix("step is -0.5, allowed is more than 0") == true)
    }

    @Test func dictionariesTakeAnyKeyAndJSONTakesAnything() throws {
        struct Free: Decodable { var tree: JSON, table: [String: Int] }
        let free: Free = try decode(#"{"tree": {"x": [{}]}, "table": {"p": 1, "q": 2}}"#)
        #expect(free.tree == ["x": [[:]]])
        #expect(free.table == ["p": 1, "q": 2])
    }
}
