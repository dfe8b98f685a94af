import PDECommand
import Testing

@Suite("Parsing a verb's words")
struct ArgumentParserTests {
    private func parse(_ words: String...) throws -> Arguments {
        try ArgumentParser(DemoProgram.brew, command: "tea").parse(words)
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return CommandError(error).rendered(program: "tea")
        }
    }

    @Test("a value stands after its flag or after an equals sign")
    func values() throws {
        let arguments = try parse("--cups", "3", "green.json", "--strength=0.5", "--milk")
        #expect(try arguments.int("cups") == 3)
        #expect(try arguments.double("strength") == 0.5)
        #expect(arguments.positional("RECIPE") == "green.json")
        #expect(arguments.isGiven("milk"))
        #expect(!arguments.isGiven("leaf"))
        #expect(try parse("--leaf=a=b").string("leaf") == "a=b")
    }

    @Test("an absent option has its default, else nothing")
    func defaults() throws {
        let arguments = try parse()
        #expect(try arguments.int("cups") == 2)
        #expect(!arguments.isGiven("cups"))
        #expect(try arguments.double("strength") == nil)
        #expect(arguments.strings("leaf") == [])
        #expect(arguments.positional("RECIPE") == nil)
    }

    @Test("a repeatable option keeps all its values in order")
    func repeated() throws {
        #expect(try parse("--leaf", "assam", "--leaf", "ceylon").strings("leaf") == ["assam", "ceylon"])
    }

    @Test("a negative number is a value, another word with a dash is not")
    func negativeNumbers() throws {
        #expect(try parse("--strength", "-1").double("strength") == -1)
        #expect(try parse("--strength", "-.5e-3").double("strength") == -0.5e-3)
        #expect(try parse("--at", "-1,-2.5").doubles("at") == [-1, -2.5])
        #expect(try parse("-3").positionals == ["-3"])
        #expect(try parse("-").positionals == ["-"])
        #expect(try parse("--leaf", "-").string("leaf") == "-")
        #expect(try parse("--leaf=--milk").string("leaf") == "--milk")
    }

    @Test("after -- nothing is an option")
    func endOfOptions() throws {
        let arguments = try parse("--milk", "--", "--cups")
        #expect(arguments.positionals == ["--cups"])
        #expect(!arguments.isGiven("cups"))
    }

    @Test("whole numbers may have an exponent")
    func exponents() throws {
        #expect(try parse("--cups", "1e4").int("cups") == 10000)
    }

    @Test(
        "wrong words get the error that helps",
        arguments: [
            (
                ["--cup", "3"],
                "tea: error: unknown flag '--cup'\n  did you mean --cups?\n  'tea --help' lists the flags\n"
            ),
            (
                ["-cups", "3"],
                "tea: error: unknown flag '-cups'\n  did you mean --cups?\n  'tea --help' lists the flags\n"
            ),
            (["--zebra=3"], "tea: error: unknown flag '--zebra'\n  'tea --help' lists the flags\n"),
            (["--cups"], "tea: error: --cups needs a value: --cups N\n  'tea --help' lists the flags\n"),
            (["--cups="], "tea: error: --cups needs a value: --cups N\n  'tea --help' lists the flags\n"),
            (
                ["--leaf", "--milk"],
                """
                tea: error: --leaf needs a value: --leaf NAME
                  a value that starts with a dash is written --leaf=--milk
                  'tea --help' lists the flags

                """
            ),
            (["--milk=yes"], "tea: error: --milk takes no value, found 'yes'\n  'tea --help' lists the flags\n"),
            (
                ["--cups", "1", "--cups", "2"],
                "tea: error: --cups is given more than once\n  'tea --help' lists the flags\n"
            ),
            (["a.json", "b.json"], "tea: error: unexpected argument 'b.json'\n  'tea --help' lists the flags\n"),
            (
                ["--log", "jsn"],
                """
                tea: error: --log: expected text or json, found 'jsn'
                  did you mean 'json'?
                  'tea --help' lists the flags

                """
            ),
        ])
    func errors(words: [String], expected: String) {
        #expect(message { _ = try ArgumentParser(DemoProgram.brew, command: "tea").parse(words) } == expected)
    }

    @Test("a missing positional is named")
    func missingPositional() {
        for verb in [DemoProgram.verify, DemoProgram.compare] {
            let text = message { _ = try ArgumentParser(verb, command: "tea \(verb.name)").parse([]) }
            #expect(text.hasPrefix("tea: error: POT is missing: the pot"))
        }
    }

    @Test("a repeated positional takes all the rest")
    func repeatedPositional() throws {
        let arguments = try ArgumentParser(DemoProgram.compare, command: "tea compare").parse(["a", "b", "c"])
        #expect(arguments.positionals == ["a", "b", "c"])
    }

    @Test("a value of the wrong kind is told with flag, expectation and finding")
    func wrongValues() {
        #expect(
            message { _ = try parse("--cups", "many").int("cups") } == """
                tea: error: --cups: expected a whole number, found 'many'
                  'tea --help' explains --cups N

                """)
        #expect(message { _ = try parse("--cups", "2.5").int("cups") }.contains("a whole number, found '2.5'"))
        #expect(message { _ = try parse("--cups", "0").int("cups", in: 1...9) }.contains("a whole number from 1 to 9"))
        #expect(
            message { _ = try parse("--cups", "0").int("cups", in: 1 ... .max) }.contains("a whole number ≥ 1, found"))
        #expect(message { _ = try parse("--strength", "nan").double("strength") }.contains("a number, found 'nan'"))
        #expect(
            message { _ = try parse("--strength", "2").double("strength", in: 0...1) }.contains("a number from 0 to 1"))
        #expect(message { _ = try parse("--at", "1,").doubles("at") }.contains("--at: expected a number, found ''"))
    }

    @Test("a value that is none of some names is told with all of them and the nearest")
    func choices() throws {
        let leaves = ["assam", "ceylon"]
        #expect(try parse("--leaf", "ceylon").choice("leaf", among: leaves) == "ceylon")
        #expect(try parse().choice("leaf", among: leaves) == nil)
        #expect(
            message { _ = try parse("--leaf", "asam").choice("leaf", among: leaves) } == """
                tea: error: --leaf: expected assam or ceylon, found 'asam'
                  did you mean assam?
                  'tea --help' explains --leaf NAME

                """)
        #expect(
            message { _ = try parse("--leaf", "mint").choice("leaf", among: leaves) } == """
                tea: error: --leaf: expected assam or ceylon, found 'mint'
                  'tea --help' explains --leaf NAME

                """)
    }
}
