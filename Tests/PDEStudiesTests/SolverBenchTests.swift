import PDEConfig
import PDEStudies
import Testing

@Suite struct SolverBenchTests {
    /// One kernel for all of a dimension, learned from problems of other frequencies.
    @Test func thePublishedProblemsAreSolvedAsAccuratelyAsIsAskedOfThem() throws {
        var lines: [JSON] = []
        try SolverBench.measure(threads: 2) { lines.append($0) }
        let bounds = [
            "poisson-sine": 1e-6, "poisson-modulated-sine": 1e-6, "poisson-growing-sine": 1e-6,
            "poisson-mixed-sines": 1e-6, "poisson-sine-and-parabola": 1e-6, "allen-cahn-sine": 1e-6,
            "allen-cahn-mixed-sines": 1e-6, "poisson-sine-product": 1e-5, "poisson-modulated-sum": 1e-5,
            "allen-cahn-mixed-product": 1e-3, "advection-wave": 1e-3,
        ]
        #expect(lines.count == 12)
        for line in lines {
            let problem = try #require(line["problem"]?.string)
            let error = try #require(line["error"]?.double)
            #expect(error < bounds[problem]!, "\(problem): \(error)")
            #expect((line["peak_arrays"]?.double != nil) == (line["dimensions"]?.double == 2))
            for key in ["dimensions", "points", "train_s", "solve_s"] { #expect(line[key]?.double != nil, "\(key)") }
        }
    }
}
