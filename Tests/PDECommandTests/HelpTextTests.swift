import PDECommand
import Testing

@Suite("Help texts")
struct HelpTextTests {
    @Test("a program with a default verb explains it and lists the others")
    func programWithDefaultVerb() {
        let expected = """
            tea: brew and judge tea

            Usage: tea [RECIPE] [flags]
                   tea VERB [flags]

            Boils water and brews what the recipe says. Flags override the recipe's fields,
            so that one recipe serves for many teas.

            Arguments:
              RECIPE  a JSON file that says what to brew

            Flags:
              --cups N           how many cups (default: 2)
              --strength X       from 0 (water) to 1 (tar)
              --at X,Y           where the cup stands
              --sugar|honey N    spoons of each
              --leaf NAME        a kind of tea; the blend has one part of each (may be
                                 repeated)
              --temperature-of-water CELSIUS
                                 how hot the water is when it meets the leaves (default: 95)
              --milk             with milk
              --log text|json    progress on stderr: text or JSON lines (default: text)
              --quiet            no progress, only warnings and errors
              --help, --version  show this text, or after a verb its own; the version

            Verbs:
              verify   check a pot
              compare  compare pots

            Examples:
              tea green.json --cups 4
                  four cups of what the recipe says
              tea --leaf assam --leaf ceylon --milk

            """
        #expect(DemoProgram.tea.helpText == expected)
    }

    @Test("a program without a default verb lists its verbs")
    func programWithoutDefaultVerb() {
        let expected = """
            pot: judge tea

            Usage: pot VERB [flags]

            Verbs:
              verify   check a pot
              compare  compare pots

            Flags:
              --help, --version  show this text, or after a verb its own; the version

            """
        #expect(DemoProgram.pot.helpText == expected)
    }

    @Test("a verb's text says how it is called")
    func verb() {
        let expected = """
            tea compare: compare pots

            Usage: tea compare POT… [flags]

            Arguments:
              POT  the pots to compare

            Flags:
              --help  show this text

            """
        #expect(DemoProgram.tea.helpText(of: "compare") == expected)
    }

    @Test("help texts fit a screen of 40 lines and 80 columns")
    func size() {
        for text in [DemoProgram.tea.helpText, DemoProgram.pot.helpText] {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            #expect(lines.count <= 40)
            #expect(lines.allSatisfy { displayWidth(String($0)) <= 80 })
        }
    }
}
