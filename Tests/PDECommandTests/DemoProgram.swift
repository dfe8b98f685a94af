import PDECommand

/// A made-up program with everything that help texts and the parser know.
enum DemoProgram {
    static let brew = Verb(
        "brew", summary: "brew tea from a recipe",
        discussion: """
            Boils water and brews what the recipe says. Flags override the recipe's fields, so that one recipe serves \
            for many teas.
            """,
        positionals: [Positional("RECIPE", .optional, help: "a JSON file that says what to brew")],
        options: [
            .value("cups", "N", help: "how many cups", default: "2"),
            .value("strength", "X", help: "from 0 (water) to 1 (tar)"),
            .value("at", "X,Y", help: "where the cup stands"),
            .value("sugar", "N", help: "spoons of each"),
            .value("honey", "N", help: "spoons of each"),
            .value("leaf", "NAME", help: "a kind of tea; the blend has one part of each", isRepeatable: true),
            .value(
                "temperature-of-water", "CELSIUS", help: "how hot the water is when it meets the leaves", default: "95"),
            .flag("milk", help: "with milk"),
        ] + CommandLineOption.progress,
        examples: [
            Verb.Example("tea green.json --cups 4", "four cups of what the recipe says"),
            Verb.Example("tea --leaf assam --leaf ceylon --milk"),
        ]
    ) { _ in .ok }

    static let verify = Verb(
        "verify", summary: "check a pot", positionals: [Positional("POT", help: "the pot to check")]
    ) { _ in throw CommandError("the pot is empty", advice: ["brew some tea first"], exitCode: .badData) }

    static let compare = Verb(
        "compare", summary: "compare pots", positionals: [Positional("POT", .repeated, help: "the pots to compare")]
    ) { _ in .ok }

    /// With a default verb.
    static let tea = Program(
        "tea", summary: "brew and judge tea", version: "1.2.3", defaultVerb: brew, verbs: [verify, compare])

    /// Without one.
    static let pot = Program("pot", summary: "judge tea", version: "1.2.3", verbs: [verify, compare])
}
