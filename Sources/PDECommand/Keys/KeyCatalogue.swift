import PDEConfig

/// The keys of one sort of file, found by where they stand.
package struct KeyCatalogue: Sendable {
    let command: String
    let noun: String
    /// A key to begin with.
    let opening: String
    /// The keys, those in objects of so many of the document's keys only; nil for all.
    private let reference: @Sendable (_ roots: [String]?, _ hasFacts: Bool) -> KeyReference

    init(
        command: String, noun: String, opening: String,
        reference: @escaping @Sendable (_ roots: [String]?, _ hasFacts: Bool) -> KeyReference
    ) {
        (self.command, self.noun, self.opening, self.reference) = (command, noun, opening, reference)
    }

    var article: String { noun.hasPrefix("e") ? "an" : "a" }

    /// All of them.
    package var sections: [KeySection] { reference(nil, true).sections }

    /// The sections that a path leads to, or through.
    func sections(on path: String) -> [KeySection] {
        reference(path.split(separator: ".").first.map { [String($0)] } ?? [], true).sections
    }

    /// The sections from a path on as JSON, with the meaning of every key.
    func json(of path: String) throws -> String {
        let all = path.isEmpty ? sections : sections(on: path)
        let found = all.filter { path.isEmpty || $0.address == path || $0.address.hasPrefix(path + ".") }
        guard !found.isEmpty else { throw unknown(path, among: all) }
        return try StrictEncoder().encode(found.map(DescribedSection.init)).serialized(pretty: true) + "\n"
    }

    /// The error for a path that leads nowhere: what is nearest where it leaves the keys that there are.
    func unknown(_ path: String, among sections: [KeySection]) -> CommandError {
        let steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var known: [String] = []
        while known.count < steps.count, !names(after: known + [steps[known.count]], sections).isEmpty {
            known.append(steps[known.count])
        }
        let word = known.count < steps.count ? steps[known.count] : ""
        let names = names(after: known, sections)
        let right = nearest(word, among: names.map(\.written)).flatMap { found in
            names.first { $0.written == found }?.meant
        }
        let place = known.isEmpty ? "\(article) \(noun)" : known.joined(separator: ".")
        if names.contains(where: { $0.meant == word }) {
            return CommandError("\((known + [word]).joined(separator: ".")) is a value: there are no keys in it")
        }
        let meant = Set(names.map(\.meant)).count
        let places = steps.count == 1 ? self.places(of: word) : []
        return CommandError(
            "\(place) has no key '\(word)'",
            advice: [
                right.map { "did you mean '\(command) keys \((known + [$0]).joined(separator: "."))'?" },
                places.isEmpty ? nil : "it stands in " + places.joined(separator: ", "),
                meant == 0 ? nil : "there are: " + unique(names.map(\.meant)).joined(separator: ", "),
            ].compactMap(\.self))
    }

    /// Where keys with a name stand, by the field's other names too: as many as a line holds.
    private func places(of name: String) -> [String] {
        let places = unique(
            reference(nil, false).sections.flatMap { section in
                section.names.filter { $0.written == name }.map { "\(section.address).\($0.meant)" }
            })
        return Array(places.prefix(5)) + (places.count > 5 ? ["and \(places.count - 5) more"] : [])
    }

    /// The names that can follow some steps of a path, and what else they are called; none if the steps lead nowhere.
    private func names(after steps: [String], _ sections: [KeySection]) -> [(written: String, meant: String)] {
        let address = steps.joined(separator: ".")
        let kinds = sections.filter { $0.parent == address && $0.kind != nil }
        var names = sections.filter { $0.address == address }.flatMap(\.names)
        for section in kinds { names += ([section.kind!] + section.kindAliases).map { ($0, section.kind!) } }
        // The paths of a file say no kinds.
        return names + kinds.flatMap(\.names)
    }
}

/// Each once, in the order of their first appearance.
func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
}

extension KeySection {
    /// What its kind is, or nothing.
    var meaning: String? { kindType.flatMap { KeyMeanings.texts[$0] } }
    /// The names of its keys, and what else they are called.
    var names: [(written: String, meant: String)] {
        entries.map { ($0.name, $0.name) } + aliases.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
    /// The address of the key at which it stands.
    var parent: String? { address.lastIndex(of: ".").map { String(address[..<$0]) } }
}

extension KeyEntry {
    /// What the key means: the first sentence of its documentation.
    package var meaning: String? { owners.lazy.compactMap { KeyMeanings.texts["\($0).\(name)"] }.first }
}

/// A section with the meaning of its kind and of its keys.
private struct DescribedSection: Encodable {
    let section: KeySection

    private enum Key: String, CodingKey { case address, meaning, entries }

    init(_ section: KeySection) { self.section = section }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(section.address, forKey: .address)
        try container.encodeIfPresent(section.meaning, forKey: .meaning)
        try container.encode(section.entries.map(DescribedEntry.init), forKey: .entries)
    }
}

/// An entry with its meaning and its words.
private struct DescribedEntry: Encodable {
    let entry: KeyEntry

    private enum Key: String, CodingKey {
        case name, path, meaning, takes, isRequired, standard, follows, example, choices, contexts
    }

    init(_ entry: KeyEntry) { self.entry = entry }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(entry.name, forKey: .name)
        try container.encode(entry.path, forKey: .path)
        try container.encodeIfPresent(entry.meaning, forKey: .meaning)
        try container.encode(entry.takes, forKey: .takes)
        try container.encode(entry.isRequired, forKey: .isRequired)
        try container.encodeIfPresent(entry.standard.map(\.written), forKey: .standard)
        try container.encodeIfPresent(entry.follows, forKey: .follows)
        try container.encodeIfPresent(entry.example.map(\.written), forKey: .example)
        try container.encode(entry.choices, forKey: .choices)
        try container.encode(entry.contexts, forKey: .contexts)
    }
}
