/// The counter-based generator Philox 4×32 with ten rounds.
///
/// A block of four random words is a pure function of a counter and a key, so that any part of any stream can be made
/// alone, in any order, on any thread. It passes TestU01's BigCrush.
///
/// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
public struct Philox4x32: Sendable {
    /// The four random words that belong to `counter` under `key`.
    ///
    /// - Parameters:
    ///   - counter: Four 32-bit words; neighbouring counters give independent blocks.
    ///   - key: Two 32-bit words; neighbouring keys give independent sequences.
    /// - Returns: Four independent words, each uniform over all 32-bit values.
    @inlinable
    public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (x0, x1, x2, x3) = (counter.x, counter.y, counter.z, counter.w)
        var (k0, k1) = (key.x, key.y)
        for _ in 0..<10 {
            let product0 = UInt64(x0) &* 0xD251_1F53
            let product1 = UInt64(x2) &* 0xCD9E_8D57
            x0 = UInt32(truncatingIfNeeded: product1 &>> 32) ^ x1 ^ k0
            x2 = UInt32(truncatingIfNeeded: product0 &>> 32) ^ x3 ^ k1
            x1 = UInt32(truncatingIfNeeded: product1)
            x3 = UInt32(truncatingIfNeeded: product0)
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return SIMD4(x0, x1, x2, x3)
    }
}
