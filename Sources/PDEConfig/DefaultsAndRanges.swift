extension KeyedDecodingContainer {
    /// The value of a key, or the default if the key is absent or `null`.
    public func decode<T: Decodable>(_ key: Key, default: T) throws -> T {
        try decodeIfPresent(T.self, forKey: key) ?? `default`
    }

    /// The value of a key within bounds that may be open: `decode(.viscosity, in: .positive)`.
    ///
    /// - Parameter default: the value if the key is absent or `null`; without one, such a key is an error.
    /// - Throws: `ConfigurationError` that says the bounds in words.
    public func decode<T: Comparable & Decodable>(_ key: Key, in bounds: Bounds<T>, default: T? = nil) throws -> T {
        try decode(key, default: `default`, allowed: bounds.description, isAllowed: bounds.contains)
    }

    /// The value of a key within a range: `decode(.order, in: 1...4, default: 2)`.
    ///
    /// - Parameter default: the value if the key is absent or `null`; without one, such a key is an error.
    /// - Throws: `ConfigurationError` that says the range in words.
    public func decode<T: Comparable & Decodable>(
        _ key: Key, in range: some RangeExpression<T>, default: T? = nil
    ) throws -> T {
        let allowed = Bounds(range)?.description ?? "\(range)"
        return try decode(key, default: `default`, allowed: allowed, isAllowed: range.contains)
    }

    /// The value of a key within bounds, or nil if the key is absent or `null`.
    ///
    /// - Throws: `ConfigurationError` that says the bounds in words.
    public func decodeIfPresent<T: Comparable & Decodable>(_ key: Key, in bounds: Bounds<T>) throws -> T? {
        guard let value = try decodeIfPresent(T.self, forKey: key) else { return nil }
        return try checked(value, key, allowed: bounds.description, isAllowed: bounds.contains)
    }

    /// Replaces a value, the default, by that of a key, unless the key is absent or `null`.
    public func decode<T: Decodable>(_ key: Key, into value: inout T) throws {
        value = try decode(key, default: value)
    }

    /// Replaces a value, the default, by that of a key within bounds, unless the key is absent or `null`.
    ///
    /// - Throws: `ConfigurationError` that says the bounds in words.
    public func decode<T: Comparable & Decodable>(_ key: Key, into value: inout T, in bounds: Bounds<T>) throws {
        value = try decode(key, in: bounds, default: value)
    }

    /// Replaces a value, the default, by that of a key within a range, unless the key is absent or `null`.
    ///
    /// - Throws: `ConfigurationError` that says the range in words.
    public func decode<T: Comparable & Decodable>(
        _ key: Key, into value: inout T, in range: some RangeExpression<T>
    ) throws {
        value = try decode(key, in: range, default: value)
    }

    private func decode<T: Decodable>(
        _ key: Key, default: T?, allowed: String, isAllowed: (T) -> Bool
    ) throws -> T {
        if let `default` {
            precondition(isAllowed(`default`), "default of \(key.stringValue): expected \(allowed), got \(`default`)")
            guard let value = try decodeIfPresent(T.self, forKey: key) else { return `default` }
            return try checked(value, key, allowed: allowed, isAllowed: isAllowed)
        }
        return try checked(try decode(T.self, forKey: key), key, allowed: allowed, isAllowed: isAllowed)
    }

    private func checked<T>(_ value: T, _ key: Key, allowed: String, isAllowed: (T) -> Bool) throws -> T {
        guard isAllowed(value) else { throw refused(key, found: plain(value), allowed: allowed) }
        return value
    }

    /// The error for a value that is not allowed, named from the document's root also where the container is a nested one.
    ///
    /// - Parameter place: which element of the value it is about; nil for all of it.
    public func refused(_ key: Key, place: Int? = nil, found: String, allowed: String) -> ConfigurationError {
        let path = codingPath + [key] + (place.map { [NameKey(intValue: $0)] } ?? [])
        return ConfigurationError(.outOfRange(found: found, allowed: allowed, advice: nil), paths: [dotted(path)])
    }
}
