import PDEData
import Testing

/// h5py's filter.
@Suite struct LZFFilterTests {
    private func unpacked(_ packed: [UInt8], room: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: room)
        let count = packed.withUnsafeBytes { packed in
            bytes.withUnsafeMutableBytes { LZFFilter.unpack(packed, into: $0) }
        }
        return count.map { Array(bytes.prefix($0)) }
    }

    /// What LibLZF makes of "abcabcabcabc…" and of a long run.
    @Test func runsAndCopiesAreUnpacked() {
        #expect(unpacked([2, 97, 98, 99], room: 3) == Array("abc".utf8))
        // Three as they are, then nine from three back, which reach into themselves.
        #expect(unpacked([2, 97, 98, 99, 0b1110_0000, 0, 2], room: 12) == Array("abcabcabcabc".utf8))
        #expect(unpacked([0, 7, 0b1110_0000, 255, 0], room: 265) == [UInt8](repeating: 7, count: 265))
        #expect(unpacked([0, 7, 0b0010_0000, 0], room: 4) == [7, 7, 7, 7])
    }

    @Test func whatReachesOutsideIsRefused() {
        #expect(unpacked([3, 97, 98], room: 9) == nil)
        #expect(unpacked([2, 97, 98, 99], room: 2) == nil)
        #expect(unpacked([0, 7, 0b0010_0000, 1], room: 9) == nil)
        #expect(unpacked([0, 7, 0b1110_0000, 255, 0], room: 264) == nil)
        for packed in [[0b1110_0000], [0, 7, 0b0010_0000], [0, 7, 0b1110_0000, 9]] as [[UInt8]] {
            #expect(unpacked(packed, room: 99) == nil)
        }
    }
}
