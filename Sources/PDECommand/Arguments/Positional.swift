/// An argument told by its place, such as RECIPE in `pdegen RECIPE`.
package struct Positional: Sendable {
    /// How often a positional argument may stand on the command line.
    package enum Count: Sendable {
        /// Exactly once.
        case required
        /// Once or not at all.
        case optional
        /// One or more times; only for the last positional of a verb.
        case repeated
    }

    /// Its name in usage lines and errors, in capitals.
    package let name: String
    /// One line that says what it is.
    package let help: String
    /// How often it may stand.
    package let count: Count

    /// Describes a positional argument.
    package init(_ name: String, _ count: Count = .required, help: String) {
        self.name = name
        self.count = count
        self.help = help
    }

    /// Its part of the usage line: `NAME`, `[NAME]` or `NAME…`.
    package var usage: String {
        switch count {
        case .required: name
        case .optional: "[\(name)]"
        case .repeated: "\(name)…"
        }
    }
}
