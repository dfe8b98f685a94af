import Synchronization

/// A witness of a decoding: which keys it asked for at each place, whose they are, and which kinds stand there.
final class AskedKeys: Sendable {
    /// What was asked for in one object.
    struct Place: Sendable {
        /// Its keys, in the order in which they were first asked for.
        var names: [String] = []
        /// The types that have each key, by name.
        var owners: [String: [String]] = [:]
        /// The key that tells kinds apart, where one of a family's stands here.
        var kindKey: String?
        /// The type of the kind.
        var kindType: String?
        /// What else the kind is called in the field.
        var kindAliases: [String] = []
        /// What else its keys are called in the field.
        var aliases: [String: String] = [:]
    }

    private static let userInfoKey = CodingUserInfoKey(rawValue: "PDEConfig.AskedKeys")!
    private let places = Mutex<[String: Place]>([:])

    /// A decoder that this one watches.
    func watching(_ decoder: StrictDecoder) -> StrictDecoder {
        var decoder = decoder
        decoder.userInfo[Self.userInfoKey] = self
        return decoder
    }

    /// Who watches a decoding; usually nobody.
    static func witness(of node: DecodingNode) -> AskedKeys? { node.sendableInfo[userInfoKey] as? AskedKeys }

    /// What was asked for at a path.
    func place(_ path: String) -> Place { places.withLock { $0[path] ?? Place() } }

    func note(_ key: some CodingKey, at path: [any CodingKey]) {
        let (name, owner) = (key.stringValue, Self.owner(of: type(of: key)))
        change(path) { place in
            if place.owners[name] == nil {
                place.names.append(name)
                place.owners[name] = []
            }
            if let owner, !place.owners[name]!.contains(owner) { place.owners[name]!.append(owner) }
        }
    }

    func note(_ kind: any Kind.Type, in kindKey: String, at path: [any CodingKey]) {
        change(path) { place in
            place.kindKey = kindKey
            place.kindType = Self.name(of: kind)
            place.kindAliases = kind.aliases
        }
    }

    func note(_ aliases: [String: String], at path: [any CodingKey]) {
        change(path) { $0.aliases.merge(aliases) { $1 } }
    }

    private func change(_ path: [any CodingKey], _ body: (inout Place) -> Void) {
        places.withLock { body(&$0[dotted(path), default: Place()]) }
    }

    /// The type whose keys a type of keys has, `Budget` of `Budget.CodingKeys`; nil for keys that are just names.
    private static func owner(of keys: Any.Type) -> String? {
        let parts = name(of: keys).split(separator: ".")
        guard parts.count > 1 else { return nil }
        return parts.dropLast(["CodingKeys", "Key"].contains(parts.last) ? 1 : 0).joined(separator: ".")
    }

    /// A type's name without its module: `Burgers`, and `Burgers` for `Semilinear<Burgers>`, which reads the same keys.
    private static func name(of type: Any.Type) -> String {
        var name = String(reflecting: type)
        if name.last == ">", let start = name.firstIndex(of: "<") {
            name = String(name[name.index(after: start)...].dropLast())
        }
        let bare = name.replacing(/<.*>/, with: "")
        return bare.split(separator: ".").dropFirst().filter { !$0.hasPrefix("(") }.joined(separator: ".")
    }
}
