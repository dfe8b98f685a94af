import PDEConfig

/// A number that holds along every axis of a box, or one for each: in a recipe `128` or `[128, 64]`.
public struct AxisValues<Value: Codable & Hashable & Comparable & Sendable>: Hashable, Sendable {
    /// One number, or one an axis, not all of them equal.
    public let values: [Value]
    /// For how many axes numbers were given; 1 where one holds for all.
    let givenCount: Int

    /// The same along every axis.
    public init(_ value: Value) { (values, givenCount) = ([value], 1) }

    /// One for each axis.
    public init(_ values: [Value]) {
        precondition(!values.isEmpty, "values: expected at least one, got none")
        givenCount = values.count
        self.values = Set(values).count == 1 ? [values[0]] : values
    }

    /// Whether they are the same along every axis, however they were written.
    public static func == (left: AxisValues, right: AxisValues) -> Bool { left.values == right.values }

    /// Hashes the numbers.
    public func hash(into hasher: inout Hasher) { hasher.combine(values) }

    /// The number of an axis.
    public subscript(axis: Int) -> Value { values.count == 1 ? values[0] : values[axis] }
    /// That of the first axis.
    public var first: Value { values[0] }
    /// The smallest and the largest of them.
    public var range: ClosedRange<Value> { values.min()!...values.max()! }
}

extension AxisValues: ExpressibleByIntegerLiteral where Value: ExpressibleByIntegerLiteral {
    /// The same along every axis.
    public init(integerLiteral value: Value.IntegerLiteralType) { self.init(Value(integerLiteral: value)) }
}

extension AxisValues: ExpressibleByFloatLiteral where Value: ExpressibleByFloatLiteral {
    /// The same along every axis.
    public init(floatLiteral value: Value.FloatLiteralType) { self.init(Value(floatLiteral: value)) }
}

extension AxisValues: ExpressibleByArrayLiteral {
    /// One for each axis.
    public init(arrayLiteral values: Value...) { self.init(values) }
}

extension AxisValues: Encodable {
    /// Writes a number where it holds along every axis, as recipes always did.
    public func encode(to encoder: any Encoder) throws {
        if values.count > 1 { return try values.encode(to: encoder) }
        var container = encoder.singleValueContainer()
        try container.encode(first)
    }
}

extension KeyedDecodingContainer {
    /// A number within bounds, or one for each axis of a box, all within them.
    func decode<Value>(
        _ key: Key, in bounds: Bounds<Value>, default standard: AxisValues<Value>? = nil
    ) throws -> AxisValues<Value> {
        if let standard, try !contains(key) || decodeNil(forKey: key) { return standard }
        guard var list = try? nestedUnkeyedContainer(forKey: key) else {
            return AxisValues(try decode(key, in: bounds) as Value)
        }
        var values: [Value] = []
        while !list.isAtEnd {
            let value = try list.decode(Value.self)
            guard bounds.contains(value) else {
                throw refused(key, place: values.count, found: "\(value)", allowed: bounds.description)
            }
            values.append(value)
        }
        guard (1...3).contains(values.count) else {
            throw refused(key, found: "\(values)", allowed: "a number, or one for each axis")
        }
        return AxisValues(values)
    }
}
