import PDECore
import Testing

@Suite struct PhiloxTests {
    /// Random123's `kat_vectors`, lines `philox4x32 10`.
    @Test func matchesThePublishedKnownAnswers() {
        #expect(
            Philox4x32.block(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            Philox4x32.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox4x32.block(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0)
            )
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    /// Reference values of the FNV authors' test suite.
    @Test func purposeHashIsFNV1a() {
        #expect(RandomStream.Purpose("").hash == 0x811c_9dc5)
        #expect(RandomStream.Purpose("a").hash == 0xe40c_292c)
        #expect(RandomStream.Purpose("foobar").hash == 0xbf9c_f968)
    }
}
