/// A key of a configuration as its decoder takes it.
package struct KeyEntry: Codable, Equatable, Sendable {
    /// Its name.
    package let name: String
    /// Its dotted path in a document.
    package let path: String
    /// What a value may be: `an integer`.
    package var types: [String] = []
    /// What an array's elements may be.
    package var elements: String?
    /// What is allowed, in words: `between 1 and 64`.
    package var ranges: [String] = []
    /// Names that are allowed, of a kind or a choice.
    package var choices: [String] = []
    /// Whether a document must have it.
    package var isRequired = false
    /// What is meant where it is left out; nil for nothing.
    package var standard: JSON?
    /// The key whose value is meant where it is left out; empty where others' values make the default.
    package var follows: String?
    /// A value that is accepted.
    package var example: JSON?
    /// The types that have the key.
    package var owners: [String] = []
    /// The choices of the varying key with which all of this holds; empty for all.
    package var contexts: [String] = []

    init(name: String, path: String) { (self.name, self.path) = (name, path) }

    mutating func add(type: String) { if !types.contains(type) { types.append(type) } }
    mutating func add(range: String) { if !ranges.contains(range) { ranges.append(range) } }
}

/// The keys of one object of a configuration.
package struct KeySection: Codable, Equatable, Sendable {
    /// Where it stands, with the kinds on the way: `model.fourier`; empty for the document itself.
    package let address: String
    /// The name of the kind whose keys they are; nil for an object of which there is one kind only.
    package let kind: String?
    /// The type of the kind, where it is one of a family's.
    package let kindType: String?
    /// Its keys.
    package internal(set) var entries: [KeyEntry] = []
    /// What else its keys are called in the field.
    package internal(set) var aliases: [String: String] = [:]
    /// What else its kind is called in the field.
    package internal(set) var kindAliases: [String] = []
}

extension JSON {
    /// The value as a person writes it: `1` and `1e-6`, where a file has `1.0` and `1e-06`.
    package var written: String {
        if let double { return plain(double) }
        if let array { return "[\(array.map(\.written).joined(separator: ", "))]" }
        guard let members else { return serialized(pretty: false) }
        return "{\(members.map { "\"\($0.name)\": \($0.value.written)" }.joined(separator: ", "))}"
    }
}
