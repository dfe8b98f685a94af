/// Decodes a `Decodable` type from JSON and accepts nothing that the type does not read.
///
/// - A member that was never asked for is an unknown key; the names that were asked for are the valid ones. An element of
///   an array that was never read is an error too. Asking is decoding, `decodeIfPresent`, `contains` or a nested container.
/// - `2.0` and `1e3` are integers, `2.5` is not; nothing is converted between numbers, strings and booleans.
/// - As usual in Swift, `null` counts as absent for optionals and defaults.
/// - A `String` enum that is `CaseIterable` answers a wrong name with the nearest and all allowed ones.
/// - A `ConfigurationError` thrown by an `init(from:)` gets its path led from the root, and its place and value looked up.
public struct StrictDecoder: Sendable {
    /// Values for the types that are decoded, as with every Swift decoder.
    public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    /// A decoder with no user info.
    public init() {}

    /// Decodes a value of this type.
    ///
    /// - Throws: `ConfigurationError` for the first mistake.
    public func decode<T: Decodable>(_ type: T.Type, from json: JSON) throws(ConfigurationError) -> T {
        do {
            return try DecodingNode(json, path: [], userInfo: userInfo).decodeWhole(type)
        } catch let error as ConfigurationError {
            throw error.located(in: json)
        } catch {
            preconditionFailure("expected every error as a ConfigurationError, got \(error)")
        }
    }
}

/// One value of the tree while it is decoded, and what has been read of it.
///
/// All containers on one value share its node, so a key is known if any of them asked for it.
final class DecodingNode: Decoder {
    let json: JSON
    let codingPath: [any CodingKey]
    let sendableInfo: [CodingUserInfoKey: any Sendable]
    private var positions: [String: Int]?
    private var isKeyed = false
    private var isWhole = false
    private var asked: [String] = []
    private var askedNames: Set<String> = []
    private var elementsRead: Int?
    /// Names under which keys are known in the field, with the key that is meant.
    private var aliases: [String: String] = [:]
    /// Members that count for nothing.
    private var ignored: Set<String> = []
    /// What there is to say of a member that nothing reads, and the value of this node that has only what is read.
    var explainStranger: ((String) -> (note: String, alone: JSON)?)?
    /// Nodes of nested containers and super decoders; those read on until this node's type is done.
    private var nested: [String: DecodingNode] = [:]

    var userInfo: [CodingUserInfoKey: Any] { sendableInfo }

    init(_ json: JSON, path: [any CodingKey], userInfo: [CodingUserInfoKey: any Sendable]) {
        self.json = json
        codingPath = path
        sendableInfo = userInfo
    }

    // MARK: Decoder

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard json.members != nil else { throw mismatch(expected: "an object") }
        isKeyed = true
        return KeyedDecodingContainer(KeyedContainer<Key>(node: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = json.array else { throw mismatch(expected: "an array") }
        elementsRead = elementsRead ?? 0
        return UnkeyedContainer(node: self, elements: elements)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { SingleContainer(node: self) }

    // MARK: Values

    /// Decodes a value and then checks that all of it was read.
    func decodeWhole<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try decodePart(type)
        try checkAllRead()
        return value
    }

    /// Decodes a value from this node, which may be read on afterwards.
    func decodePart<T: Decodable>(_ type: T.Type) throws -> T {
        if let type = type as? any KeyAliases.Type { know(type.keyAliases) }
        if type == JSON.self, let value = wholeValue() as? T { return value }
        if let value = try JSONScalar.decode(type, from: json, at: codingPath) { return value }
        do {
            return try T(from: self)
        } catch let error as ConfigurationError {
            let error = error.prefixed(by: codingPath)
            if case .wrongType = error.kind, error.path == dotted(codingPath) { throw choiceError(type) ?? error }
            throw error
        } catch let error as DecodingError {
            if case .dataCorrupted(let context) = error, context.codingPath.count == codingPath.count {
                throw choiceError(type) ?? ConfigurationError(error)
            }
            throw ConfigurationError(error)
        } catch {
            throw ConfigurationError.invalid(path: "", allowed: "\(error)").prefixed(by: codingPath)
        }
    }

    /// The JSON itself; everything in it counts as read.
    func wholeValue() -> JSON {
        isWhole = true
        return json
    }

    func decodeChild<T: Decodable>(_ type: T.Type, _ value: JSON, _ key: any CodingKey) throws -> T {
        if let scalar = try JSONScalar.decode(type, from: value, at: codingPath + [key]) { return scalar }
        return try DecodingNode(value, path: codingPath + [key], userInfo: sendableInfo).decodeWhole(type)
    }

    func nestedNode(_ value: JSON, _ key: any CodingKey) -> DecodingNode {
        if let node = nested[key.stringValue] { return node }
        let node = DecodingNode(value, path: codingPath + [key], userInfo: sendableInfo)
        nested[key.stringValue] = node
        return node
    }

    // MARK: What was read

    /// The member of this name, which is a valid name from now on.
    func member(asking key: any CodingKey) -> JSON? {
        let name = key.stringValue
        if askedNames.insert(name).inserted { asked.append(name) }
        if !sendableInfo.isEmpty { AskedKeys.witness(of: self)?.note(key, at: codingPath) }
        let members = json.members ?? []
        if members.count <= 8 { return members.first { $0.name == name }?.value }
        let positions =
            self.positions ?? Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.name, $0) })
        self.positions = positions
        return positions[name].map { members[$0].value }
    }

    func hasAsked(_ name: String) -> Bool { askedNames.contains(name) }

    /// Counts as read what another node of the same place has read.
    func takeOver(_ other: DecodingNode) {
        isKeyed = isKeyed || other.isKeyed
        for name in other.asked where askedNames.insert(name).inserted { asked.append(name) }
        nested.merge(other.nested) { $1 }
    }

    func know(_ aliases: [String: String]) {
        self.aliases.merge(aliases) { $1 }
        AskedKeys.witness(of: self)?.note(aliases, at: codingPath)
    }

    func ignore(_ names: Set<String>) { ignored.formUnion(names) }

    func read(elements: Int) { elementsRead = max(elementsRead ?? 0, elements) }

    private func checkAllRead() throws(ConfigurationError) {
        guard !isWhole else { return }
        let stranger = json.members?.first { !askedNames.contains($0.name) && !ignored.contains($0.name) }
        if isKeyed, let stranger {
            let found = explainStranger?(stranger.name)
            throw ConfigurationError(
                .unknownKey(nearest: found == nil ? meant(by: stranger.name) : nil, valid: asked, note: found?.note),
                paths: [dotted(codingPath + [NameKey(stringValue: stranger.name)])], origin: stranger.origin,
                remedy: found.map { ConfigurationError.Remedy(key: dotted(codingPath), value: $0.alone) })
        }
        if let elementsRead, let elements = json.array, elementsRead < elements.count {
            throw mismatch(expected: elementsRead == 1 ? "one element" : "\(elementsRead) elements")
        }
        for node in nested.values.sorted(by: { dotted($0.codingPath) < dotted($1.codingPath) }) {
            try node.checkAllRead()
        }
    }

    /// The valid name that was probably meant by one that is none, or by one under which a key is known in the field.
    private func meant(by name: String) -> String? {
        let known = aliases.filter { askedNames.contains($0.value) }
        let found = nearest(name, among: asked + known.keys.sorted())
        return found.map { known[$0] ?? $0 }
    }

    // MARK: Errors

    func mismatch(expected: String) -> ConfigurationError {
        ConfigurationError(
            .wrongType(found: json.summary, expected: expected), paths: [dotted(codingPath)], origin: json.origin)
    }

    func missing(_ key: any CodingKey, expected: String?) -> ConfigurationError {
        let others = json.members?.map(\.name).filter { !askedNames.contains($0) } ?? []
        return ConfigurationError(
            .missingKey(expected: expected, lookalike: nearest(key.stringValue, among: others)),
            paths: [dotted(codingPath + [key])], origin: json.origin)
    }

    /// The error for a wrong name, if the type is an enum that can list its names.
    private func choiceError(_ type: Any.Type) -> ConfigurationError? {
        guard let names = JSONScalar.choices(type), json.string.map({ !names.contains($0) }) ?? true else { return nil }
        let found = json.string.map { JSON.string($0).serialized(pretty: false) } ?? json.summary
        return ConfigurationError(
            .unknownChoice(
                found: found, nearest: json.string.flatMap { nearest($0, among: names) }, allowed: names),
            paths: [dotted(codingPath)], origin: json.origin)
    }
}

func dotted(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }

extension ConfigurationError {
    /// A mistake that a type's own decoding noticed.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.missingKey(expected: nil, lookalike: nil), paths: [dotted(context.codingPath + [key])])
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            let expected = JSONScalar.name(type) ?? context.debugDescription
            self.init(.wrongType(found: nil, expected: expected), paths: [dotted(context.codingPath)])
        case .dataCorrupted(let context):
            self.init(
                .outOfRange(found: nil, allowed: context.debugDescription, advice: nil),
                paths: [dotted(context.codingPath)])
        @unknown default:
            self.init(.outOfRange(found: nil, allowed: "\(error)", advice: nil), paths: [""])
        }
    }
}
