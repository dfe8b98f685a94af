import PDECommand
import PDEConfig
import Testing

@Suite("A program's command line")
struct ProgramTests {
    private struct Outcome: Equatable {
        var code: ExitCode
        var output = ""
        var errors = ""
    }

    private func run(_ program: Program, _ words: String...) -> Outcome {
        var outcome = Outcome(code: .ok)
        outcome.code = program.run(words, output: { outcome.output += $0 }, errors: { outcome.errors += $0 })
        return outcome
    }

    private func verb(_ words: [String], fileExists: Bool = false) throws -> String {
        switch try DemoProgram.tea.interpret(words, fileExists: { _ in fileExists }) {
        case .show: "show"
        case .run(let verb, _): verb.name
        }
    }

    @Test("the first word picks the verb, and without one the default verb runs")
    func verbs() throws {
        #expect(try verb(["verify", "pot"]) == "verify")
        #expect(try verb([]) == "brew")
        #expect(try verb(["--milk"]) == "brew")
        #expect(try verb(["green.json"]) == "brew")
        #expect(try verb(["verfy.json"]) == "brew")
        #expect(try verb(["recipes/verfy"]) == "brew")
        #expect(try verb(["verfy"], fileExists: true) == "brew")
        #expect(try verb(["something-else-altogether"]) == "brew")
    }

    @Test("a misspelt verb gets the nearest one")
    func misspelt() {
        let expected = "tea: error: unknown verb 'verfy'\n  did you mean 'verify'?\n  'tea --help' lists the verbs\n"
        #expect(run(DemoProgram.tea, "verfy", "x") == Outcome(code: .usage, errors: expected))
        #expect(run(DemoProgram.tea, "help", "verfy") == Outcome(code: .usage, errors: expected))
        #expect(
            run(DemoProgram.pot, "zebra")
                == Outcome(code: .usage, errors: "pot: error: unknown verb 'zebra'\n  'pot --help' lists the verbs\n"))
        #expect(
            run(DemoProgram.pot)
                == Outcome(
                    code: .usage,
                    errors: "pot: error: a verb is missing: verify, compare\n  'pot --help' explains them\n"))
    }

    @Test("help and version are results: they go to stdout, whatever else is wrong")
    func helpAndVersion() throws {
        let help = DemoProgram.tea.helpText
        let verifyHelp = try #require(DemoProgram.tea.helpText(of: "verify"))
        #expect(run(DemoProgram.tea, "--help") == Outcome(code: .ok, output: help))
        #expect(run(DemoProgram.tea, "--nonsense", "-h") == Outcome(code: .ok, output: help))
        #expect(run(DemoProgram.tea, "help") == Outcome(code: .ok, output: help))
        #expect(run(DemoProgram.tea, "help", "verify") == Outcome(code: .ok, output: verifyHelp))
        #expect(run(DemoProgram.tea, "verify", "--nonsense", "--help") == Outcome(code: .ok, output: verifyHelp))
        #expect(run(DemoProgram.tea, "--version") == Outcome(code: .ok, output: "tea 1.2.3\n"))
        #expect(run(DemoProgram.pot, "--help") == Outcome(code: .ok, output: DemoProgram.pot.helpText))
    }

    @Test("an error of a verb's body is printed and gives its exit code")
    func bodyErrors() {
        #expect(
            run(DemoProgram.tea, "verify", "pot")
                == Outcome(code: .badData, errors: "tea: error: the pot is empty\n  brew some tea first\n"))
    }

    @Test("a name that is none of those there are is told with all of them and the nearest")
    func unknownNames() {
        let near = CommandError("no tea", name: "asam", among: ["ceylon", "assam"])
        #expect(near == CommandError("no tea 'asam'", advice: ["did you mean assam?", "there are: ceylon, assam"]))
        let far = CommandError("--leaf: no tea", name: "mint", among: ["ceylon"])
        #expect(far.rendered(program: "tea") == "tea: error: --leaf: no tea 'mint'\n  there are: ceylon\n")
        #expect(near.exitCode == .usage && far.exitCode == .usage)
    }

    @Test("another error's first line is the message and its other lines are advice")
    func otherErrors() {
        struct Spill: Error, CustomStringConvertible { var description = "tea on the table\n  take a cloth" }
        struct Broken: ExitCodeProviding { var exitCode = ExitCode.inputOutput }
        #expect(
            CommandError(Spill()) == CommandError("tea on the table", advice: ["take a cloth"], exitCode: .internal))
        #expect(CommandError(Broken()).exitCode == .inputOutput)
        let unknownKey = ConfigurationError.unknownKey(path: "cup", valid: ["cups"])
        #expect(
            CommandError(unknownKey)
                == CommandError(
                    "unknown key cup", advice: ["did you mean \"cups\"?", "valid keys: cups"], exitCode: .badData))
    }
}
