import CZlib

/// Lossless packing in zlib's format (RFC 1950), which PNG files hold and browsers unpack.
public enum Deflate {
    /// The packed bytes, the same for the same input.
    ///
    /// - Parameters:
    ///   - bytes: what is packed.
    ///   - level: 1 is fast, 9 is small.
    public static func packed(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        precondition((1...9).contains(level), "level: expected 1…9, got \(level)")
        var size = compressBound(uLong(bytes.count))
        var packed = [UInt8](repeating: 0, count: Int(size))
        let status = packed.withUnsafeMutableBufferPointer { out in
            bytes.withUnsafeBufferPointer {
                compress2(out.baseAddress, &size, $0.baseAddress, uLong($0.count), Int32(level))
            }
        }
        precondition(status == Z_OK, "Deflate: expected zlib to pack \(bytes.count) bytes, got status \(status)")
        packed.removeLast(packed.count - Int(size))
        return packed
    }
}
