import CZlib

/// CRC-32, as zlib and zip compute it.
public struct Checksum: Sendable {
    /// The checksum of all bytes so far.
    public private(set) var value: UInt32 = 0

    /// The checksum of no bytes.
    public init() {}

    /// The checksum of bytes that come behind others with this checksum.
    public init(continuing value: UInt32) { self.value = value }

    /// The checksum of some bytes.
    public init(of bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        value = UInt32(crc32_z(UInt(value), base.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}

extension Double {
    /// All 64 bits as two numbers of 32, for a fingerprint.
    package var floatPatterns: [Float] {
        [bitPattern >> 32, bitPattern].map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
    }
}

/// A 64-bit fingerprint of stored values (FNV-1a over their 32-bit patterns; Fowler, Noll & Vo 1991).
///
/// Wide enough that among a hundred thousand samples two different states share one with a chance of 3e-10; a 32-bit
/// checksum would do so in two data sets of three.
public func fingerprint(of values: some Collection<Float>) -> UInt64 {
    values.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01b3 }
}
