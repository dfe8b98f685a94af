import PDEConfig
import PDECore
import PDEOperators
import PDETensor

/// One implicit score-matching step: the work of the peers' scripts, with their keys.
package enum ScoreBench {
    /// Milliseconds of a step of a perceptron with three hidden layers on 10,000 particles, exact divergence and Adam: the median of
    /// 20 after 3 that do not count, and the least.
    package static func measure<Scalar: Real>(
        _: Scalar.Type, dimensions: Int, width: Int = 100, threads: Int
    ) -> JSON {
        let count = 10_000
        let layers = ScoreLayers(dimensions: dimensions, width: width, hidden: 3)
        let backend = CPUBackend(threads: 1)
        let fit = ScoreFit<Scalar>(
            layers, parameters: ScoreNetwork(layers, Initialization(seed: 0, backend: backend)).values)
        let velocities = AlignedBuffer<Scalar>(count: dimensions * count)
        let weights = AlignedBuffer<Scalar>(count: count)
        var stream = RandomStream(seed: 0, index: 0, purpose: "bench")
        stream.fillNormal(velocities.values)
        for particle in 0..<count { weights.pointer[particle] = 1 / Scalar(count) }
        let samples = ScoreSamples(
            count: count, stride: count, velocities: velocities.pointer, weights: weights.pointer)
        let team = ThreadTeam(threads: threads)
        let clock = ContinuousClock()
        var times: [Double] = []
        for run in 0..<23 {
            let start = clock.now
            _ = fit.step(samples, .implicit, learningRate: 4e-4, on: team)
            if run >= 3 { times.append((clock.now - start) / .milliseconds(1)) }
        }
        times.sort()
        func rounded(_ value: Double) -> JSON { .number((value * 100).rounded() / 100) }
        return .object([
            ("bench", "score"), ("precision", .string(Scalar.self == Float.self ? "float" : "double")),
            ("dimensions", .number(dimensions)), ("particles", .number(count)), ("width", .number(width)),
            ("threads", .number(threads)), ("train_ms", rounded(times[times.count / 2])),
            ("least_ms", rounded(times[0])), ("parameters", .number(layers.parameterCount)),
            ("blas_kernel", .string(BLASThreads.kernelName)),
        ])
    }
}
