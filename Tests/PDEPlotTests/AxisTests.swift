import PDEPlot
import Testing

@Suite struct AxisTests {
    @Test(arguments: [
        (0.0...1.0, 6, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (-1.7...1.7, 5, ["−1", "0", "1"]),
        (0.0...200.0, 5, ["0", "50", "100", "150", "200"]),
        (1e5...3e5, 3, ["10⁵", "2×10⁵", "3×10⁵"]),
        (0.0...4e-5, 3, ["0", "2×10⁻⁵", "4×10⁻⁵"]),
        (1000.0...1000.4, 5, ["1000", "1000.1", "1000.2", "1000.3", "1000.4"]),
    ])
    func linearTicksAreRound(range: ClosedRange<Double>, count: Int, labels: [String]) {
        #expect(Axis(range: range).ticks(atMost: count).map(\.label) == labels)
    }

    @Test(arguments: [0.0037...812.0, -5.3e-7...2.1e-7, 1e9...1.00001e9, -3.0...(-2.9), 0...Double.pi])
    func ticksLieInsideCoverTheRangeAndAreEvenlySpaced(range: ClosedRange<Double>) throws {
        for count in [2, 3, 5, 8, 13] {
            let values = Axis(range: range).ticks(atMost: count).map(\.value)
            let length = range.upperBound - range.lowerBound
            #expect(values.count <= count)
            let first = try #require(values.first)
            let last = try #require(values.last)
            #expect(first >= range.lowerBound - 1e-8 * length && last <= range.upperBound + 1e-8 * length)
            guard values.count > 1 else { continue }
            let step = values[1] - values[0]
            #expect(first - step < range.lowerBound && last + step > range.upperBound)
            for (a, b) in zip(values, values.dropFirst()) { #expect(abs(b - a - step) < 1e-6 * step) }
            #expect(Set(Axis(range: range).ticks(atMost: count).map(\.label)).count == values.count || length < 1e5)
        }
    }

    @Test func logarithmicTicksNameDecadesAndMarkBetween() {
        let ticks = Axis(scale: .logarithmic, range: 1e-3...1).ticks(atMost: 6)
        #expect(ticks.map(\.label).filter { !$0.isEmpty } == ["10⁻³", "10⁻²", "10⁻¹", "10⁰"])
        #expect(ticks.count == 28)
        let many = Axis(scale: .logarithmic, range: 1e-12...1).ticks(atMost: 5)
        #expect(many.filter { !$0.label.isEmpty }.map(\.label) == ["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"])
        let narrow = Axis(scale: .logarithmic, range: 0.15...0.9).ticks(atMost: 5)
        #expect(narrow.map(\.label) == ["0.2", "0.5"])
        let verySmall = Axis(scale: .logarithmic, range: 2.1...2.9).ticks(atMost: 5)
        #expect(verySmall.map(\.label) == ["2.2", "2.4", "2.6", "2.8"])
    }

    @Test func fittingPassesOverWhatTheScaleCannotShow() {
        #expect(Axis().fitted(to: [.nan, 2, .infinity, 4]).range == 2...4)
        let log = Axis(scale: .logarithmic).fitted(to: [0, -1, 0.01, 100, .nan])
        #expect(abs(log.range!.lowerBound - 0.01) < 1e-12 && abs(log.range!.upperBound - 100) < 1e-9)
        #expect(abs(log.position(of: 1) - 0.5) < 1e-12)
        #expect(log.position(of: 0).isNaN)
        #expect(Axis().fitted(to: []).range == 0...1)
        #expect(Axis().fitted(to: [3, 3]).range == 1.5...4.5)
        #expect(Axis(range: 0...2).fitted(to: [50]).range == 0...2)
    }

    @Test(
        arguments: [
            (0.0021, "0.0021"), (0.052, "0.052"), (-1.5, "−1.5"), (0, "0"), (1234.5, "1230"), (99_999, "10⁵"),
            (1e5, "10⁵"), (3.2e-5, "3.2×10⁻⁵"), (-1e-12, "−10⁻¹²"), (1e300, "10³⁰⁰"), (0.1 + 0.2, "0.3"),
            (1000, "1000"),
            (9.996, "10"), (.leastNonzeroMagnitude, "4.94×10⁻³²⁴"), (.infinity, "∞"), (.nan, "NaN"),
        ] as [(Double, String)])
    func numbersAreShortAndClean(value: Double, text: String) {
        #expect(NumberText.short(value) == text)
    }
}
