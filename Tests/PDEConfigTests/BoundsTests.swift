import PDEConfig
import Testing

@Suite struct BoundsTests {
    @Test func speakLikePeople() {
        #expect(Bounds<Double>.positive.description == "more than 0")
        #expect(Bounds.atLeast(8).description == "at least 8")
        #expect(Bounds.between(0.0, 1e-6).description == "between 0 and 1e-6")
        #expect(Bounds.between(1e-12, 1e12).description == "between 1e-12 and 1e12")
        #expect(Bounds.between(100, 1_000_000).description == "between 100 and 1000000")
        #expect(Bounds(lower: .closed(0.0), upper: .open(1e20)).description == "at least 0 and less than 1e20")
        #expect(Bounds.between(3, 3).description == "exactly 3")
    }

    @Test func openEndsAreExcluded() {
        let bounds = Bounds.moreThan(0.0, lessThan: 1)
        #expect(!bounds.contains(0) && bounds.contains(0.5) && !bounds.contains(1) && !bounds.contains(.nan))
        #expect(Bounds<Int>.nonNegative.contains(0) && !Bounds<Int>.nonNegative.contains(-1))
        #expect(Bounds.moreThan(0, atMost: 1).contains(1))
    }
}
