/// How Swift's basic types are read from JSON, and what they are called in messages.
enum JSONScalar {
    /// The value, if the type is a basic one; nil for all other types.
    static func decode<T>(_ type: T.Type, from json: JSON, at path: @autoclosure () -> [any CodingKey]) throws -> T? {
        func mismatch(_ expected: String) -> ConfigurationError {
            ConfigurationError(
                .wrongType(found: json.summary, expected: expected), paths: [dotted(path())], origin: json.origin)
        }
        func outside(_ allowed: String) -> ConfigurationError {
            ConfigurationError(
                .outOfRange(found: json.summary, allowed: allowed, advice: nil), paths: [dotted(path())],
                origin: json.origin)
        }
        func floating<F: BinaryFloatingPoint & LosslessStringConvertible>(_ type: F.Type) throws -> F {
            guard let number = json.number else { throw mismatch("a number") }
            guard let value: F = number.floating() else {
                throw outside(
                    "0 or a size between \(plain(F.leastNonzeroMagnitude)) and \(plain(F.greatestFiniteMagnitude))")
            }
            return value
        }
        func integer<I: FixedWidthInteger>(_ type: I.Type) throws -> I {
            guard let number = json.number, number.isInteger else { throw mismatch("an integer") }
            guard let value: I = number.integer() else { throw outside("an integer between \(I.min) and \(I.max)") }
            return value
        }
        if type == Bool.self {
            guard let bool = json.bool else { throw mismatch("true or false") }
            return bool as? T
        }
        if type == String.self {
            guard let string = json.string else { throw mismatch("a string") }
            return string as? T
        }
        if type == Double.self { return try floating(Double.self) as? T }
        if type == Float.self { return try floating(Float.self) as? T }
        if let type = integers[ObjectIdentifier(type)] { return try integer(type) as? T }
        return nil
    }

    private static let integers: [ObjectIdentifier: any (FixedWidthInteger & SendableMetatype).Type] = {
        let types: [any (FixedWidthInteger & SendableMetatype).Type] = [
            Int.self, Int8.self, Int16.self, Int32.self, Int64.self, UInt.self, UInt8.self, UInt16.self, UInt32.self,
            UInt64.self,
        ]
        return Dictionary(uniqueKeysWithValues: types.map { (ObjectIdentifier($0), $0) })
    }()

    /// What a value of the type is called, if that says something to a user.
    static func name(_ type: Any.Type) -> String? {
        if type == Bool.self { return "true or false" }
        if type == String.self { return "a string" }
        if type == Double.self || type == Float.self { return "a number" }
        if integers[ObjectIdentifier(type)] != nil { return "an integer" }
        if let names = choices(type) { return "one of " + names.map { "\"\($0)\"" }.joined(separator: ", ") }
        return nil
    }

    /// The names of a `CaseIterable` enum with `String` raw values.
    static func choices(_ type: Any.Type) -> [String]? {
        func names<T: CaseIterable>(_ type: T.Type) -> [String]? {
            let names = type.allCases.map { ($0 as? any RawRepresentable)?.rawValue as? String }
            return names.contains(nil) ? nil : names.compactMap(\.self)
        }
        return (type as? any CaseIterable.Type).flatMap { names($0) }
    }
}
