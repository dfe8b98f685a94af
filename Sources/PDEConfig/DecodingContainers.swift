extension DecodingNode {
    /// A keyed view of an object. The one generic `decode` serves the protocol's requirements for every basic type.
    struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let node: DecodingNode

        var codingPath: [any CodingKey] { node.codingPath }
        var allKeys: [Key] { node.json.members?.compactMap { Key(stringValue: $0.name) } ?? [] }

        /// `null` leaves a key out.
        func contains(_ key: Key) -> Bool { node.member(asking: key).map { !$0.isNull } ?? false }

        func decodeNil(forKey key: Key) throws -> Bool { try member(key, expected: nil).isNull }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            try node.decodeChild(type, try member(key, expected: JSONScalar.name(type)), key)
        }

        func nestedContainer<NestedKey: CodingKey>(
            keyedBy type: NestedKey.Type, forKey key: Key
        ) throws -> KeyedDecodingContainer<NestedKey> {
            try node.nestedNode(try member(key, expected: "an object"), key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try node.nestedNode(try member(key, expected: "an array"), key).unkeyedContainer()
        }

        func superDecoder() throws -> any Decoder { try superDecoder(NameKey(stringValue: "super")) }
        func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder(key) }

        private func superDecoder(_ key: any CodingKey) throws -> any Decoder {
            node.nestedNode(try member(key, expected: nil), key)
        }

        private func member(_ key: any CodingKey, expected: String?) throws -> JSON {
            guard let value = node.member(asking: key) else { throw node.missing(key, expected: expected) }
            return value
        }
    }

    /// A view of an array that is read from its first element on.
    struct UnkeyedContainer: UnkeyedDecodingContainer {
        let node: DecodingNode
        let elements: [JSON]
        private(set) var currentIndex = 0

        init(node: DecodingNode, elements: [JSON]) {
            self.node = node
            self.elements = elements
        }

        var codingPath: [any CodingKey] { node.codingPath }
        var count: Int? { elements.count }
        var isAtEnd: Bool { currentIndex == elements.count }

        mutating func decodeNil() throws -> Bool {
            guard try peek(nil).isNull else { return false }
            advance()
            return true
        }

        mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
            let value = try node.decodeChild(type, try peek(JSONScalar.name(type)), NameKey(intValue: currentIndex))
            advance()
            return value
        }

        mutating func nestedContainer<NestedKey: CodingKey>(
            keyedBy type: NestedKey.Type
        ) throws -> KeyedDecodingContainer<NestedKey> {
            let container = try nested("an object").container(keyedBy: type)
            advance()
            return container
        }

        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            let container = try nested("an array").unkeyedContainer()
            advance()
            return container
        }

        mutating func superDecoder() throws -> any Decoder {
            let decoder = try nested(nil)
            advance()
            return decoder
        }

        private func nested(_ expected: String?) throws -> DecodingNode {
            node.nestedNode(try peek(expected), NameKey(intValue: currentIndex))
        }

        private func peek(_ expected: String?) throws -> JSON {
            guard !isAtEnd else {
                let more = expected.map { ", the next one \($0)" } ?? ""
                throw node.mismatch(
                    expected: "more than \(elements.count) element\(elements.count == 1 ? "" : "s")" + more)
            }
            return elements[currentIndex]
        }

        private mutating func advance() {
            currentIndex += 1
            node.read(elements: currentIndex)
        }
    }

    /// The node as one value.
    struct SingleContainer: SingleValueDecodingContainer {
        let node: DecodingNode

        var codingPath: [any CodingKey] { node.codingPath }

        func decodeNil() -> Bool { node.json.isNull }

        func decode<T: Decodable>(_ type: T.Type) throws -> T { try node.decodePart(type) }
    }
}
