import PDECore
import Testing

@Suite("Quantities as people say them")
struct QuantitiesTests {
    @Test(
        "durations",
        arguments: [
            (0, "0 s"), (4.2e-7, "0.420 µs"), (830e-6, "830 µs"), (0.9996e-3, "1.00 ms"), (0.83, "830 ms"),
            (0.9996, "1.00 s"), (12.34, "12.3 s"), (59.94, "59.9 s"), (59.96, "1 min 00 s"), (245, "4 min 05 s"),
            (3599.4, "59 min 59 s"), (3599.6, "1 h 00 min"), (11520, "3 h 12 min"), (86399, "1 d 0 h"),
            (187_200, "2 d 4 h"), (-1, "–"), (.infinity, "–"), (.nan, "–"), (1e300, "1.16e295 d"),
        ] as [(Double, String)])
    func durations(seconds: Double, expected: String) {
        #expect(formatDuration(seconds) == expected)
    }

    @Test(
        "sizes",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (999_499, "999 kB"), (999_500, "1.00 MB"),
            (1_234_567_890, "1.23 GB"), (Int.max, "9223 PB"), (-1500, "-1.50 kB"),
        ])
    func sizes(bytes: Int, expected: String) {
        #expect(formatBytes(bytes) == expected)
    }

    @Test(
        "counts",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234"),
            (Int.min, "-9,223,372,036,854,775,808"),
        ])
    func counts(count: Int, expected: String) {
        #expect(formatCount(count) == expected)
        #expect(formatCount(count, "shard") == expected + (count == 1 ? " shard" : " shards"))
    }

    @Test(
        "significant digits",
        arguments: [
            (0, "0"), (0.42, "0.420"), (12.34, "12.3"), (-12.36, "-12.4"), (9.996, "10.0"), (1235.4, "1235"),
            (123456, "123456"), (999_999.9, "1.00e6"), (1e-4, "0.000100"), (1.2e-7, "1.20e-7"), (.nan, "nan"),
            (-.infinity, "-inf"),
        ] as [(Double, String)])
    func significant(value: Double, expected: String) {
        #expect(formatSignificant(value) == expected)
    }

    @Test("the count of digits is the caller's")
    func digits() {
        #expect(formatSignificant(3.14159, digits: 1) == "3")
        #expect(formatSignificant(3.14159, digits: 5) == "3.1416")
    }
}
