/// One thing that a program does: how it is called, how it is explained, and what it runs.
package struct Verb: Sendable {
    /// A command line to copy, and what it does.
    package struct Example: Sendable {
        /// The whole command line.
        package let command: String
        /// What it does; may be empty when the command says it all.
        package let explanation: String

        /// An example for the help text.
        package init(_ command: String, _ explanation: String = "") {
            self.command = command
            self.explanation = explanation
        }
    }

    /// What a verb runs.
    package typealias Body = @Sendable (Arguments) throws -> ExitCode

    /// The word that calls it.
    package let name: String
    /// One line for the list of verbs, without a full stop.
    package let summary: String
    /// A few sentences on what it does; may be empty.
    package let discussion: String
    /// Its positional arguments, in order.
    package let positionals: [Positional]
    /// Its options, in the order of the help text.
    package let options: [CommandLineOption]
    /// Command lines to copy.
    package let examples: [Example]
    /// What it runs.
    package let body: Body

    /// Describes a verb.
    package init(
        _ name: String, summary: String, discussion: String = "", positionals: [Positional] = [],
        options: [CommandLineOption] = [], examples: [Example] = [], body: @escaping Body
    ) {
        precondition(
            positionals.dropLast().allSatisfy { $0.count == .required },
            "verb \(name): only the last positional may be optional or repeated")
        precondition(
            Set(options.map(\.name)).count == options.count && !options.contains { $0.name == "help" },
            "verb \(name): an option is declared twice, or help is declared")
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.positionals = positionals
        self.options = options
        self.examples = examples
        self.body = body
    }
}
