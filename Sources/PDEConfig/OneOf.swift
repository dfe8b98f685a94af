/// A value of one of a family's kinds, in JSON an object with the key `kind`, or another that the family has, or the kind's name alone.
///
///     @OneOf<Schedules> public var schedule: any Schedule
@propertyWrapper
public struct OneOf<Family: KindFamily>: Sendable {
    /// The value.
    public var wrappedValue: Family.Member

    /// A value of one of the kinds.
    public init(wrappedValue: Family.Member) { self.wrappedValue = wrappedValue }

    private var kind: any Kind {
        guard let kind = wrappedValue as? any Kind else {
            preconditionFailure("\(Family.self): expected members that are kinds, got \(wrappedValue)")
        }
        return kind
    }
}

extension OneOf: Equatable {
    /// Whether both are of one kind with the same configuration.
    public static func == (left: OneOf, right: OneOf) -> Bool {
        func isEqual<K: Kind>(_ left: K) -> Bool { left == right.kind as? K }
        return isEqual(left.kind)
    }
}

extension OneOf: Codable {
    /// Reads the kind and then, from the same object, what the kind reads.
    /// - Throws: `ConfigurationError` for a name that is no kind's, with the nearest; for a key that the kind does not have.
    public init(from decoder: any Decoder) throws {
        let kinds = decoder.kinds
        let (name, isAlone) = try Self.name(decoder, kinds)
        guard let type = kinds.kind(name, of: Family.self) else {
            throw ConfigurationError(
                .unknownChoice(
                    found: JSON.string(name).serialized(pretty: false),
                    nearest: kinds.nearest(name, of: Family.self), allowed: kinds.names(of: Family.self)),
                paths: [isAlone ? "" : Family.key], isAbsolute: false)
        }
        let node = decoder as? DecodingNode
        node?.isOf(type, in: Family.self)
        let value = try type.init(from: isAlone ? node?.empty ?? decoder : decoder)
        guard let member = value as? Family.Member else {
            preconditionFailure("\(type): expected a \(Family.Member.self), as all of \(Family.self) are")
        }
        wrappedValue = member
    }

    private static func name(_ decoder: any Decoder, _ kinds: Kinds) throws -> (name: String, isAlone: Bool) {
        if let name = (decoder as? DecodingNode)?.json.string { return (name, true) }
        let container = try decoder.container(keyedBy: NameKey.self)
        if let name = try container.decodeIfPresent(String.self, forKey: NameKey(stringValue: Family.key)) {
            return (name, false)
        }
        if let implied = Family.implied { return (implied.kind, false) }
        throw ConfigurationError(
            .missingKey(
                expected: "one of " + kinds.names(of: Family.self).map { "\"\($0)\"" }.joined(separator: ", "),
                lookalike: nil),
            paths: [Family.key], isAbsolute: false)
    }

    /// Writes an object: the kind and then all that the value writes.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: NameKey.self)
        try container.encode(type(of: kind).kind, forKey: NameKey(stringValue: Family.key))
        try kind.encode(to: encoder)
    }
}

extension DecodingNode {
    /// An object without members in the place of a kind's name.
    fileprivate var empty: DecodingNode { DecodingNode(.object([]), path: codingPath, userInfo: sendableInfo) }

    /// Lets the node's messages know what it is decoded as.
    fileprivate func isOf<Family: KindFamily>(_ type: any Kind.Type, in family: Family.Type) {
        AskedKeys.witness(of: self)?.note(type, in: Family.key, at: codingPath)
        know(type.keyAliases)
        let written = Set(json.members?.map(\.name) ?? [])
        if !family.formerKeys.isEmpty, family.formerKeys.isSubset(of: written) { ignore(family.formerKeys) }
        let others = kinds.of(family).filter { $0.kind != type.kind }
        explainStranger = { [json, codingPath, sendableInfo] name in
            let owners = others.filter { other in
                let probe = DecodingNode(json, path: codingPath, userInfo: sendableInfo)
                _ = try? other.init(from: probe)
                return probe.hasAsked(name)
            }
            guard !owners.isEmpty else { return nil }
            let note =
                "\"\(type.kind)\" has no such key, but " + owners.map { "\"\($0.kind)\"" }.joined(separator: ", ")
                + (owners.count == 1 ? " has" : " have")
            let probe = DecodingNode(json, path: codingPath, userInfo: sendableInfo)
            _ = try? type.init(from: probe)
            let own = (json.members ?? []).filter { $0.name == family.key || probe.hasAsked($0.name) }
            return (note, .object(own.map { ($0.name, $0.value) }))
        }
    }

}
