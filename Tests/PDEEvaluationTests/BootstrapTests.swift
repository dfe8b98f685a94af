import Glibc
import PDEEvaluation
import Testing

@Suite("Bootstrap and the comparison of costs")
struct BootstrapTests {
    @Test("the interval of a mean is 1.96 standard errors wide on both sides, and the same every time")
    func interval() throws {
        let values = (0..<400).map { Double($0 % 4 == 0 ? 1 : 0) }
        let estimate = Bootstrap(seed: 3).mean(of: values)
        let half = 1.96 * (0.25 * 0.75 / 400).squareRoot()
        #expect(estimate.value == 0.25)
        #expect(isClose(estimate.lower, 0.25 - half, within: 0.12 * half))
        #expect(isClose(estimate.upper, 0.25 + half, within: 0.12 * half))
        #expect(estimate == Bootstrap(seed: 3).mean(of: values))
        #expect(estimate != Bootstrap(seed: 4).mean(of: values))
    }

    @Test("one value has no interval, equal values have one without width")
    func degenerate() {
        #expect(Bootstrap().mean(of: [2]) == Estimate(value: 2))
        #expect(Bootstrap().mean(of: [2, 2, 2]) == Estimate(value: 2, lower: 2, upper: 2))
    }

    @Test("what differs between seeds only widens the interval as the number of seeds says")
    func seeds() {
        // Two seeds: a replica is at 0, ½ or 1 with chances ¼, ½, ¼.
        let estimate = Bootstrap().mean(ofSeeds: [[0, 0, 0], [1, 1, 1]])
        #expect(estimate == Estimate(value: 0.5, lower: 0, upper: 1))
        // States that differ in the same way for both seeds: drawn together, they do not average out.
        let states = (0..<100).map { Double($0 % 2) }
        let common = Bootstrap().mean(ofSeeds: [states, states])
        let half = 1.96 * 0.05
        #expect(isClose(common.upper, 0.5 + half, within: 0.15 * half))
    }

    private func solver(_ cost: Double) -> CostPoint {
        CostPoint(name: "\(cost)", secondsPerFrame: cost, error: 1e-6 / (cost * cost))
    }

    @Test("an error that falls as cost⁻² is interpolated exactly")
    func interpolation() throws {
        let solvers = [0.004, 0.001, 0.016].map(solver)
        let surrogate = CostPoint(name: "net", secondsPerFrame: 0.0005, error: 1e-6 / (0.003 * 0.003))
        let comparison = try #require(CostComparison(surrogate, with: solvers))
        #expect(comparison.position == .within)
        #expect(isClose(comparison.solverSecondsPerFrame, 0.003, within: 1e-12))
        #expect(isClose(comparison.speedup, 6, within: 1e-9))
    }

    @Test("solvers that a cheaper one beats do not count")
    func tuned() throws {
        let bad = CostPoint(name: "bad", secondsPerFrame: 0.003, error: 2)
        let surrogate = CostPoint(name: "net", secondsPerFrame: 0.006, error: 0.25)
        let comparison = try #require(CostComparison(surrogate, with: [solver(0.004), bad, solver(0.001)]))
        #expect(comparison.solvers.map(\.secondsPerFrame) == [0.001, 0.004])
        #expect(isClose(comparison.speedup, 1.0 / 3, within: 1e-9))
    }

    @Test("a few frames of a short time in all are no measurement of who is faster")
    func tooShort() throws {
        func isTooShort(_ frames: Int?, _ seconds: Double) throws -> Bool {
            let surrogate = CostPoint(name: "net", secondsPerFrame: seconds, error: 0.25, frames: frames)
            return try #require(CostComparison(surrogate, with: [solver(0.004)])).isTooShort
        }
        #expect(try isTooShort(6, 0.001) && !isTooShort(60, 0.001) && !isTooShort(6, 0.1) && !isTooShort(nil, 0.001))
        let short = CostPoint(name: "solver", secondsPerFrame: 0.004, error: 0.1, frames: 6)
        let surrogate = CostPoint(name: "net", secondsPerFrame: 1, error: 0.25, frames: 6)
        #expect(try #require(CostComparison(surrogate, with: [short])).isTooShort)
    }

    @Test("how far an error lies below another is never one times")
    func below() {
        #expect(BaselineComparison.words(below: 0.3125) == "3.2 times below")
        #expect(BaselineComparison.words(below: 0.5) == "2 times below")
        #expect(BaselineComparison.words(below: 0.97) == "3 % below")
        #expect(BaselineComparison.words(below: 0.9996) == "0.04 % below")
    }

    @Test("outside the solvers' errors the ratio is a bound and says so")
    func bounds() throws {
        let solvers = [0.001, 0.002].map(solver)
        func compare(_ error: Double) -> CostComparison? {
            CostComparison(CostPoint(name: "net", secondsPerFrame: 0.001, error: error), with: solvers)
        }
        #expect(compare(3)?.position == .lessAccurate)
        #expect(compare(3)?.speedup == 1)
        #expect(compare(0.01)?.position == .moreAccurate)
        #expect(compare(0.01)?.speedup == 2)
        #expect(CostComparison(solvers[0], with: []) == nil)
    }
}
