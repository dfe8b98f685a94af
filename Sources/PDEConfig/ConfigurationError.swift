/// What is wrong with a configuration: which key, written where, what was found, what is allowed, what to do.
public struct ConfigurationError: Error, Sendable {
    /// The kinds of mistake.
    public indirect enum Kind: Sendable, Equatable {
        /// The text is not JSON.
        case syntax(found: String, expected: String, hint: String?)
        /// A key that nothing reads; `note` is what else there is to say of it.
        case unknownKey(nearest: String?, valid: [String], note: String? = nil)
        /// A key without a default is not there; `lookalike` is a key beside it that may be a misspelling of it.
        case missingKey(expected: String?, lookalike: String?)
        /// A value of another type than expected.
        case wrongType(found: String?, expected: String)
        /// A value of the right type that is not allowed.
        case outOfRange(found: String?, allowed: String, advice: String?)
        /// A name that is none of the allowed ones.
        case unknownChoice(found: String?, nearest: String?, allowed: [String])
        /// Values that are allowed one by one but not together.
        case invalidCombination(found: String?, why: String, advice: String?)
    }

    /// A key with a value that would do, where there is one.
    public struct Remedy: Sendable, Equatable {
        /// The key's dotted path.
        public var key: String
        /// The value.
        public var value: JSON
    }

    /// What is wrong.
    public private(set) var kind: Kind
    /// The dotted paths of the keys it is about; one, but for a combination.
    public private(set) var paths: [String]
    /// Where the first of them was written, if known.
    public private(set) var origin: JSON.Origin?
    /// What would do instead, if that is clear.
    public private(set) var remedy: Remedy?
    /// Whether the paths begin at the document's root and not at the value that is being decoded.
    package private(set) var isAbsolute: Bool

    package init(
        _ kind: Kind, paths: [String], origin: JSON.Origin? = nil, remedy: Remedy? = nil, isAbsolute: Bool = true
    ) {
        self.kind = kind
        self.remedy = remedy
        self.paths = paths
        self.origin = origin
        self.isAbsolute = isAbsolute
    }

    /// The dotted path of the (first) key it is about, empty for the whole document.
    public var path: String { paths.first ?? "" }
}

extension ConfigurationError {
    /// A value that is not allowed.
    ///
    /// - Parameters:
    ///   - path: the key's dotted path; in an `init(from:)`, relative to the value that is being decoded.
    ///   - found: the value; if nil, `StrictDecoder` and `located(in:)` take it from the document.
    ///   - allowed: what is allowed: `at least 1e-4 at this resolution`.
    ///   - advice: what to do: `raise viscosity or resolution`.
    public static func invalid(
        path: String, found: String? = nil, allowed: String, advice: String? = nil
    ) -> ConfigurationError {
        ConfigurationError(
            .outOfRange(found: found, allowed: allowed, advice: advice), paths: [path], isAbsolute: false)
    }

    /// Values that cannot go together.
    ///
    /// - Parameters:
    ///   - paths: the keys' dotted paths; in an `init(from:)`, relative to the value that is being decoded.
    ///   - found: the values; if nil, `StrictDecoder` and `located(in:)` take them from the document.
    ///   - why: the reason: `a spectral solver needs a periodic domain`.
    ///   - advice: what to do.
    ///   - remedy: a key and a value with which they go together, its path as theirs.
    public static func combination(
        paths: [String], found: String? = nil, why: String, advice: String? = nil,
        remedy: (key: String, value: JSON)? = nil
    ) -> ConfigurationError {
        ConfigurationError(
            .invalidCombination(found: found, why: why, advice: advice), paths: paths,
            remedy: remedy.map { Remedy(key: $0.key, value: $0.value) }, isAbsolute: false)
    }

    /// A key or flag that nothing reads, with the nearest valid name looked up.
    public static func unknownKey(path: String, valid: [String]) -> ConfigurationError {
        let name = path.split(separator: ".").last.map(String.init) ?? path
        return ConfigurationError(
            .unknownKey(nearest: nearest(name, among: valid), valid: valid), paths: [path], isAbsolute: false)
    }

    /// A name that is none of the allowed ones, with the nearest looked up.
    public static func unknownChoice(path: String, found: String, allowed: [String]) -> ConfigurationError {
        ConfigurationError(
            .unknownChoice(
                found: JSON.string(found).serialized(pretty: false), nearest: nearest(found, among: allowed),
                allowed: allowed),
            paths: [path], isAbsolute: false)
    }

    static func syntax(
        at origin: JSON.Origin, found: String, expected: String, hint: String? = nil
    ) -> ConfigurationError {
        ConfigurationError(.syntax(found: found, expected: expected, hint: hint), paths: [], origin: origin)
    }

    /// The same error with the place and the found value looked up in the document that its paths speak of, where it
    /// does not know them yet. For mistakes that are noticed after decoding.
    public func located(in document: JSON) -> ConfigurationError {
        var error = self
        error.isAbsolute = true
        if error.origin == nil {
            var steps = path.split(separator: ".")[...]
            while error.origin == nil {
                error.origin = document.value(at: steps.joined(separator: "."))?.origin
                if steps.popLast() == nil { break }
            }
        }
        let found = document.value(at: path)?.summary
        switch kind {
        case .wrongType(nil, let expected): error.kind = .wrongType(found: found, expected: expected)
        case .outOfRange(nil, let allowed, let advice):
            error.kind = .outOfRange(found: found, allowed: allowed, advice: advice)
        case .unknownChoice(nil, let nearest, let allowed):
            error.kind = .unknownChoice(found: found, nearest: nearest, allowed: allowed)
        case .invalidCombination(nil, let why, let advice):
            let values = paths.compactMap { path in document.value(at: path).map { "\(path) is \($0.summary)" } }
            error.kind = .invalidCombination(
                found: values.isEmpty ? nil : values.joined(separator: ", "), why: why, advice: advice)
        default: break
        }
        return error
    }

    /// The same error with its paths led from the root, if they are not yet.
    func prefixed(by prefix: [any CodingKey]) -> ConfigurationError {
        guard !isAbsolute else { return self }
        var error = self
        let prefix = prefix.map(\.stringValue)
        error.paths = paths.map { (prefix + ($0.isEmpty ? [] : [$0])).joined(separator: ".") }
        if let remedy { error.remedy?.key = (prefix + [remedy.key]).joined(separator: ".") }
        error.isAbsolute = true
        return error
    }
}

extension ConfigurationError: Equatable {
    /// Whether kind, paths and origin agree.
    public static func == (left: ConfigurationError, right: ConfigurationError) -> Bool {
        left.kind == right.kind && left.paths == right.paths && left.origin == right.origin
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// One to three lines: where, which key, what was found, what is allowed, what to do.
    public var description: String {
        let place = origin.map { "\($0): " } ?? ""
        let name = path.isEmpty ? "the document" : path
        return place + lines(name).compactMap(\.self).joined(separator: "\n  ")
    }

    /// How a key is left out, for who writes `none` where that is nothing.
    private static func leavingOut(_ found: String?, _ name: String) -> String? {
        let words = ["\"none\"", "\"None\"", "\"off\"", "\"nil\"", "\"\""]
        guard let found, words.contains(where: found.hasSuffix) else { return nil }
        return "null leaves it out, so that its default holds: --set \(name)=null"
    }

    private func lines(_ name: String) -> [String?] {
        func isFound(_ found: String?) -> String { found.map { "is \($0)" } ?? "is wrong" }
        switch kind {
        case .syntax(let found, let expected, let hint):
            return ["found \(found), expected \(expected)", hint]
        case .unknownKey(let nearest, let valid, let note):
            return [
                "unknown key \(name)", note, nearest.map { "did you mean \"\($0)\"?" },
                valid.isEmpty ? "no keys are read here" : "valid keys: " + valid.joined(separator: ", "),
            ]
        case .missingKey(let expected, let lookalike):
            return [
                "missing key \(name)" + (expected.map { ", expected \($0)" } ?? ""),
                lookalike.map { "there is \"\($0)\": did you mean \"\(name.split(separator: ".").last ?? "")\"?" },
            ]
        case .wrongType("null", let expected):
            return ["\(name) is null, which leaves it out, and there is no default for it: expected \(expected)"]
        case .wrongType(let found, let expected):
            return ["\(name) \(isFound(found)), expected \(expected)", Self.leavingOut(found, name)]
        case .outOfRange(let found, let allowed, let advice):
            return ["\(name) \(isFound(found)), allowed is \(allowed)", advice]
        case .unknownChoice(let found, let nearest, let allowed):
            return [
                "\(name) \(isFound(found))", nearest.map { "did you mean \"\($0)\"?" }, Self.leavingOut(found, name),
                "allowed: " + allowed.map { "\"\($0)\"" }.joined(separator: ", "),
            ]
        case .invalidCombination(let found, let why, let advice):
            let names = paths.count > 1 ? paths.dropLast().joined(separator: ", ") + " and \(paths.last ?? "")" : name
            return ["\(names) do not go together" + (found.map { ": \($0)" } ?? ""), why, advice]
        }
    }
}
