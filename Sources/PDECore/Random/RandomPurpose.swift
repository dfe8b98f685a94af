extension RandomStream {
    /// What a stream's numbers are for: a name that keeps, say, the initial state and the forcing of one sample apart.
    ///
    /// The 32-bit FNV-1a hash of the name's UTF-8 bytes is part of the stream's counter. Renaming a purpose changes every
    /// number drawn for it.
    public struct Purpose: Hashable, Codable, Sendable, ExpressibleByStringLiteral {
        /// The name, for example `"initial state"`.
        public let name: String

        /// A purpose with the given name.
        public init(_ name: String) {
            self.name = name
        }

        /// A purpose written as a string literal.
        public init(stringLiteral name: String) {
            self.init(name)
        }

        /// The 32-bit FNV-1a hash of the name (Fowler, Noll, Vo; draft-eastlake-fnv).
        package var hash: UInt32 {
            var hash: UInt32 = 0x811C_9DC5
            for byte in name.utf8 {
                hash = (hash ^ UInt32(byte)) &* 0x0100_0193
            }
            return hash
        }
    }
}
