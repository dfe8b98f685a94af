import CZlib

/// CRC-32, as zlib and zip compute it.
public struct Checksum: Sendable {
    /// The checksum of all bytes so far.
    public private(set) var value: UInt32 = 0

    /// The checksum of no bytes.
    public init() {}

    /// The checksum of some bytes.
    public init(of bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        value = UInt32(crc32_z(UInt(value), base.assumingMemoryBound(to: UInt8.self), bytes.count))
    }

    /// The checksum of the stored values of an array, such as an initial state.
    public init<T: BitwiseCopyable>(ofValues values: [T]) {
        values.withUnsafeBytes { update($0) }
    }
}
