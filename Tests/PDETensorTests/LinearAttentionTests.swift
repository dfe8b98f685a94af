import PDECore
import PDETensor
import Testing

/// Attention through slices: what it computes, its derivatives, extreme weights, and bits.
@Suite struct LinearAttentionTests {
    let cpu = CPUBackend(threads: 2)

    private func r(_ shape: [Int], _ index: Int = 0) -> Tensor<Double> {
        random(shape, "operand", index: index, on: cpu)
    }

    /// As the formula says it, point by point.
    private func plain(
        _ s: Tensor<Double>, _ v: Tensor<Double>, _ q: Tensor<Double>, _ k: Tensor<Double>
    ) -> [Double] {
        let (samples, points, channels) = (s.shape[0], s.shape[1], s.shape[2])
        let (heads, width, slices) = (q.shape[0], q.shape[1], q.shape[2])
        var result = [Double](repeating: 0, count: s.count)
        func power(_ x: Double) -> Double { Tensor<Double>([x], shape: [1], on: cpu).exponential.item }
        for sample in 0..<samples {
            for head in 0..<heads {
                func at(_ x: [Double], _ point: Int, _ channel: Int) -> Double {
                    x[(sample * points + point) * channels + head * width + channel]
                }
                func logit(_ map: [Double], _ point: Int, _ slice: Int) -> Double {
                    (0..<width).reduce(0) { $0 + at(s.values, point, $1) * map[(head * width + $1) * slices + slice] }
                }
                let held = (0..<slices).map { slice -> [Double] in
                    let weights = (0..<points).map { power(logit(k.values, $0, slice)) }
                    let sum = weights.reduce(0, +)
                    return (0..<width).map { channel in
                        (0..<points).reduce(0) { $0 + weights[$1] * at(v.values, $1, channel) } / sum
                    }
                }
                for point in 0..<points {
                    let weights = (0..<slices).map { power(logit(q.values, point, $0)) }
                    for channel in 0..<width {
                        result[(sample * points + point) * channels + head * width + channel] =
                            (0..<slices).reduce(0) { $0 + weights[$1] * held[$1][channel] } / weights.reduce(0, +)
                    }
                }
            }
        }
        return result
    }

    @Test func isWhatItsFormulaSays() {
        for (samples, points, heads, width, slices) in [(2, 7, 3, 2, 4), (1, 40, 1, 3, 1), (3, 1, 2, 1, 5)] {
            let (s, v) = (r([samples, points, heads * width]), r([samples, points, heads * width], 1))
            let (q, k) = (r([heads, width, slices], 2), r([heads, width, slices], 3))
            let y = s.linearAttention(values: v, queries: q, keys: k)
            #expect(zip(y.values, plain(s, v, q, k)).allSatisfy { abs($0 - $1) < 1e-13 })
        }
    }

    /// Over several blocks of points, too: the fast way against the composed one.
    @Test func derivatives() {
        for (shape, heads, slices) in [([2, 5, 4], 2, 3), ([1, 9, 3], 3, 2), ([1, 130, 2], 1, 600)] {
            let map = [heads, shape[2] / heads, slices]
            expectDerivatives(at: [r(shape), r(shape, 1), r(map, 2), r(map, 3)], "\(shape)") {
                $0[0].linearAttention(values: $0[1], queries: $0[2], keys: $0[3])
            }
        }
    }

    /// Weights beyond the range of an exponential, and a largest one that comes late: sums go over many blocks of points.
    @Test func largeWeightsAreKept() {
        let points = 3000
        let s = Tensor<Double>((0..<points).map { Double($0) * 1.5 }, shape: [1, points, 1], on: cpu)
        let v = r([1, points, 1], 1)
        let one = Tensor<Double>([1, -1], shape: [1, 1, 2], on: cpu)
        let y = s.linearAttention(values: v, queries: one, keys: one * 2).values
        // The first slice holds the last points' values by powers of e⁻³, the second the first ones'; the ends take from one of them.
        func sum(_ value: (Int) -> Double) -> Double {
            (0..<20).reversed().reduce(0) { value($1) + $0 * 0.049787068367863944 }
        }
        let (last, first) = (sum { v.values[points - 1 - $0] }, sum { v.values[$0] })
        let total = sum { _ in 1 }
        #expect(y.allSatisfy { $0.isFinite })
        #expect(abs(y[points - 1] - last / total) < 1e-13)
        #expect(abs(y[0] - 0.5 * (first + last) / total) < 1e-13)
    }

    @Test(arguments: [1, 2, 5]) func bitsDoNotDependOnThreads(_ samples: Int) {
        let results = (1...3).map { threads -> [[UInt32]] in
            let backend = CPUBackend(threads: threads)
            func single(_ x: Tensor<Double>) -> Tensor<Float> {
                Tensor(x.values.map(Float.init), shape: x.shape, on: backend)
            }
            let shape = [samples, 900, 12]
            let x = [r(shape), r(shape, 1), r([3, 4, 30], 2), r([3, 4, 30], 3)].map { single($0).variable }
            let y = x[0].linearAttention(values: x[1], queries: x[2], keys: x[3])
            return ([y] + y.gradient(withRespectTo: x, cotangent: single(r(shape, 4)))).map {
                $0.values.map(\.bitPattern)
            }
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }
}
