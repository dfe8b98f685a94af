import PDEConfig
import Testing

@Suite struct StrictEncoderTests {
    private enum Shape: Codable, Equatable {
        case disc(radius: Double)
        case square(side: Double, angle: Float)
    }

    private struct Everything: Codable, Equatable {
        var zeta = -1
        var alpha: Int64 = .min
        var big: UInt64 = .max
        var doubles: [Double] = [
            1, -0.0, 0.1, 1e-6, 1e16, .leastNonzeroMagnitude, 0.1 + 0.2, .greatestFiniteMagnitude,
            .leastNormalMagnitude,
            9007199254740992,
        ]
        var floats: [Float] = [0.1, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
        var text = "quote \" \\ \n \u{7F} é 😀"
        var flag = true
        var nothing: Int?
        var shapes: [Shape] = [.disc(radius: 0.5), .square(side: 1, angle: 0.25)]
        var table = ["b": 2, "a": 1, "c": 3]
        var counts = [10: 1.5, 9: 2.5]
        var names: Set<String> = ["y", "x", "z"]
        var range = 0.5...1.5
        var small: Int8 = -128
    }

    private func throughText<T: Codable>(_ value: T) throws -> T {
        let text = try StrictEncoder().encode(value).serialized()
        return try StrictDecoder().decode(T.self, from: JSON.parse(text, file: "e.json"))
    }

    @Test func everythingSurvivesTheRoundTrip() throws {
        let everything = Everything()
        let again = try throughText(everything)
        #expect(again == everything)
        #expect(again.doubles.map(\.bitPattern) == everything.doubles.map(\.bitPattern))
        #expect(again.floats.map(\.bitPattern) == everything.floats.map(\.bitPattern))
    }

    @Test func randomDoublesSurviveBitForBit() throws {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        let doubles = (0..<2000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(bitPattern: state)
        }.filter(\.isFinite)
        #expect(doubles.count > 1900)
        #expect(try throughText(doubles).map(\.bitPattern) == doubles.map(\.bitPattern))
    }

    @Test func membersKeepTheirOrderAndHashesAreSorted() throws {
        let text = try StrictEncoder().encode(Everything()).serialized(pretty: false)
        #expect(
            text.hasPrefix(
                #"{"zeta":-1,"alpha":-9223372036854775808,"big":18446744073709551615,"doubles":[1.0,-0.0,0.1,"#))
        #expect(text.contains(#""shapes":[{"disc":{"radius":0.5}},{"square":{"side":1.0,"angle":0.25}}]"#))
        #expect(text.contains(#""table":{"a":1,"b":2,"c":3},"counts":{"10":1.5,"9":2.5},"names":["x","y","z"]"#))
    }

    @Test func integralDoublesReadAsIntegers() throws {
        let json = try StrictEncoder().encode(["n": 64.0])
        #expect(try StrictDecoder().decode([String: Int].self, from: json) == ["n": 64])
    }

    @Test func nonFiniteNumbersAreErrorsWithTheirPath() {
        let error = #expect(throws: ConfigurationError.self) { try StrictEncoder().encode(["a": [1, Double.nan]]) }
        #expect(error?.description == "a.1 is nan, allowed is a finite number")
        #expect(throws: ConfigurationError.self) { try StrictEncoder().encode(-Float.infinity) }
    }

    @Test func superEncodersNestLikeSuperDecoders() throws {
        class Base: Codable {
            var a = 1
            init() {}
        }
        final class Derived: Base {
            enum Keys: CodingKey { case b }
            var b = 2
            override init() { super.init() }
            required init(from decoder: any Decoder) throws {
                let keys = try decoder.container(keyedBy: Keys.self)
                b = try keys.decode(Int.self, forKey: .b)
                try super.init(from: keys.superDecoder())
            }
            override func encode(to encoder: any Encoder) throws {
                var keys = encoder.container(keyedBy: Keys.self)
                try keys.encode(b, forKey: .b)
                try super.encode(to: keys.superEncoder())
            }
        }
        let value = Derived()
        value.a = 7
        #expect(try StrictEncoder().encode(value) == ["b": 2, "super": ["a": 7]])
        #expect(try throughText(value).a == 7)
    }
}
