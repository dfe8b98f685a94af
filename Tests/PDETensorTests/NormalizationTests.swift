import PDECore
import PDETensor
import Testing

/// Normalisations: what they leave of mean and variance, their derivatives, and bits.
@Suite struct NormalizationTests {
    let cpu = CPUBackend(threads: 2)

    private func r(_ shape: [Int], _ index: Int = 0) -> Tensor<Double> {
        random(shape, "operand", index: index, on: cpu)
    }

    @Test(arguments: [1, 2, 6]) func groupsHaveMeanZeroAndVarianceOne(_ groups: Int) {
        let x = r([2, 40, 30, 6]) * 3 + 1000
        let y = x.groupNormalized(groups: groups, scale: r([6]).ones, shift: r([6]).zeros, epsilon: 0)
        let grouped = y.reshaped([2, 1200, groups, 6 / groups])
        let means = grouped.mean(along: [1, 3]).values
        let squares = grouped.squared.mean(along: [1, 3]).values
        #expect(means.allSatisfy { abs($0) < 1e-12 })
        #expect(squares.allSatisfy { abs($0 - 1) < 1e-12 })
    }

    @Test(arguments: Activation.allCases) func derivativesOfGroups(_ activation: Activation) {
        for (samples, groups) in [(3, 2), (1, 4), (2, 1)] {
            expectDerivatives(at: [r([samples, 5, 3, 4]), r([4], 1), r([4], 2)], "\(samples), \(groups)") {
                $0[0].groupNormalized(groups: groups, scale: $0[1], shift: $0[2], activation: activation)
            }
        }
    }

    @Test func derivativesOfOthers() {
        let operands = [r([3, 4, 5]), r([5], 1), r([5], 2)]
        expectDerivatives(at: operands, "batch") {
            $0[0].batchNormalized(scale: $0[1], shift: $0[2], activation: .gelu)
        }
        expectDerivatives(at: operands, "layer") { $0[0].layerNormalized(scale: $0[1], shift: $0[2]) }
    }

    @Test func layersHaveMeanZeroAndVarianceOne() {
        let y = r([7, 9]).layerNormalized(scale: r([9]).ones, shift: r([9]).zeros, epsilon: 0)
        #expect(y.mean(along: [1]).values.allSatisfy { abs($0) < 1e-14 })
        #expect(y.squared.mean(along: [1]).values.allSatisfy { abs($0 - 1) < 1e-13 })
    }

    /// Rows shorter and longer than the lanes that sums run in, many of them, and one channel.
    @Test(arguments: [[3, 1], [2, 70], [5000, 33], [2, 3, 4, 5]]) func derivativesOfLayers(_ shape: [Int]) {
        let channels = [shape[shape.count - 1]]
        expectDerivatives(at: [r(shape), r(channels, 1), r(channels, 2)], "\(shape)") {
            $0[0].layerNormalized(scale: $0[1], shift: $0[2])
        }
    }

    @Test func bitsOfLayersDoNotDependOnThreads() {
        let results = (1...3).map { threads -> [[UInt32]] in
            let backend = CPUBackend(threads: threads)
            let x = [r([9000, 40]), r([40], 1), r([40], 2)].map {
                Tensor<Float>($0.values.map(Float.init), shape: $0.shape, on: backend).variable
            }
            let y = x[0].layerNormalized(scale: x[1], shift: x[2])
            return ([y] + y.squared.gradient(withRespectTo: x)).map { $0.values.map(\.bitPattern) }
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    @Test(arguments: [1, 2, 5]) func bitsDoNotDependOnThreads(_ samples: Int) {
        let results = (1...3).map { threads -> [[UInt32]] in
            let backend = CPUBackend(threads: threads)
            func single(_ x: Tensor<Double>) -> Tensor<Float> {
                Tensor(x.values.map(Float.init), shape: x.shape, on: backend)
            }
            let x = [r([samples, 64, 20, 32]), r([32], 1), r([32], 2)].map { single($0).variable }
            let y = x[0].groupNormalized(groups: 8, scale: x[1], shift: x[2], activation: .gelu)
            let g = single(r([samples, 64, 20, 32], 3))
            return ([y] + y.gradient(withRespectTo: x, cotangent: g)).map { $0.values.map(\.bitPattern) }
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }
}
