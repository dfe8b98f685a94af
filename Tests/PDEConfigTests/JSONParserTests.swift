import PDEConfig
import Testing

@Suite struct JSONParserTests {
    @Test func readsEveryKindOfValueWithItsPlace() throws {
        let text = """
            {
              "é": [1, -2.5e-3, true, null],
              "text": "a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00😀", "after": {"empty": {}, "none": []}
            }

            """
        let json = try JSON.parse(text, file: "a.json")
        #expect(
            json == [
                "é": [1, -0.0025, true, nil], "text": "a\"\\/\u{8}\u{C}\n\r\té😀😀",
                "after": ["empty": [:], "none": []],
            ])
        #expect(json.origin == .file("a.json", line: 1, column: 1))
        #expect(json["é"]?.origin == .file("a.json", line: 2, column: 8))
        #expect(json["é"]?[1]?.origin == .file("a.json", line: 2, column: 12))
        #expect(json["after"]?.origin == .file("a.json", line: 3, column: 60))
        #expect(json.members?[1].origin == .file("a.json", line: 3, column: 3))
        #expect(json["é"]?[1]?.number?.text == "-2.5e-3")
    }

    @Test func columnsCountScalarsAfterUnicodeStrings() throws {
        let json = try JSON.parse("{\"ä😀\": \"öö\", \"b\": 1}\r\n", file: "u")
        #expect(json["b"]?.origin == .file("u", line: 1, column: 19))
    }

    @Test(arguments: [
        ("", "f:1:1: found the end of the file, expected a value"),
        (
            "{\n  \"a\": 1,\n}",
            "f:2:9: found a comma before `}`, expected another member\n  remove the comma: JSON has none after the last one"
        ),
        (
            "[1, 2 ,\n\n]",
            "f:1:7: found a comma before `]`, expected another element\n  remove the comma: JSON has none after the last one"
        ),
        ("{\"a\": 1 // one\n}", "f:1:9: found `/`, expected `,` or `}`\n  JSON has no comments"),
        ("{\"a\": 1\n \"b\": 2}", "f:2:2: found `\"b\"`, expected `,` or `}`\n  a comma is missing before it"),
        ("{\"a\" 1}", "f:1:6: found `1`, expected `:` after the name \"a\""),
        (
            "{a: 1}",
            "f:1:2: found `a`, expected a name in double quotes or `}`\n  strings and names stand in double quotes"
        ),
        (
            "{'a': 1}",
            "f:1:2: found `'`, expected a name in double quotes or `}`\n  strings and names stand in double quotes"
        ),
        ("[1 2]", "f:1:4: found `2`, expected `,` or `]`\n  a comma is missing before it"),
        ("[,1]", "f:1:2: found `,`, expected a value"),
        (
            "{\"a\": 1, \"b\": 2,\n \"a\": 3}",
            "f:2:2: found the name `\"a\"` a second time, expected each name once in an object\n  the first one stands at f:1:2"
        ),
        ("[True]", "f:1:2: found `True`, expected a value\n  write true"),
        ("[None]", "f:1:2: found `None`, expected a value\n  write null"),
        ("[NaN]", "f:1:2: found `NaN`, expected a value\n  JSON has no NaN and no infinity"),
        ("[-Infinity]", "f:1:2: found `-Infinity`, expected a number\n  JSON has no NaN and no infinity"),
        ("[.5]", "f:1:2: found `.5`, expected a value\n  digits stand on both sides of the point: write 0.5 or 1.0"),
        ("[1.]", "f:1:2: found `1.`, expected a number\n  digits stand on both sides of the point: write 0.5 or 1.0"),
        ("[+1]", "f:1:2: found `+1`, expected a value\n  a number has no plus sign in front"),
        ("[007]", "f:1:2: found `007`, expected a number\n  a number has no leading zeros"),
        ("[1_000]", "f:1:2: found `1_000`, expected a number\n  a number has no underscores"),
        ("[0x1F]", "f:1:2: found `0x1F`, expected a number\n  numbers are decimal"),
        ("[1e]", "f:1:2: found `1e`, expected a number"),
        (
            "[\"é\\x\"]",
            "f:1:4: found the escape `\\x`, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits (surrogates in pairs)"
        ),
        (
            "[\"\\ud83d\"]",
            "f:1:3: found the escape `\\ud83d`, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits (surrogates in pairs)"
        ),
        ("[\"a\nb\"]", "f:1:4: found the end of the line in a string, expected the closing `\"`"),
        (
            "[\n\"a",
            "f:2:3: found the end of the file in a string, expected the closing `\"`\n  the string begins at f:2:1"
        ),
        ("{\"a\": {}", "f:1:9: found the end of the file, expected `,` or `}`"),
        ("{} {}", "f:1:4: found `{`, expected the end of the file after the first value"),
        (
            "\u{FEFF}{}",
            "f:1:1: found a byte order mark, expected a value\n  save the file as UTF-8 without a byte order mark"
        ),
    ])
    func mistakesAreNamedWithTheirPlace(text: String, message: String) {
        let error = #expect(throws: ConfigurationError.self) { try JSON.parse(text, file: "f") }
        #expect(error?.description == message)
    }

    @Test func nestingIsLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON.parse(nested(128), file: "f")
        let error = #expect(throws: ConfigurationError.self) { try JSON.parse(nested(129), file: "f") }
        #expect(
            error?.description == "f:1:129: found an object or array inside 128 others, expected at most 128 levels")
        #expect(throws: ConfigurationError.self) { try JSON.parse(nested(1_000_000), file: "f") }
    }
}
