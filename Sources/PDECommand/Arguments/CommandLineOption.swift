/// A named argument of a verb: `--name VALUE`, or a flag `--name` without a value.
package struct CommandLineOption: Sendable {
    /// The name without its dashes.
    package let name: String
    /// What stands for the value in help texts, such as "N"; nil for a flag.
    package let placeholder: String?
    /// What the option does, in a few words.
    package let help: String
    /// The value that counts when the option is not given, as it would be written on the command line.
    package let defaultValue: String?
    /// The only values allowed; empty if any is.
    package let choices: [String]
    /// Whether the option may be given more than once.
    package let isRepeatable: Bool

    /// An option that is there or not there.
    package static func flag(_ name: String, help: String) -> CommandLineOption {
        CommandLineOption(
            name: name, placeholder: nil, help: help, defaultValue: nil, choices: [], isRepeatable: false)
    }

    /// An option with a value.
    ///
    /// - Parameters:
    ///   - name: The name without its dashes.
    ///   - placeholder: What stands for the value in help texts.
    ///   - help: What the option does, in a few words.
    ///   - defaultValue: What the getters of ``Arguments`` give when the option is absent; shown in the help text.
    ///   - isRepeatable: Whether it may be given more than once.
    package static func value(
        _ name: String, _ placeholder: String, help: String, default defaultValue: String? = nil,
        isRepeatable: Bool = false
    ) -> CommandLineOption {
        CommandLineOption(
            name: name, placeholder: placeholder, help: help, defaultValue: defaultValue, choices: [],
            isRepeatable: isRepeatable)
    }

    /// An option whose value is one of a few words.
    package static func choice(
        _ name: String, _ choices: [String], help: String, default defaultValue: String? = nil
    ) -> CommandLineOption {
        CommandLineOption(
            name: name, placeholder: choices.joined(separator: "|"), help: help, defaultValue: defaultValue,
            choices: choices, isRepeatable: false)
    }

    /// `--log text|json` and `--quiet`, which every verb with a ``ProgressReporter`` takes.
    package static let progress: [CommandLineOption] = [
        .choice("log", ["text", "json"], help: "progress on stderr: text or JSON lines", default: "text"),
        .flag("quiet", help: "no progress, only warnings and errors"),
    ]

    /// `--help`, which every verb takes.
    package static let help = CommandLineOption.flag("help", help: "show this text")

    /// How it is written: `--name VALUE`.
    package var usage: String { placeholder.map { "--\(name) \($0)" } ?? "--\(name)" }
}
