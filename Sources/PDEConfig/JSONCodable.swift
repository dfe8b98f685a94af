extension JSON: Codable {
    /// Takes the value at the decoder's place: exactly with `StrictDecoder`; with another decoder, numbers come through
    /// 64-bit integers and doubles, and members in that decoder's order.
    public init(from decoder: any Decoder) throws {
        if let node = decoder as? DecodingNode {
            self = node.wholeValue()
        } else if let object = try? decoder.container(keyedBy: NameKey.self) {
            self = .object(try object.allKeys.map { ($0.stringValue, try object.decode(JSON.self, forKey: $0)) })
        } else if var array = try? decoder.unkeyedContainer() {
            var elements: [JSON] = []
            while !array.isAtEnd { elements.append(try array.decode(JSON.self)) }
            self = .array(elements)
        } else {
            self = try Self.scalar(from: try decoder.singleValueContainer())
        }
    }

    private static func scalar(from container: any SingleValueDecodingContainer) throws -> JSON {
        if container.decodeNil() { return .null }
        if let bool = try? container.decode(Bool.self) { return .bool(bool) }
        if let integer = try? container.decode(Int64.self) { return .number(integer) }
        if let integer = try? container.decode(UInt64.self) { return .number(integer) }
        if let double = try? container.decode(Double.self), double.isFinite { return .number(double) }
        return .string(try container.decode(String.self))
    }

    /// Puts the value at the encoder's place: exactly with `StrictEncoder`; with another encoder, numbers go through
    /// 64-bit integers and doubles.
    public func encode(to encoder: any Encoder) throws {
        if let node = encoder as? EncodingNode {
            node.setWholeValue(self)
            return
        }
        switch content {
        case .object(let members):
            var object = encoder.container(keyedBy: NameKey.self)
            for member in members { try object.encode(member.value, forKey: NameKey(stringValue: member.name)) }
        case .array(let elements):
            var array = encoder.unkeyedContainer()
            for element in elements { try array.encode(element) }
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let bool): try bool.encode(to: encoder)
        case .string(let string): try string.encode(to: encoder)
        case .number(let number):
            if let integer: Int64 = number.integer() {
                try integer.encode(to: encoder)
            } else if let integer: UInt64 = number.integer() {
                try integer.encode(to: encoder)
            } else if let double = number.double {
                try double.encode(to: encoder)
            } else {
                let context = EncodingError.Context(
                    codingPath: encoder.codingPath, debugDescription: "\(number) does not fit into a double")
                throw EncodingError.invalidValue(number.text, context)
            }
        }
    }
}

/// A key that is just its name, or an element's index.
struct NameKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = String(intValue)
        self.intValue = intValue
    }
}
