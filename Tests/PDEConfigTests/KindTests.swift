import PDEConfig
import Testing

private protocol Shape: Kind where Family == Shapes {
    var area: Double { get }
}

private enum Shapes: KindFamily {
    typealias Member = any Shape
    static let standard: [any Kind.Type] = [Disc.self, Rectangle.self]
    static let formerKeys: Set = ["radius", "width", "height"]
}

private struct Disc: Shape {
    static let kind = "disc"
    static let aliases = ["circle"]
    static let keyAliases = ["r": "radius"]
    var radius = 1.0
    var area: Double { 3 * radius * radius }
    init() {}
    init(from decoder: any Decoder) throws {
        self.init()
        try decoder.container(keyedBy: CodingKeys.self).decode(.radius, into: &radius, in: Bounds.positive)
    }
}

private struct Rectangle: Shape {
    static let kind = "rectangle"
    var width: Double
    var height: Double
    var area: Double { width * height }
}

/// A kind of someone else.
private struct Triangle: Shape {
    static let kind = "triangle"
    static let aliases = ["delta"]
    var side: Double
    var area: Double { side * side / 2 }
}

private struct Drawing: Codable, Equatable, KeyAliases {
    static let keyAliases = ["colour": "color"]
    @OneOf<Shapes> var shape: any Shape
    var color: String?
}

/// What the key `kind` chooses from a list.
@Suite struct KindTests {
    private func drawing(_ text: String, _ kinds: Kinds = Kinds()) throws -> Drawing {
        try StrictDecoder(kinds: kinds).decode(Drawing.self, from: JSON.parse(text, file: "d.json"))
    }

    private func message(_ text: String, _ kinds: Kinds = Kinds()) -> String {
        do {
            return "\(try drawing(text, kinds))"
        } catch { return "\(error)" }
    }

    @Test func theKindChoosesTheTypeAndItsKeysStandBesideIt() throws {
        #expect(try drawing(#"{"shape": {"kind": "disc", "radius": 2}}"#).shape.area == 12)
        #expect(try drawing(#"{"shape": {"width": 2, "kind": "rectangle", "height": 3}}"#).shape.area == 6)
        // A name alone is the kind with all defaults.
        #expect(try drawing(#"{"shape": "disc"}"#) == drawing(#"{"shape": {"kind": "disc"}}"#))
        #expect(message(#"{"shape": "rectangle"}"#).contains("missing key shape.width"))
    }

    @Test func valuesSurviveJSONAndAreEqualByKindAndKeys() throws {
        for text in [#"{"kind":"disc","radius":2.5}"#, #"{"kind":"rectangle","width":1.0,"height":2.0}"#] {
            let value = try drawing("{\"shape\": \(text)}")
            let json = try StrictEncoder().encode(value)
            #expect(json.serialized(pretty: false) == "{\"shape\":\(text)}")
            #expect(try StrictDecoder().decode(Drawing.self, from: json) == value)
        }
        #expect(try drawing(#"{"shape": "disc"}"#) != drawing(#"{"shape": {"kind": "disc", "radius": 2}}"#))
        let square = try drawing(#"{"shape": {"kind": "rectangle", "width": 1, "height": 1}}"#)
        #expect(try drawing(#"{"shape": "disc"}"#) != square)
    }

    @Test(arguments: [
        (#"{"shape": {"kind": "dsc"}}"#, "shape.kind is \"dsc\"\n  did you mean \"disc\"?"),
        (#"{"shape": {"kind": "circle"}}"#, "shape.kind is \"circle\"\n  did you mean \"disc\"?"),
        (#"{"shape": "circl"}"#, "shape is \"circl\"\n  did you mean \"disc\"?\n  allowed: \"disc\", \"rectangle\""),
        (#"{"shape": {"radius": 1}}"#, "missing key shape.kind, expected one of \"disc\", \"rectangle\""),
        (#"{"shape": {"kind": 3}}"#, "shape.kind is 3, expected a string"),
        (#"{"shape": 3}"#, "shape is 3, expected an object"),
        (#"{"shape": {"kind": "disc", "radius": -1}}"#, "shape.radius is -1, allowed is more than 0"),
        (#"{"shape": {"kind": "disc", "r": 1}}"#, "unknown key shape.r\n  did you mean \"radius\"?"),
        (
            #"{"shape": {"kind": "disc", "width": 1, "height": 2}}"#,
            "unknown key shape.width\n  \"disc\" has no such key, but \"rectangle\" has\n  valid keys: kind, radius"
        ),
        (#"{"shape": "disc", "colour": "red"}"#, "unknown key colour\n  did you mean \"color\"?"),
    ])
    func mistakesAreNamed(_ text: String, _ said: String) {
        #expect(message(text).contains(said), "\(message(text))")
        #expect(message(text).hasPrefix("d.json:1:"))
    }

    /// A program's own kinds are known to what it decodes with them, and to nothing else.
    @Test func kindsAreAddedBeforeDecoding() throws {
        let kinds = Kinds([Triangle.self])
        let text = #"{"shape": {"kind": "triangle", "side": 2}}"#
        #expect(try drawing(text, kinds).shape.area == 2)
        #expect(kinds.names(of: Shapes.self) == ["disc", "rectangle", "triangle"])
        #expect(message(#"{"shape": "delta"}"#, kinds).contains("did you mean \"triangle\"?"))
        #expect(message(text).contains("allowed: \"disc\", \"rectangle\""))
        #expect(message(#"{"shape": {"kind": "disc", "side": 2}}"#, kinds).contains("but \"triangle\" has"))
    }

    /// Once all keys were written for every kind: what was written then is read, and a key of another kind is not.
    @Test func keysThatWereWrittenForAllKindsCountForNothing() throws {
        let former = #"{"shape": {"kind": "disc", "radius": 2, "width": 0, "height": 0}}"#
        #expect(try drawing(former) == drawing(#"{"shape": {"kind": "disc", "radius": 2}}"#))
    }
}
