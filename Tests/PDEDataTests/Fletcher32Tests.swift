import PDEData
import Testing

@Suite struct Fletcher32Tests {
    /// The definition, a word at a time; 65535 stands for 0 unless all words are 0.
    private func definition(_ bytes: [UInt8]) -> UInt32 {
        var first: UInt64 = 0
        var second: UInt64 = 0
        for start in stride(from: 0, to: bytes.count, by: 2) {
            first += UInt64(bytes[start]) << 8 | UInt64(bytes[start + 1])
            second += first
        }
        func folded(_ sum: UInt64) -> UInt32 { sum == 0 ? 0 : UInt32((sum - 1) % 65535 + 1) }
        return folded(second) << 16 | folded(first)
    }

    @Test(arguments: [0, 4, 28, 32, 36, 8192, 8224, 100_004])
    func lanesGiveTheSumOfTheDefinition(_ count: Int) {
        let mixed = (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) }
        for bytes in [mixed, [UInt8](repeating: 0, count: count), [UInt8](repeating: 255, count: count)] {
            #expect(bytes.withUnsafeBytes { Fletcher32.checksum(of: $0) } == definition(bytes))
        }
    }
}
