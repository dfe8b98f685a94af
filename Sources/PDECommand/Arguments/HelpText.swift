/// Writes help texts: what a verb or a program does, its flags with their defaults, and examples, in 80 columns.
struct HelpText {
    /// The widest line.
    static let columns = 80
    /// The widest label that still has its explanation beside it.
    private static let widestLabel = 24

    private var lines: [String] = []

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// The help text of one verb.
    static func text(for verb: Verb, command: String) -> String {
        var help = HelpText()
        help.add("\(command): \(verb.summary)")
        help.addUsage([usage(of: verb, command: command)])
        help.addDetails(of: verb, closing: [(CommandLineOption.help.usage, CommandLineOption.help.help)])
        help.addExamples(verb.examples)
        return help.text
    }

    /// The help text of a program: its default verb's, if it has one, and the list of its verbs.
    static func text(for program: Program) -> String {
        var help = HelpText()
        help.add("\(program.name): \(program.summary)")
        var usages = ["\(program.name) VERB [flags]"]
        if let verb = program.defaultVerb { usages.insert(usage(of: verb, command: program.name), at: 0) }
        help.addUsage(usages)
        let closing = [("--help, --version", "show this text, or after a verb its own; the version")]
        if let verb = program.defaultVerb { help.addDetails(of: verb, closing: closing) }
        help.addList("Verbs", program.verbs.map { ($0.name, $0.summary) })
        if program.defaultVerb == nil { help.addList("Flags", closing) }
        help.addExamples(program.defaultVerb?.examples ?? [])
        return help.text
    }

    static func usage(of verb: Verb, command: String) -> String {
        ([command] + verb.positionals.map(\.usage) + ["[flags]"]).joined(separator: " ")
    }

    private mutating func add(_ paragraph: String) {
        lines += wrapped(paragraph, columns: Self.columns)
    }

    private mutating func addUsage(_ usages: [String]) {
        lines.append("")
        for (index, usage) in usages.enumerated() { add((index == 0 ? "Usage: " : "       ") + usage) }
    }

    private mutating func addDetails(of verb: Verb, closing: [(label: String, help: String)]) {
        if !verb.discussion.isEmpty {
            lines.append("")
            add(verb.discussion)
        }
        addList("Arguments", verb.positionals.map { ($0.name, $0.help) })
        addList("Flags", Self.entries(for: verb.options) + closing)
    }

    /// One entry an option; neighbours that differ in nothing but their names share one: `--train|valid|test N`.
    private static func entries(for options: [CommandLineOption]) -> [(label: String, help: String)] {
        var entries: [(names: [String], placeholder: String?, help: String)] = []
        for option in options {
            let help = explanation(of: option)
            if let last = entries.last, last.help == help, last.placeholder == option.placeholder {
                entries[entries.count - 1].names.append(option.name)
            } else {
                entries.append(([option.name], option.placeholder, help))
            }
        }
        return entries.map { entry in
            ("--" + entry.names.joined(separator: "|") + (entry.placeholder.map { " " + $0 } ?? ""), entry.help)
        }
    }

    private mutating func addList(_ title: String, _ entries: [(label: String, help: String)]) {
        guard !entries.isEmpty else { return }
        lines += ["", "\(title):"]
        let labels = entries.map { displayWidth($0.label) }.filter { $0 <= Self.widestLabel }
        let indent = 2 + (labels.max() ?? 0) + 2
        for entry in entries {
            let help = wrapped(entry.help, columns: Self.columns - indent)
            let label = "  " + entry.label
            if displayWidth(label) + 2 > indent {
                lines.append(label)
                lines += help.map { String(repeating: " ", count: indent) + $0 }
            } else {
                lines.append(padded(label, to: indent) + (help.first ?? ""))
                lines += help.dropFirst().map { String(repeating: " ", count: indent) + $0 }
            }
        }
    }

    private mutating func addExamples(_ examples: [Verb.Example]) {
        guard !examples.isEmpty else { return }
        lines += ["", examples.count == 1 ? "Example:" : "Examples:"]
        for example in examples {
            lines.append("  " + example.command)
            if !example.explanation.isEmpty {
                lines += wrapped(example.explanation, columns: Self.columns - 6).map { "      " + $0 }
            }
        }
    }

    private static func explanation(of option: CommandLineOption) -> String {
        var notes: [String] = []
        if option.isRepeatable { notes.append("may be repeated") }
        if let value = option.defaultValue { notes.append("default: \(value)") }
        return notes.isEmpty ? option.help : "\(option.help) (\(notes.joined(separator: ", ")))"
    }
}
