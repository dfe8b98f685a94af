import PDEConfig

/// Sorts the words after a verb into ``Arguments``, or says which word is wrong and which would be right.
///
/// `--name value` and `--name=value` are the same. `--` ends the options. A value may start with a dash only when it is
/// a number, as in `--from -1`, so that a forgotten value is noticed.
package struct ArgumentParser {
    let verb: Verb
    let command: String

    /// A parser for one verb; `command` is how the verb is called, such as "pdegen bench".
    package init(_ verb: Verb, command: String) {
        self.verb = verb
        self.command = command
    }

    /// Whether help is asked for: `--help` or `-h` before any `--`. It counts even if another word is wrong.
    package static func asksForHelp(_ words: [String]) -> Bool {
        words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
    }

    /// Parses the words after the verb.
    package func parse(_ words: [String]) throws(CommandError) -> Arguments {
        var arguments = Arguments(verb: verb, command: command)
        var rest = words[...]
        var optionsEnded = false
        while let word = rest.popFirst() {
            if optionsEnded || !Self.isOption(word) {
                arguments.positionals.append(word)
            } else if word == "--" {
                optionsEnded = true
            } else {
                try parseOption(word, &rest, into: &arguments)
            }
        }
        try checkPositionals(arguments.positionals)
        return arguments
    }

    private func parseOption(
        _ word: String, _ rest: inout ArraySlice<String>, into arguments: inout Arguments
    ) throws(CommandError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let written = String(parts[0])
        guard written.hasPrefix("--"), let option = verb.options.first(where: { "--" + $0.name == written }) else {
            throw unknown(written)
        }
        if arguments.values[option.name] != nil, !option.isRepeatable {
            throw error("--\(option.name) is given more than once")
        }
        guard option.placeholder != nil else {
            guard parts.count == 1 else { throw error("--\(option.name) takes no value, found '\(parts[1])'") }
            arguments.values[option.name] = [""]
            return
        }
        let value: String
        if parts.count == 2 {
            value = String(parts[1])
        } else if let next = rest.first, !Self.isOption(next) {
            value = next
            rest.removeFirst()
        } else {
            value = ""
        }
        try check(value, of: option, next: parts.count == 1 ? rest.first : nil)
        arguments.values[option.name, default: []].append(value)
    }

    private func check(_ value: String, of option: CommandLineOption, next: String?) throws(CommandError) {
        if value.isEmpty {
            var advice: [String] = []
            if let next, next != "--" {
                advice.append("a value that starts with a dash is written --\(option.name)=\(next)")
            }
            throw error("--\(option.name) needs a value: \(option.usage)", advice: advice)
        }
        if !option.choices.isEmpty, !option.choices.contains(value) {
            let advice = nearest(value, among: option.choices).map { ["did you mean '\($0)'?"] } ?? []
            let expected = option.choices.joined(separator: " or ")
            throw error("--\(option.name): expected \(expected), found '\(value)'", advice: advice)
        }
    }

    private func checkPositionals(_ words: [String]) throws(CommandError) {
        if words.count > verb.positionals.count, verb.positionals.last?.count != .repeated {
            throw error("unexpected argument '\(words[verb.positionals.count])'")
        }
        if words.count < verb.positionals.count, verb.positionals[words.count].count != .optional {
            let missing = verb.positionals[words.count]
            throw error("\(missing.name) is missing: \(missing.help)")
        }
    }

    private func unknown(_ written: String) -> CommandError {
        let name = String(written.drop { $0 == "-" })
        let candidate = nearest(name, among: verb.options.map(\.name) + ["help"])
        return error("unknown flag '\(written)'", advice: candidate.map { ["did you mean --\($0)?"] } ?? [])
    }

    private func error(_ message: String, advice: [String] = []) -> CommandError {
        CommandError(message, advice: advice + ["'\(command) --help' lists the flags"])
    }

    /// Whether a word is an option: it starts with a dash and is neither "-" alone nor a negative number.
    private static func isOption(_ word: String) -> Bool {
        guard word.hasPrefix("-"), word.count > 1 else { return false }
        let second = word.dropFirst().first { $0 != "." }
        return !(second.map { $0.isASCII && $0.isNumber } ?? false)
    }
}
