/// A JSON value that remembers where it was written.
///
/// Members of an object keep their order and numbers keep their text, so 64-bit integers and doubles survive a round trip
/// unchanged. Two values are equal when they mean the same: the order of members, the spelling of a number (`1`, `1.0`,
/// `10e-1`) and the origin do not count.
public struct JSON: Sendable {
    /// The seven kinds of JSON value.
    public enum Content: Sendable {
        /// `null`.
        case null
        /// `true` or `false`.
        case bool(Bool)
        /// A number, as written.
        case number(Number)
        /// A string, without its quotes and escapes.
        case string(String)
        /// An array.
        case array([JSON])
        /// An object's members in the order in which they were written; names are unique.
        case object([Member])
    }

    /// One `"name": value` of an object.
    public struct Member: Sendable {
        /// The member's name.
        public let name: String
        /// The member's value.
        public var value: JSON
        /// Where the name was written.
        public var origin: Origin?
    }

    /// Where a value was written, for error messages.
    public enum Origin: Sendable, Equatable, CustomStringConvertible {
        /// A place in a file; line and column count from 1, columns in Unicode scalars.
        case file(String, line: Int, column: Int)
        /// A command line flag such as `--resolution`.
        case flag(String)

        /// `datasets/burgers.json:3:5` or `flag --resolution`.
        public var description: String {
            switch self {
            case .file(let name, let line, let column): "\(name):\(line):\(column)"
            case .flag(let name): "flag \(name)"
            }
        }
    }

    /// What it is.
    public internal(set) var content: Content
    /// Where it was written; nil for a value made in code.
    public internal(set) var origin: Origin?

    init(_ content: Content, origin: Origin? = nil) {
        self.content = content
        self.origin = origin
    }

    /// `null`.
    public static let null = JSON(.null)

    /// `true` or `false`.
    public static func bool(_ value: Bool) -> JSON { JSON(.bool(value)) }

    /// An integer.
    public static func number(_ value: some BinaryInteger) -> JSON { JSON(.number(Number(value))) }

    /// A finite double in the shortest form that reads back as the same double.
    public static func number(_ value: Double) -> JSON {
        guard let number = Number(value) else { preconditionFailure("JSON has no \(value): expected a finite number") }
        return JSON(.number(number))
    }

    /// A string.
    public static func string(_ value: String) -> JSON { JSON(.string(value)) }

    /// An array.
    public static func array(_ elements: [JSON]) -> JSON { JSON(.array(elements)) }

    /// An object with its members in this order; a name that comes again replaces the earlier value.
    public static func object(_ members: [(String, JSON)]) -> JSON {
        var object = OrderedMembers()
        for (name, value) in members { object.set(name, to: value) }
        return JSON(.object(object.members))
    }

    /// The same value written elsewhere: every node and member name gets this origin.
    public func with(origin: Origin?) -> JSON {
        switch content {
        case .array(let elements):
            JSON(.array(elements.map { $0.with(origin: origin) }), origin: origin)
        case .object(let members):
            JSON(
                .object(members.map { Member(name: $0.name, value: $0.value.with(origin: origin), origin: origin) }),
                origin: origin)
        default:
            JSON(content, origin: origin)
        }
    }
}

extension JSON {
    /// Whether this is `null`.
    public var isNull: Bool { if case .null = content { true } else { false } }
    /// The boolean, if this is one.
    public var bool: Bool? { if case .bool(let bool) = content { bool } else { nil } }
    /// The number, if this is one.
    public var number: Number? { if case .number(let number) = content { number } else { nil } }
    /// The integer, if this is a number that is exactly one.
    public var int: Int? { number?.integer() }
    /// The nearest double, if this is a number that a double can hold.
    public var double: Double? { number?.double }
    /// The string, if this is one.
    public var string: String? { if case .string(let string) = content { string } else { nil } }
    /// The elements, if this is an array.
    public var array: [JSON]? { if case .array(let elements) = content { elements } else { nil } }
    /// The members, if this is an object.
    public var members: [Member]? { if case .object(let members) = content { members } else { nil } }

    /// The member of this name, if this is an object that has it.
    public subscript(name: String) -> JSON? { members?.first { $0.name == name }?.value }

    /// The element at this index, if this is an array that has it.
    public subscript(index: Int) -> JSON? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }

    /// The value in words: `the string "two"`, `2.5`, `an array of 3`, `an object`.
    package var summary: String {
        switch content {
        case .null: "null"
        case .bool(let bool): "\(bool)"
        case .number(let number): number.text
        case .string(let string):
            "the string "
                + JSON.string(string.count > 40 ? string.prefix(37) + "..." : string).serialized(pretty: false)
        case .array(let elements): elements.isEmpty ? "an empty array" : "an array of \(elements.count)"
        case .object: "an object"
        }
    }
}

extension JSON: Equatable {
    /// Whether both mean the same value; origins, the order of members and the spelling of numbers do not count.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left.content, right.content) {
        case (.null, .null): return true
        case (.bool(let a), .bool(let b)): return a == b
        case (.number(let a), .number(let b)): return a == b
        case (.string(let a), .string(let b)): return a == b
        case (.array(let a), .array(let b)): return a == b
        case (.object(let a), .object(let b)):
            guard a.count == b.count else { return false }
            let others = Dictionary(uniqueKeysWithValues: b.map { ($0.name, $0.value) })
            return a.allSatisfy { others[$0.name] == $0.value }
        default: return false
        }
    }
}

/// Members in the order of their first appearance, found by name in constant time.
struct OrderedMembers {
    private(set) var members: [JSON.Member] = []
    private var positions: [String: Int] = [:]

    mutating func set(_ name: String, to value: JSON) {
        if let position = positions[name] {
            members[position].value = value
        } else {
            positions[name] = members.count
            members.append(JSON.Member(name: name, value: value, origin: value.origin))
        }
    }
}
