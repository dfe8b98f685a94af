import PDEConfig

/// What `keys` prints of a path: an object's keys, the kinds that can stand at one, or one key.
package struct KeyText {
    private static let columns = 100
    private let catalogue: KeyCatalogue
    private let path: String
    private let sections: [KeySection]
    private var lines: [String] = []

    /// The text of a path; the empty one is the file itself.
    package init(_ catalogue: KeyCatalogue, _ path: String) {
        (self.catalogue, self.path) = (catalogue, path)
        sections = catalogue.sections(on: path)
    }

    /// The text.
    /// - Throws: `CommandError` for a path that leads nowhere, with the nearest.
    package func rendered() throws(CommandError) -> String {
        var text = self
        let objects = sections.filter { $0.address == path }
        let entries = sections.flatMap { section in
            section.entries.filter { $0.path == path || section.address(of: $0) == path }.map { (section, $0) }
        }
        let kinds = sections.filter { $0.kind != nil && $0.parent == path }
        guard !objects.isEmpty || !entries.isEmpty else { throw catalogue.unknown(path, among: sections) }
        if objects.isEmpty || !kinds.isEmpty {
            let width = entries.map { displayWidth($0.0.address(of: $0.1)) }.max() ?? 0
            for (section, entry) in entries { text.add(entry, named: section.address(of: entry), width: width) }
        }
        for object in objects { text.add(object) }
        text.add(kinds)
        return text.lines.joined(separator: "\n") + "\n"
    }

    private mutating func add(_ section: KeySection) {
        if !lines.isEmpty { lines.append("") }
        let title = section.address.isEmpty ? "The keys of \(catalogue.article) \(catalogue.noun)" : section.address
        lines += wrapped(section.meaning.map { "\(title): \($0)" } ?? title, columns: Self.columns) + [""]
        if section.entries.isEmpty { lines.append("  no keys of its own") }
        let width = section.entries.map { displayWidth($0.name) }.max() ?? 0
        for entry in section.told { add(entry, named: entry.name, width: width, isIndented: true) }
        let inner = section.entries.filter { entry in
            let address = section.address(of: entry)
            return !entry.choices.isEmpty && entry.types.contains("an object")
                || sections.contains { $0.address == address }
        }
        let example = inner.first.map { section.address(of: $0) } ?? catalogue.opening
        guard section.address.isEmpty || !inner.isEmpty else { return }
        lines += ["", "'\(catalogue.command) keys \(example)' says what stands in there."]
    }

    private mutating func add(_ entry: KeyEntry, named name: String, width: Int, isIndented: Bool = false) {
        let margin = isIndented ? "  " : ""
        let indent = displayWidth(margin) + width + 2
        var texts = [entry.facts]
        if let meaning = entry.meaning { texts.insert(meaning, at: 0) }
        let body = texts.flatMap { wrapped($0, columns: Self.columns - indent) }
        for (index, line) in body.enumerated() {
            lines.append(
                (index == 0 ? margin + padded(name, to: width) + "  " : String(repeating: " ", count: indent)) + line)
        }
    }

    private mutating func add(_ kinds: [KeySection]) {
        guard !kinds.isEmpty else { return }
        lines += ["", "Kinds:"]
        let width = kinds.map { displayWidth($0.kind!) }.max()!
        for section in kinds {
            let text = wrapped(section.meaning ?? "", columns: Self.columns - width - 4)
            for (index, line) in text.enumerated() {
                lines.append("  " + padded(index == 0 ? section.kind! : "", to: width) + "  " + line)
            }
        }
        lines += ["", "'\(catalogue.command) keys \(kinds[0].address)' says what keys a kind has."]
    }
}

extension KeySection {
    /// Where a key of it stands, with the kinds on the way.
    func address(of entry: KeyEntry) -> String { address.isEmpty ? entry.name : "\(address).\(entry.name)" }

    /// Its entries, those of one name that have the same to say as one.
    fileprivate var told: [KeyEntry] {
        let all = Set(entries.flatMap(\.contexts))
        var told: [KeyEntry] = []
        for entry in entries {
            let twin = told.lastIndex { other in
                var entry = entry
                entry.contexts = other.contexts
                return entry.name == other.name && entry.meaning == other.meaning && entry.facts == other.facts
            }
            guard let twin else {
                told.append(entry)
                continue
            }
            told[twin].contexts += entry.contexts
            if Set(told[twin].contexts) == all { told[twin].contexts = [] }
        }
        return told
    }
}

extension KeyEntry {
    /// Type and range in words.
    package var takes: String {
        let plural = ["an integer": "integers", "a number": "numbers", "a string": "strings"]
        // Some refusals say type and range at once.
        let whole = ranges.filter { $0.hasPrefix("a ") || $0.hasPrefix("an ") }
        var words = whole.isEmpty ? types : whole
        if let list = words.firstIndex(of: "an array") {
            let inner =
                choices.isEmpty
                ? elements.map { plural[$0] ?? "objects" } ?? "objects" : choices.joined(separator: ", ")
            words[list] = "a list of \(inner)"
        } else if !choices.isEmpty {
            words = words.filter { $0 != "an object" } + ["one of " + choices.joined(separator: ", ")]
        }
        // What an object must hold is said of its keys.
        let limits = types == ["an object"] ? [] : ranges.filter { !whole.contains($0) }
        return limits.reduce(words.joined(separator: " or ")) { text, limit in
            let bounds = ["between", "at least", "at most", "more than", "less than", "exactly"]
            let isBound = whole.isEmpty && bounds.contains { limit.hasPrefix($0) }
            return text.isEmpty ? limit : text + (isBound ? " " : ", ") + limit
        }
    }

    /// Type, range, default, example and where it holds, in one line.
    package var facts: String {
        let kind = standard?["kind"]
        let standing: String? =
            if isRequired { "must be there" } else if let follows {
                follows.isEmpty ? "default by other keys" : "default as \(follows)"
            } else if let standard {
                standard.members == nil || kind != nil ? "default \(Self.shown(kind ?? standard))" : nil
            } else { types == ["an object"] ? nil : "none by default" }
        let shown = example.flatMap { example in
            example == standard || example == kind || example.members?.isEmpty == true
                ? nil : "for example \(Self.shown(example))"
        }
        let place = contexts.isEmpty ? nil : "with \(contexts.joined(separator: ", "))"
        return [takes, standing, shown, place].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// A value as `--set` takes it.
    private static func shown(_ json: JSON) -> String {
        if let string = json.string, !string.isEmpty { return string }
        return json.written
    }
}
