import PDEConfig

/// The words given to a verb, sorted into options and positionals.
///
/// The getters give an option's value, else its declared default, else nil. Asking for a name that the verb does not
/// declare is a programmer's mistake and stops the process.
package struct Arguments: Sendable {
    /// The verb they were parsed for.
    package let verb: Verb
    /// How the verb is called, for messages: "pdegen bench", or "pdegen" for the default verb.
    package let command: String
    /// The positional arguments, in order.
    package internal(set) var positionals: [String] = []

    var values: [String: [String]] = [:]

    init(verb: Verb, command: String) {
        self.verb = verb
        self.command = command
    }

    /// Whether the option stands on the command line.
    package func isGiven(_ name: String) -> Bool {
        _ = declared(name)
        return values[name] != nil
    }

    /// The positional argument with this name, or nil if it is optional and absent.
    package func positional(_ name: String) -> String? {
        guard let index = verb.positionals.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("verb \(verb.name) declares no positional \(name)")
        }
        return index < positionals.count ? positionals[index] : nil
    }

    /// The option's value as it was written.
    package func string(_ name: String) -> String? { strings(name).last }

    /// All values of a repeatable option, in order; its default alone when it is not given.
    package func strings(_ name: String) -> [String] {
        let option = declared(name)
        precondition(option.placeholder != nil, "--\(name) is a flag and has no value")
        return values[name] ?? option.defaultValue.map { [$0] } ?? []
    }

    /// The option's value as a whole number; `1e4` is one.
    package func int(_ name: String, in range: ClosedRange<Int>? = nil) throws(CommandError) -> Int? {
        guard let text = string(name) else { return nil }
        let expected = range.map { "a whole number \(Self.words($0))" } ?? "a whole number"
        guard let value = Int(text) ?? Double(text).flatMap({ Int(exactly: $0) }), range?.contains(value) ?? true else {
            throw wrongValue(name, expected: expected, found: text)
        }
        return value
    }

    /// The option's value as a finite number.
    package func double(_ name: String, in range: ClosedRange<Double>? = nil) throws(CommandError) -> Double? {
        guard let text = string(name) else { return nil }
        return try number(name, text, in: range)
    }

    /// The option's value as a number above 0.
    package func positive(_ name: String) throws(CommandError) -> Double? {
        guard let value = try double(name) else { return nil }
        guard value > 0, value.isFinite else {
            throw wrongValue(name, expected: "more than 0", found: string(name)!)
        }
        return value
    }

    /// The option's value as finite numbers separated by commas.
    package func doubles(_ name: String, in range: ClosedRange<Double>? = nil) throws(CommandError) -> [Double]? {
        guard let text = string(name) else { return nil }
        var numbers: [Double] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            numbers.append(try number(name, String(part), in: range))
        }
        return numbers
    }

    /// The option's value as one of some names, for an option whose help is too short to list them.
    package func choice(_ name: String, among names: [String]) throws(CommandError) -> String? {
        guard let text = string(name) else { return nil }
        guard names.contains(text) else {
            throw wrongValue(
                name, expected: names.joined(separator: " or "), found: text, meant: nearest(text, among: names))
        }
        return text
    }

    /// The error for a value of the wrong kind, for getters that other types add; with the value that was probably meant.
    package func wrongValue(
        _ name: String, expected: String, found: String, meant: String? = nil
    ) -> CommandError {
        CommandError(
            "--\(name): expected \(expected), found '\(found)'",
            advice: [
                meant.map { "did you mean \($0)?" },
                "'\(command) --help' explains --\(declared(name).usage.dropFirst(2))",
            ].compactMap(\.self))
    }

    private func number(
        _ name: String, _ text: String, in range: ClosedRange<Double>?
    ) throws(CommandError) -> Double {
        let expected = range.map { "a number \(Self.words($0))" } ?? "a number"
        guard let value = Double(text), value.isFinite, range?.contains(value) ?? true else {
            throw wrongValue(name, expected: expected, found: text)
        }
        return value
    }

    private func declared(_ name: String) -> CommandLineOption {
        guard let option = verb.options.first(where: { $0.name == name }) else {
            preconditionFailure("verb \(verb.name) declares no option --\(name)")
        }
        return option
    }

    /// A range as a reader says it; an end at the type's own limit is no limit.
    private static func words(_ range: ClosedRange<Int>) -> String {
        range.upperBound == .max ? "≥ \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    }

    private static func words(_ range: ClosedRange<Double>) -> String {
        let (lower, upper) = (number(range.lowerBound), number(range.upperBound))
        return range.upperBound >= .greatestFiniteMagnitude ? "≥ \(lower)" : "from \(lower) to \(upper)"
    }

    private static func number(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
