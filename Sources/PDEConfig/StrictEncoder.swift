/// Encodes an `Encodable` value as JSON, the same text every time.
///
/// Members stand in the order in which they were encoded; those of a dictionary by name, and the elements of a set by
/// their text, because Swift's own order changes from run to run. Doubles take the shortest form that reads back as the
/// same double, with a point or an exponent (`1.0`).
public struct StrictEncoder: Sendable {
    /// Values for the types that are encoded, as with every Swift encoder.
    public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    /// An encoder with no user info.
    public init() {}

    /// Encodes a value.
    ///
    /// - Throws: `ConfigurationError` for a number that is not finite, or for what the value's `encode(to:)` throws.
    public func encode<T: Encodable>(_ value: T) throws(ConfigurationError) -> JSON {
        do {
            return try EncodingNode.json(of: value, path: [], userInfo: userInfo)
        } catch let error as ConfigurationError {
            throw error
        } catch EncodingError.invalidValue(let value, let context) {
            throw ConfigurationError(
                .outOfRange(found: "\(value)", allowed: context.debugDescription, advice: nil),
                paths: [dotted(context.codingPath)])
        } catch {
            throw ConfigurationError(.outOfRange(found: nil, allowed: "\(error)", advice: nil), paths: [""])
        }
    }
}

/// One value of the tree while it is encoded; containers on it write into it, nested ones into nodes of their own.
final class EncodingNode: Encoder {
    private enum Slot {
        case done(JSON)
        case open(EncodingNode)
    }

    let codingPath: [any CodingKey]
    private let sendableInfo: [CodingUserInfoKey: any Sendable]
    private var whole: JSON?
    private var names: [String]?
    private var members: [String: Slot] = [:]
    private var elements: [Slot]?

    var userInfo: [CodingUserInfoKey: Any] { sendableInfo }
    var count: Int { elements?.count ?? 0 }

    init(path: [any CodingKey], userInfo: [CodingUserInfoKey: any Sendable]) {
        codingPath = path
        sendableInfo = userInfo
    }

    static func json<T: Encodable>(
        of value: T, path: @autoclosure () -> [any CodingKey], userInfo: [CodingUserInfoKey: any Sendable]
    ) throws -> JSON {
        if let json = try scalar(value, path: path()) { return json }
        let node = EncodingNode(path: path(), userInfo: userInfo)
        do {
            try value.encode(to: node)
        } catch let error as ConfigurationError {
            throw error.prefixed(by: node.codingPath)
        }
        return value is any HashOrdered
            ? node.finished().sorted(isDictionary: !(value is any SetAlgebra)) : node.finished()
    }

    /// The JSON of a basic type; nil for all other types.
    private static func scalar(_ value: some Encodable, path: @autoclosure () -> [any CodingKey]) throws -> JSON? {
        func finite(_ number: JSON.Number?) throws(ConfigurationError) -> JSON {
            guard let number else {
                throw ConfigurationError(
                    .outOfRange(found: "\(value)", allowed: "a finite number", advice: nil), paths: [dotted(path())])
            }
            return JSON(.number(number))
        }
        switch value {
        case let json as JSON: return json
        case let bool as Bool: return .bool(bool)
        case let string as String: return .string(string)
        case let double as Double: return try finite(JSON.Number(double))
        case let float as Float: return try finite(JSON.Number(float))
        case let integer as Int: return .number(integer)
        case let integer as any FixedWidthInteger: return .number(integer)
        default: return nil
        }
    }

    // MARK: Encoder

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        precondition(elements == nil && whole == nil, "\(dotted(codingPath)): expected one kind of container, got two")
        names = names ?? []
        return KeyedEncodingContainer(KeyedContainer<Key>(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        precondition(names == nil && whole == nil, "\(dotted(codingPath)): expected one kind of container, got two")
        elements = elements ?? []
        return UnkeyedContainer(node: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { SingleContainer(node: self) }

    // MARK: Content

    func setWholeValue(_ json: JSON) {
        precondition(names == nil && elements == nil, "\(dotted(codingPath)): expected one kind of container, got two")
        whole = json
    }

    func setWhole(_ value: some Encodable) throws {
        setWholeValue(try Self.json(of: value, path: codingPath, userInfo: sendableInfo))
    }

    func set(_ value: some Encodable, _ key: any CodingKey) throws {
        put(.done(try Self.json(of: value, path: codingPath + [key], userInfo: sendableInfo)), key)
    }

    func append(_ value: some Encodable) throws {
        let key = NameKey(intValue: count)
        elements?.append(.done(try Self.json(of: value, path: codingPath + [key], userInfo: sendableInfo)))
    }

    /// The open node of a member, a new one unless it is already there.
    func nestedNode(_ key: any CodingKey) -> EncodingNode {
        if case .open(let node) = members[key.stringValue] { return node }
        let node = EncodingNode(path: codingPath + [key], userInfo: sendableInfo)
        put(.open(node), key)
        return node
    }

    /// A new open node at the end of the array.
    func appendedNode() -> EncodingNode {
        let node = EncodingNode(path: codingPath + [NameKey(intValue: count)], userInfo: sendableInfo)
        elements?.append(.open(node))
        return node
    }

    private func put(_ slot: Slot, _ key: any CodingKey) {
        if members.updateValue(slot, forKey: key.stringValue) == nil { names?.append(key.stringValue) }
    }

    func finished() -> JSON {
        func json(_ slot: Slot?) -> JSON {
            switch slot {
            case .done(let json): json
            case .open(let node): node.finished()
            case nil: .null
            }
        }
        if let whole { return whole }
        if let elements { return .array(elements.map(json)) }
        return .object((names ?? []).map { ($0, json(members[$0])) })
    }
}

/// A collection whose order changes from run to run.
private protocol HashOrdered {}
extension Dictionary: HashOrdered {}
extension Set: HashOrdered {}

extension JSON {
    /// Members by name, elements by their text; a dictionary without string keys is an array of keys and values in turn.
    fileprivate func sorted(isDictionary: Bool) -> JSON {
        if let members { return JSON(.object(members.sorted { $0.name < $1.name })) }
        guard let array else { return self }
        let width = isDictionary ? 2 : 1
        let groups = stride(from: 0, to: array.count, by: width).map { Array(array[$0..<min($0 + width, array.count)]) }
        return .array(
            groups.sorted { $0[0].serialized(pretty: false) < $1[0].serialized(pretty: false) }.flatMap(\.self))
    }
}
