import Glibc
import PDEConfig
import PDECore

/// A command-line program: its verbs, and the one that runs when the first word is no verb.
///
///     let program = Program(
///         "pdegen", summary: "generate PDE data with classical solvers", version: LibraryVersions.pdekit,
///         defaultVerb: generate, verbs: [verify, inspect])
///     program.main()
package struct Program: Sendable {
    /// What a command line asks for.
    package enum Invocation {
        /// To print a text on stdout.
        case show(String)
        /// To run a verb's body.
        case run(Verb, Arguments)
    }

    /// The word that calls the program.
    package let name: String
    /// One line on what it does, without a full stop.
    package let summary: String
    /// What `--version` prints after the name.
    package let version: String
    /// What runs when the first word is not a verb's name; it is called without a word of its own.
    package let defaultVerb: Verb?
    /// The verbs called by their names.
    package let verbs: [Verb]

    /// Describes a program.
    package init(_ name: String, summary: String, version: String, defaultVerb: Verb? = nil, verbs: [Verb]) {
        self.name = name
        self.summary = summary
        self.version = version
        self.defaultVerb = defaultVerb
        self.verbs = verbs
    }

    /// The text of `--help`.
    package var helpText: String { HelpText.text(for: self) }

    /// The text of `VERB --help`; nil for the name of no verb.
    package func helpText(of name: String) -> String? {
        verbs.first { $0.name == name }.map { HelpText.text(for: $0, command: "\(self.name) \(name)") }
    }

    /// The body of the program's executable: does what the process's arguments say and ends the process.
    package func main() -> Never {
        Interrupt.endsProcess()
        restartWithFittingKernels()
        // Work is split over our own threads; BLAS at one thread each keeps results independent of their number.
        BLASThreads.endOwnThreads()
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    /// Does what the words after the program's name say and gives the exit code.
    ///
    /// Errors are printed on stderr, each with its advice. Errors of other types than ``CommandError`` are turned into
    /// one by ``CommandError/init(_:)``. Results that could not be written are an error, too.
    package func run(
        _ words: [String], output: (String) -> Void = StandardStream.output.write,
        errors: (String) -> Void = StandardStream.error.write
    ) -> ExitCode {
        StandardStream.outliveReaders()
        do {
            let code: ExitCode
            switch try interpret(words) {
            case .show(let text):
                output(text)
                code = .ok
            case .run(let verb, let arguments):
                code = try verb.body(arguments)
            }
            guard let reason = StandardStream.failure else { return code }
            throw CommandError(
                "stdout: results could not be written: \(reason)",
                advice: ["files that the command made are whole; let stdout go where there is room and run it again"],
                exitCode: code == .ok ? .inputOutput : code)
        } catch {
            var told = CommandError(error)
            if let remedy = (error as? ConfigurationError)?.remedy, let command = command(words, with: remedy) {
                told = CommandError(
                    told.message, advice: told.advice + ["this would do: \(command)"], exitCode: told.exitCode)
            }
            errors(told.rendered(program: name))
            return told.exitCode
        }
    }

    /// The command line with one key as it would do, in the place of what `--set` says of it; nil where nothing was set.
    private func command(_ words: [String], with remedy: ConfigurationError.Remedy) -> String? {
        guard words.contains("--set") else { return nil }
        var kept: [String] = []
        for word in words {
            let key = String(word.prefix { $0 != "=" })
            if kept.last == "--set", key == remedy.key || key.hasPrefix(remedy.key + ".") {
                kept.removeLast()
            } else {
                kept.append(word)
            }
        }
        kept += ["--set", "\(remedy.key)=\(remedy.value.serialized(pretty: false))"]
        let plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./=:,+"
        return ([name] + kept).map { $0.allSatisfy(plain.contains) && !$0.isEmpty ? $0 : "'\($0)'" }.joined(
            separator: " ")
    }

    /// Finds out what the words ask for, without doing it.
    package func interpret(
        _ words: [String], fileExists: (String) -> Bool = { access($0, F_OK) == 0 }
    ) throws(CommandError) -> Invocation {
        switch words.first {
        case nil where defaultVerb == nil:
            throw CommandError("a verb is missing: \(verbNames)", advice: ["'\(name) --help' explains them"])
        case "--version":
            return .show("\(name) \(version)\n")
        case "help":
            guard words.count > 1 else { return .show(helpText) }
            if let text = helpText(of: words[1]) { return .show(text) }
            throw unknownVerb(words[1])
        case let word?:
            if let verb = verbs.first(where: { $0.name == word }) {
                return try invocation(of: verb, command: "\(name) \(word)", words.dropFirst())
            }
        case nil:
            break
        }
        if defaultVerb == nil || ArgumentParser.asksForHelp(words) {
            if ArgumentParser.asksForHelp(words) { return .show(helpText) }
            throw unknownVerb(words[0])
        }
        if let word = words.first, isMisspeltVerb(word, fileExists: fileExists) { throw unknownVerb(word) }
        guard let defaultVerb else { preconditionFailure("checked above") }
        return try invocation(of: defaultVerb, command: name, words[...])
    }

    private func invocation(
        of verb: Verb, command: String, _ words: ArraySlice<String>
    ) throws(CommandError) -> Invocation {
        if ArgumentParser.asksForHelp(Array(words)) { return .show(HelpText.text(for: verb, command: command)) }
        return .run(verb, try ArgumentParser(verb, command: command).parse(Array(words)))
    }

    /// Whether the first word of the default verb is rather a verb with a slip: it is near a verb's name, and it is
    /// neither a flag nor the path of a file.
    private func isMisspeltVerb(_ word: String, fileExists: (String) -> Bool) -> Bool {
        guard !word.hasPrefix("-"), !word.hasSuffix(".json"), !word.contains("/"), !fileExists(word) else {
            return false
        }
        return nearest(word, among: verbs.map(\.name) + ["help"]) != nil
    }

    private func unknownVerb(_ word: String) -> CommandError {
        var advice: [String] = []
        if let name = nearest(word, among: verbs.map(\.name) + ["help"]) { advice.append("did you mean '\(name)'?") }
        return CommandError("unknown verb '\(word)'", advice: advice + ["'\(name) --help' lists the verbs"])
    }

    private var verbNames: String { verbs.map(\.name).joined(separator: ", ") }
}
