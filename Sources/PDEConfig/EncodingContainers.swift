extension EncodingNode {
    /// A keyed view of a node. The one generic `encode` serves the protocol's requirements for every basic type.
    struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let node: EncodingNode

        var codingPath: [any CodingKey] { node.codingPath }

        func encodeNil(forKey key: Key) throws { try node.set(JSON.null, key) }

        func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try node.set(value, key) }

        func nestedContainer<NestedKey: CodingKey>(
            keyedBy type: NestedKey.Type, forKey key: Key
        ) -> KeyedEncodingContainer<NestedKey> {
            node.nestedNode(key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            node.nestedNode(key).unkeyedContainer()
        }

        func superEncoder() -> any Encoder { node.nestedNode(NameKey(stringValue: "super")) }
        func superEncoder(forKey key: Key) -> any Encoder { node.nestedNode(key) }
    }

    /// A view of a node that appends elements.
    struct UnkeyedContainer: UnkeyedEncodingContainer {
        let node: EncodingNode

        var codingPath: [any CodingKey] { node.codingPath }
        var count: Int { node.count }

        func encodeNil() throws { try node.append(JSON.null) }

        func encode<T: Encodable>(_ value: T) throws { try node.append(value) }

        func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
            node.appendedNode().container(keyedBy: type)
        }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { node.appendedNode().unkeyedContainer() }

        func superEncoder() -> any Encoder { node.appendedNode() }
    }

    /// A node as one value.
    struct SingleContainer: SingleValueEncodingContainer {
        let node: EncodingNode

        var codingPath: [any CodingKey] { node.codingPath }

        func encodeNil() throws { node.setWholeValue(.null) }

        func encode<T: Encodable>(_ value: T) throws { try node.setWhole(value) }
    }
}
