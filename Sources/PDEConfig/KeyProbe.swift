/// Finds out what a type reads by giving its decoder documents and reading what it refuses.
struct KeyProbe<Root: Codable & Equatable> {
    let decoder: StrictDecoder

    func decoded(_ document: JSON) -> Result<Root, ConfigurationError> {
        Result { () throws(ConfigurationError) in try decoder.decode(Root.self, from: document) }
    }

    func refusal(of document: JSON) -> ConfigurationError? {
        if case .failure(let error) = decoded(document) { error } else { nil }
    }

    /// What decoding the document asks for.
    func asked(_ document: JSON) -> AskedKeys {
        let witness = AskedKeys()
        _ = try? witness.watching(decoder).decode(Root.self, from: document)
        return witness
    }

    // MARK: Documents that are accepted

    /// The document with all that is missing in it, found by doing what the refusals say; nil where that leads nowhere.
    ///
    /// - Parameter kept: the object whose kind stays, whatever does not go together with it.
    func completed(_ start: JSON, keeping kept: String = "") -> JSON? {
        var document = start
        var values: [String: ArraySlice<JSON>] = [:]
        var exchanged: Set<String> = []
        for _ in 0..<300 {
            guard let refusal = refusal(of: document) else { return document }
            var place = filled(refusal, values, in: document) ?? number(in: refusal, values, document)
            if place == nil, let (path, kinds) = otherKinds(refusal, values, in: document, keeping: kept) {
                (place, values[path]) = (path, kinds)
                exchanged.insert(path)
            }
            guard let path = place else { return nil }
            if values[path] == nil { values[path] = Self.values("a number")[...] }
            if path == refusal.path, let remedies = Self.remedies(refusal) { values[path] = remedies[...] }
            guard let next = values[path]?.popFirst() else { return nil }
            if next.string != nil, document.value(at: path)?.string != nil, let end = path.lastIndex(of: ".") {
                // Another kind does not have the keys of the one before.
                let others = values.keys.filter { $0 != path && $0.hasPrefix(path[...end]) }
                for other in others {
                    document = document.removing(other)
                    values[other] = nil
                }
                if exchanged.contains(path) { _ = try? document.set(String(path[..<end]), to: [:]) }
            }
            guard (try? document.set(path, to: next)) != nil else { return nil }
        }
        return nil
    }

    /// Of kinds that do not go together one that may be exchanged, and the others that can stand in its place.
    private func otherKinds(
        _ refusal: ConfigurationError, _ values: [String: ArraySlice<JSON>], in document: JSON, keeping kept: String
    ) -> (path: String, kinds: ArraySlice<JSON>)? {
        guard refusal.paths.count > 1 else { return nil }
        for path in refusal.paths where path.hasSuffix(".kind") && path != "\(kept).kind" && values[path] == nil {
            guard let there = document.value(at: path)?.string,
                case .unknownChoice(_, _, let allowed)? = self.refusal(of: "?", at: path, in: document)?.kind
            else { continue }
            return (path, allowed.filter { $0 != there }.map { JSON.string($0) }[...])
        }
        return nil
    }

    /// The place of a refusal that can be filled in another way: a missing one, or one that was filled in before.
    private func filled(
        _ refusal: ConfigurationError, _ values: [String: ArraySlice<JSON>], in document: JSON
    ) -> String? {
        if case .missingKey = refusal.kind { return refusal.path }
        if let path = refusal.paths.first(where: { values[$0]?.isEmpty == false }) { return path }
        if values[refusal.path] != nil, Self.remedies(refusal) != nil { return refusal.path }
        // An element of a list that was filled in as a whole.
        for path in refusal.paths {
            var steps = path.split(separator: ".").dropLast()
            while !steps.isEmpty {
                let list = steps.joined(separator: ".")
                if values[list]?.isEmpty == false, document.value(at: list)?.array != nil { return list }
                steps.removeLast()
            }
        }
        return nil
    }

    /// A number that was right before something else came, such as a resolution.
    private func number(
        in refusal: ConfigurationError, _ values: [String: ArraySlice<JSON>], _ document: JSON
    ) -> String? {
        refusal.paths.first { values[$0] == nil && document.value(at: $0)?.double != nil }
    }

    /// Values to try where the refusal says what is expected.
    private static func remedies(_ refusal: ConfigurationError) -> [JSON]? {
        switch refusal.kind {
        case .missingKey(let expected, _): values(expected)
        case .wrongType(_, let expected): values(expected)
        case .unknownChoice(_, _, let allowed): allowed.map { .string($0) }
        default: nil
        }
    }

    /// Values to try where something is expected that the decoder has these words for.
    private static func values(_ expected: String?) -> [JSON] {
        let integers = (0...12).map { JSON.number(1 << $0) }
        let fractions: [JSON] = [0.5, 0.1, 0.01]
        let arrays: [JSON] = [[1], [[:]], ["u"], [1, 1]]
        switch expected {
        case "an integer"?: return integers
        case "a number"?: return integers + fractions
        case "a string"?: return ["u"]
        case "true or false"?: return [false, true]
        case "an array"?: return arrays
        case let words? where words.hasPrefix("one of"):
            return words.split(separator: "\"").filter { !$0.contains(", ") && $0 != "one of " }.map {
                .string(String($0))
            }
        default: return [[:]] + integers + fractions + arrays
        }
    }

    // MARK: One key

    /// What a key takes, by what it refuses in a document that is accepted, with an example.
    func entry(_ name: String, at path: String, in document: JSON, example: JSON?) -> KeyEntry {
        var entry = facts(name, at: path, in: document)
        entry.example = self.example(for: entry, in: document, given: example)
        return entry
    }

    /// What a key takes and what is meant where it is left out.
    func facts(_ name: String, at path: String, in document: JSON) -> KeyEntry {
        var entry = KeyEntry(name: name, path: path)
        let tried: [JSON] = ["?", [:], [], true, 0.5, 0, -1e15, 1e15]
        for value in tried { learn(of: value, at: path, in: document, &entry) }
        if entry.types.contains("an array") {
            for value: JSON in [["?"], [true], [0.5]] { learn(ofElements: value, at: path, in: document, &entry) }
        }
        let absent = decoded(document.removing(path))
        if case .failure(let error) = absent, case .missingKey = error.kind, error.path == path {
            entry.isRequired = true
        }
        if case .success(let root) = absent { entry.standard = standard(of: root, entry, in: document) }
        return entry
    }

    private func refusal(of value: JSON, at path: String, in document: JSON) -> ConfigurationError? {
        var document = document
        do throws(ConfigurationError) { try document.set(path, to: value) } catch { return error }
        return refusal(of: document)
    }

    private func learn(of value: JSON, at path: String, in document: JSON, _ entry: inout KeyEntry) {
        guard let refusal = refusal(of: value, at: path, in: document) else {
            if value.string != nil { entry.add(type: "a string") }
            if value.bool != nil { entry.add(type: "true or false") }
            return
        }
        guard refusal.path == path else { return }
        switch refusal.kind {
        case .wrongType(_, let expected): entry.add(type: expected)
        case .outOfRange(_, let allowed, _): entry.add(range: allowed)
        case .unknownChoice(_, _, let allowed): entry.choices = allowed
        default: break
        }
    }

    private func learn(ofElements value: JSON, at path: String, in document: JSON, _ entry: inout KeyEntry) {
        guard let refusal = refusal(of: value, at: path, in: document) else { return }
        guard refusal.path == path + ".0" else { return }
        switch refusal.kind {
        case .wrongType(_, let expected): entry.elements = expected
        case .outOfRange(_, let allowed, _): entry.add(range: allowed)
        case .unknownChoice(_, _, let allowed): entry.choices = allowed
        default: break
        }
    }

    /// What stands for a key that is left out: what the type writes, or, of what it does not write, the value that means the same.
    private func standard(of root: Root, _ entry: KeyEntry, in document: JSON) -> JSON? {
        if let value = (try? StrictEncoder().encode(root))?.value(at: entry.path), !value.isNull { return value }
        let values: [JSON] = [false, true, 0, 1, []] + entry.choices.map { .string($0) }
        return values.first { value in
            var document = document
            guard (try? document.set(entry.path, to: value)) != nil, case .success(root) = decoded(document) else {
                return false
            }
            return true
        }
    }

    /// A value that is accepted and, if possible, not what is meant anyway.
    private func example(for entry: KeyEntry, in document: JSON, given: JSON?) -> JSON? {
        let there = document.value(at: entry.path)
        var values = [given].compactMap(\.self)
        if let number = (entry.standard ?? there)?.double {
            if entry.ranges.contains(where: { $0.contains("uniform") }) {
                values.append(["uniform": .array([.number(number), .number(number == 0 ? 1 : 2 * number)])])
            }
            values += [2 * number, number / 2].map { $0 == $0.rounded() ? .number(Int($0)) : .number($0) }
        }
        values += entry.choices.map { .string($0) } + [1, 2, 8, 0.5, 0.01, true, false]
        values += entry.choices.map { [.string($0)] }
        let meant = entry.standard?["kind"] ?? entry.standard
        let accepted = values.first { $0 != meant && refusal(of: $0, at: entry.path, in: document) == nil }
        return accepted ?? there ?? entry.standard
    }
}

extension JSON {
    /// The value without the member at a dotted path.
    func removing(_ path: String) -> JSON {
        guard let members else { return self }
        let steps = path.split(separator: ".", maxSplits: 1).map(String.init)
        return .object(
            members.compactMap { member in
                guard member.name == steps[0] else { return (member.name, member.value) }
                return steps.count == 1 ? nil : (member.name, member.value.removing(steps[1]))
            })
    }
}
