/// The checksum of HDF5's Fletcher32 filter (Fletcher 1982, as H5checksum.c has it): over 16-bit words, the byte that
/// comes first being the high one; both sums modulo 65535, and 65535 in the place of 0 unless all words are 0.
///
/// Sixteen sums run side by side. Word i of n counts n−i times in the second sum; put together from lanes, that is the
/// sum of their prefix sums times the words of a step, and for every lane its sum times the words left in the step.
package enum Fletcher32 {
    private typealias Lanes = SIMD8<UInt32>
    /// 32-bit lanes hold the prefix sums of 16-bit words for so many steps: 256 · 255 / 2 · 65535 < 2³².
    private static let mostSteps = 256
    private static let wordsPerStep: UInt64 = 16

    /// The checksum of whole 32-bit values in the order of bytes of a little-endian machine.
    package static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        precondition(bytes.count % 4 == 0, "Fletcher32: \(bytes.count) bytes, expected a multiple of 4")
        guard var next = bytes.baseAddress else { return 0 }
        var first: UInt64 = 0
        var second: UInt64 = 0
        let size = MemoryLayout<Lanes>.size
        var steps = bytes.count / size
        while steps > 0 {
            let count = min(steps, mostSteps)
            let (sum, weighted) = sums(of: next, steps: count)
            second = folded(second &+ first &* UInt64(count) &* wordsPerStep &+ weighted)
            first = folded(first &+ sum)
            next += count &* size
            steps -= count
        }
        for _ in 0..<(bytes.count % size / 4) {
            let value = next.loadUnaligned(as: UInt32.self).bigEndian
            for word in [value >> 16, value & 0xffff] {
                first = folded(first &+ UInt64(word))
                second = folded(second &+ first)
            }
            next += 4
        }
        return UInt32(second) << 16 | UInt32(first)
    }

    /// The sum of the words, and the sum in which the last counts once, the one before it twice, and so on.
    private static func sums(of start: UnsafeRawPointer, steps: Int) -> (UInt64, UInt64) {
        var even = Lanes.zero
        var odd = Lanes.zero
        var evenPrefixes = Lanes.zero
        var oddPrefixes = Lanes.zero
        for step in 0..<steps {
            let values = start.loadUnaligned(fromByteOffset: step &* MemoryLayout<Lanes>.size, as: Lanes.self)
            evenPrefixes &+= even
            oddPrefixes &+= odd
            even &+= ((values & 0xff) &<< 8) | ((values &>> 8) & 0xff)
            odd &+= ((values &>> 8) & 0xff00) | (values &>> 24)
        }
        var sum: UInt64 = 0
        var weighted: UInt64 = 0
        for lane in 0..<8 {
            let (left, right) = (UInt64(even[lane]), UInt64(odd[lane]))
            let place = 2 &* UInt64(lane)
            sum &+= left &+ right
            weighted &+= wordsPerStep &* (UInt64(evenPrefixes[lane]) &+ UInt64(oddPrefixes[lane]))
            weighted &+= (wordsPerStep &- place) &* left &+ (wordsPerStep &- place &- 1) &* right
        }
        return (sum, weighted)
    }

    /// The number modulo 65535, from 1 to 65535; 0 of 0 only.
    private static func folded(_ value: UInt64) -> UInt64 { value == 0 ? 0 : (value &- 1) % 65535 &+ 1 }
}
