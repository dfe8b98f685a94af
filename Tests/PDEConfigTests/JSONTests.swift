import Foundation
import PDEConfig
import Testing

@Suite struct JSONTests {
    @Test func serializesWithStableLayout() throws {
        let json: JSON = [
            "name": "a\"\\\n\u{1}é/", "sizes": [16, 32, 64], "none": [], "empty": [:],
            "levels": [["n": 1], ["n": 2.0]], "long": .array((0..<60).map { JSON.number($0 * 1000) }),
        ]
        let pretty = json.serialized()
        #expect(
            pretty.hasPrefix(
                """
                {
                  "name": "a\\"\\\\\\n\\u0001é/",
                  "sizes": [16, 32, 64],
                  "none": [],
                  "empty": {},
                  "levels": [
                    {
                      "n": 1
                    },
                    {
                      "n": 2.0
                    }
                  ],
                  "long": [
                    0,
                    1000,
                """))
        #expect(try JSON.parse(pretty, file: "") == json)
        #expect(try JSON.parse(pretty, file: "").serialized() == pretty)
        #expect(JSON.object([("a", [1, nil]), ("b", "c")]).serialized(pretty: false) == #"{"a":[1,null],"b":"c"}"#)
    }

    @Test func equalityIsByMeaning() throws {
        func equal(_ a: String, _ b: String) throws -> Bool {
            try JSON.parse(a, file: "a") == JSON.parse(b, file: "b")
        }
        #expect(try equal("1", "10e-1"))
        #expect(try equal("[0, -0.0e9]", "[0,0]"))
        #expect(try equal("{\"a\": 1, \"b\": 2}", "{\"b\":2,\"a\":1.0}"))
        #expect(try !equal("9007199254740993", "9007199254740992"))
        #expect(try !equal("1e400", "1e401"))
        #expect(try !equal("1", "-1"))
        #expect(try !equal("1", "\"1\""))
        #expect(try !equal("{\"a\": 1}", "{\"b\": 1}"))
        #expect(try !equal("[1]", "[1, 1]"))
    }

    @Test(
        arguments: [
            ("1e3", 1000), ("2.0", 2), ("-0", 0), ("120e-1", 12), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("-9.223372036854775808e18", .min), ("2.5", nil),
            ("9223372036854775808", nil),
            ("1e99999999999999999999999", nil), ("1e-99999999999999999999999", nil), ("0e99999999999999999999999", 0),
        ] as [(String, Int?)])
    func integersAreExact(text: String, integer: Int?) throws {
        #expect(try JSON.parse(text, file: "").int == integer)
    }

    @Test func setReplacesMakesAndAppends() throws {
        var json = try JSON.parse(#"{"integrator": {"kind": "rk4"}, "levels": [{"n": 8}], "forcing": null}"#, file: "f")
        let flag = JSON.Origin.flag("--set")
        try json.set("integrator.order", to: .scalar(fromFlag: "4", origin: flag))
        try json.set("levels.0.n", to: 16)
        try json.set("levels.1.n", to: 32)
        try json.set("forcing.wave.number", to: .scalar(fromFlag: "abc", origin: flag))
        try json.set("shapes.0", to: "disc")
        #expect(
            json == [
                "integrator": ["kind": "rk4", "order": 4], "levels": [["n": 16], ["n": 32]],
                "forcing": ["wave": ["number": "abc"]], "shapes": ["disc"],
            ])
        #expect(json.value(at: "integrator.order")?.origin == flag)
        #expect(json.value(at: "forcing.wave")?.origin == flag)
        #expect(json.value(at: "levels.1.n") == 32)
        #expect(json.value(at: "levels.2.n") == nil)
    }

    @Test(arguments: [
        ("a.b", "flag --set: a is 1, expected an object that could have the key b"),
        ("c.3", "flag --set: c is the index 3, allowed is 0 to 2 (2 appends)"),
        ("c.x", "flag --set: c is the index x, allowed is 0 to 2 (2 appends)"),
        (
            "a..b",
            "flag --set: a..b is a path with an empty name, allowed is names joined by single dots, such as integrator.order"
        ),
    ])
    func setSaysWhyAPathLeadsNowhere(path: String, message: String) {
        var json: JSON = ["a": 1, "c": [1, 2]]
        let before = json
        let error = #expect(throws: ConfigurationError.self) {
            try json.set(path, to: .scalar(fromFlag: "1", origin: .flag("--set")))
        }
        #expect(error?.description == message)
        #expect(json == before)
    }

    @Test func flagTextIsJSONOrElseAString() {
        let origin = JSON.Origin.flag("--set a")
        #expect(JSON.scalar(fromFlag: "1e-3", origin: origin) == 0.001)
        #expect(JSON.scalar(fromFlag: "true", origin: origin) == true)
        #expect(JSON.scalar(fromFlag: "[1, 2]", origin: origin)[1]?.origin == origin)
        #expect(JSON.scalar(fromFlag: "etdrk4", origin: origin) == "etdrk4")
        #expect(JSON.scalar(fromFlag: "\"4\"", origin: origin) == "4")
        #expect(JSON.scalar(fromFlag: "", origin: origin) == "")
        #expect(JSON.scalar(fromFlag: "[1", origin: origin).origin == origin)
    }

    @Test func passesThroughOtherCoders() throws {
        struct Holder: Codable, Equatable { var name: String, tree: JSON }
        let holder = Holder(
            name: "h", tree: ["a": [1, 2.5, true, nil, "x"], "b": ["c": .number(UInt64.max)], "d": [], "e": [:]])
        let data = try JSONEncoder().encode(holder)
        #expect(try JSONDecoder().decode(Holder.self, from: data) == holder)
        let own = try StrictEncoder().encode(holder)
        #expect(try StrictDecoder().decode(Holder.self, from: own) == holder)
    }

    @Test func passesLosslesslyThroughTheStrictCoders() throws {
        let text = #"{"z":1.50,"a":123456789012345678901234567890,"m":{"y":1e-7,"b":[]}}"#
        let tree = try StrictDecoder().decode(JSON.self, from: JSON.parse(text, file: ""))
        #expect(try StrictEncoder().encode(["tree": tree]).serialized(pretty: false) == #"{"tree":\#(text)}"#)
    }
}
