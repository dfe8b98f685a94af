/// Every key that a type reads from a document: what its decoder asks for, accepts and refuses.
///
/// There is no list of keys. Documents are made that the type accepts, by doing what its refusals say; at each of their keys values
/// are tried, and the answers tell type, range, names and default. So the reference says what messages say, of a program's own
/// kinds, too.
package struct KeyReference: Sendable {
    /// The objects, each before those in it.
    package private(set) var sections: [KeySection] = []

    /// The keys of a type.
    ///
    /// - Parameters:
    ///   - document: what cannot be found by refusals.
    ///   - varying: the key whose kinds decide which other keys there are.
    ///   - roots: the document's keys that are looked into; nil for all.
    ///   - examples: values that say more than others, by path.
    ///   - hasFacts: whether more is found out than names, which takes longer.
    ///   - kinds: kinds of the program's own.
    package init<Root: Codable & Equatable>(
        of type: Root.Type, from document: JSON, varying: String? = nil, roots: [String]? = nil,
        examples: [String: JSON] = [:], hasFacts: Bool = true, kinds: Kinds = Kinds()
    ) {
        var explorer = KeyExplorer(
            probe: KeyProbe<Root>(decoder: StrictDecoder(kinds: kinds)), varying: varying, roots: roots,
            examples: examples, hasFacts: hasFacts)
        sections = explorer.explored(document)
    }
}

/// Walks through the objects of all documents of a type.
private struct KeyExplorer<Root: Codable & Equatable> {
    let probe: KeyProbe<Root>
    let varying: String?
    let roots: [String]?
    let examples: [String: JSON]
    let hasFacts: Bool
    private var sections: [KeySection] = []
    private var context = ""
    private var contextCount = 0

    init(
        probe: KeyProbe<Root>, varying: String?, roots: [String]?, examples: [String: JSON], hasFacts: Bool
    ) {
        (self.probe, self.varying, self.roots, self.examples) = (probe, varying, roots, examples)
        self.hasFacts = hasFacts
    }

    /// An object: where it stands, and the document in which it does.
    private struct Place {
        let document: JSON
        let path: String
        let address: String
        var kind: String?
        /// The types whose objects it stands in: states in a state are described once.
        var ancestors: Set<String> = []
    }

    mutating func explored(_ document: JSON) -> [KeySection] {
        let contexts =
            varying.map { variants($0, Place(document: document, path: "", address: ""), isPinned: false) }
            ?? probe.completed(document).map { [Place(document: $0, path: "", address: "")] } ?? []
        contextCount = contexts.count
        for place in contexts {
            context = place.kind ?? ""
            explore(Place(document: place.document, path: "", address: ""))
        }
        return sections.map(merged)
    }

    private mutating func explore(_ place: Place) {
        let other = hasFacts ? probe.varied(place.document) : place.document
        let asked = probe.asked(place.document).place(place.path)
        add(KeySection(address: place.address, kind: place.kind, kindType: asked.kindType), asked)
        let ancestors = place.ancestors.union(asked.owners.values.joined())
        for name in asked.names where name != kindKey(asked) {
            let path = place.path.isEmpty ? name : "\(place.path).\(name)"
            var entry = KeyEntry(name: name, path: path)
            if hasFacts {
                entry = probe.entry(name, at: path, in: place.document, example: examples[path])
                probe.generalize(&entry, place.document, other)
            }
            entry.owners = asked.owners[name] ?? []
            let isLookedInto = !place.path.isEmpty || roots?.contains(name) ?? true
            let objects = isLookedInto ? variants(path, place, isPinned: path == varying) : []
            if entry.choices.isEmpty { entry.choices = objects.compactMap(\.kind) }
            // What an object means where it is left out is what its keys mean.
            if !objects.isEmpty, entry.standard?["kind"] == nil { entry.standard = nil }
            entry.contexts = [context]
            add(entry, to: place.address)
            for var object in objects {
                let owners = probe.asked(object.document).place(object.path).owners.values.joined()
                guard ancestors.isDisjoint(with: owners) else { continue }
                object.ancestors = ancestors
                explore(object)
            }
        }
    }

    private func kindKey(_ asked: AskedKeys.Place) -> String? {
        asked.kindKey ?? asked.names.first { $0 == "kind" }
    }

    /// The objects that can stand at a key, one for each kind; none where none can.
    private func variants(_ path: String, _ place: Place, isPinned: Bool) -> [Place] {
        func object(_ value: JSON, _ inner: String = "") -> Place? {
            var document = place.document
            guard (try? document.set(path, to: value)) != nil, let whole = probe.completed(document, keeping: path)
            else { return nil }
            let asked = probe.asked(whole).place(path + inner)
            guard !asked.names.isEmpty else { return nil }
            let kind = kindKey(asked).flatMap { whole.value(at: "\(path)\(inner).\($0)")?.string }
            let name = path.split(separator: ".").last.map(String.init) ?? path
            let address = [place.address, name + inner, kind].compactMap(\.self).filter { !$0.isEmpty }
            return Place(document: whole, path: path + inner, address: address.joined(separator: "."), kind: kind)
        }
        let there = place.document.value(at: path)
        let found = there.flatMap { $0.members == nil ? nil : object($0) } ?? object([:])
        guard let found else { return object([[:]], ".0").map { [$0] } ?? [] }
        guard !isPinned, let key = kindKey(probe.asked(found.document).place(path)) else { return [found] }
        let names = probe.entry(key, at: "\(path).\(key)", in: found.document, example: nil).choices
        return names.compactMap { object(.object([(key, .string($0))])) }
    }

    // MARK: Sections

    private mutating func add(_ section: KeySection, _ asked: AskedKeys.Place) {
        let index = sections.firstIndex { $0.address == section.address } ?? sections.endIndex
        if index == sections.endIndex { sections.append(section) }
        sections[index].aliases.merge(asked.aliases) { $1 }
        sections[index].kindAliases = asked.kindAliases
    }

    private mutating func add(_ entry: KeyEntry, to address: String) {
        let index = sections.firstIndex { $0.address == address }!
        let twin = sections[index].entries.firstIndex { other in
            var entry = entry
            (entry.contexts, entry.example) = (other.contexts, other.example)
            return entry == other
        }
        if let twin {
            sections[index].entries[twin].contexts += entry.contexts
        } else if let last = sections[index].entries.lastIndex(where: { $0.name == entry.name }) {
            sections[index].entries.insert(entry, at: last + 1)
        } else {
            sections[index].entries.append(entry)
        }
    }

    /// The section, in which entries that hold wherever it stands say no contexts.
    private func merged(_ section: KeySection) -> KeySection {
        var section = section
        let all = Set(section.entries.flatMap(\.contexts))
        for index in section.entries.indices where Set(section.entries[index].contexts) == all {
            section.entries[index].contexts = section.address.isEmpty && all.count < contextCount ? Array(all) : []
        }
        return section
    }
}
