extension Decoder {
    /// Decodes a value from this place as if numbers stood in some members: one of what is described there, where a type reads numbers.
    ///
    /// - Throws: what the type throws.
    public func decode<T: Decodable>(_ type: T.Type, replacing numbers: [String: Double]) throws -> T {
        guard let node = self as? DecodingNode, let members = node.json.members else { return try T(from: self) }
        let replaced = members.map { member in
            numbers[member.name].map {
                JSON.Member(
                    name: member.name, value: .number($0).with(origin: member.value.origin), origin: member.origin)
            } ?? member
        }
        let other = DecodingNode(
            JSON(.object(replaced), origin: node.json.origin), path: codingPath, userInfo: node.sendableInfo)
        defer { node.takeOver(other) }
        return try T(from: other)
    }
}

extension Encodable {
    /// Writes the value with other things in some of its members, which stay where they are.
    public func encode(replacing others: [String: any Encodable], to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: NameKey.self)
        for member in try StrictEncoder().encode(self).members ?? [] {
            let value: any Encodable = others[member.name] ?? member.value
            try container.encode(value, forKey: NameKey(stringValue: member.name))
        }
    }
}
