import PDECore
import PDETensor
import Testing

/// Every primitive's derivatives, first and second, backwards and forwards, against central differences.
@Suite struct DerivativeTests {
    let cpu = CPUBackend(threads: 2)

    private func r(_ shape: Int..., index: Int = 0) -> Tensor<Double> {
        random(shape, "operand", index: index, on: cpu)
    }
    private func positive(_ shape: Int..., index: Int = 0) -> Tensor<Double> {
        random(shape, "operand", index: index, on: cpu).squared + 0.3
    }

    @Test(arguments: UnaryFunction.allCases) func functionsOfOneValue(_ function: UnaryFunction) {
        let needsPositive = [.log, .sqrt, .reciprocal].contains(function)
        expectDerivatives(at: [needsPositive ? positive(3, 7) : r(3, 7)], "\(function)") { $0[0].mapped(function) }
    }

    @Test func arithmeticWithEveryKindOfRepetition() {
        let shapes: [([Int], [Int])] = [
            ([2, 3, 4], [2, 3, 4]), ([2, 3, 4], [4]), ([2, 3, 4], [3, 4]), ([2, 3, 4], [2, 1, 1]), ([2, 3, 4], []),
            ([2, 3, 4], [1, 3, 1]), ([2, 3, 4], [2, 1, 4]), ([3, 1], [1, 4]), ([4], [2, 3, 4]), ([], [2, 2]),
            ([2, 1, 3], [2, 4, 1]),
        ]
        for (a, b) in shapes {
            let x = random(a, "operand", on: cpu)
            let y = random(b, "operand", index: 1, on: cpu)
            let above = y.squared + 0.5
            expectDerivatives(at: [x, y], "+ \(a) \(b)") { $0[0] + $0[1] }
            expectDerivatives(at: [x, y], "− \(a) \(b)") { $0[0] - $0[1] }
            expectDerivatives(at: [x, y], "× \(a) \(b)") { $0[0] * $0[1] }
            expectDerivatives(at: [x, above], "/ \(a) \(b)") { $0[0] / $0[1] }
            expectDerivatives(at: [x, y], "max \(a) \(b)") { $0[0].maximum($0[1]) * $0[0] }
            expectDerivatives(at: [x, y], "min \(a) \(b)") { $0[0].minimum($0[1]) * $0[1] }
            expectDerivatives(at: [x.squared + 0.5, y], "power \(a) \(b)") { $0[0].power($0[1]) }
        }
    }

    @Test func arithmeticWithNumbers() {
        let x = positive(5)
        expectDerivatives(at: [x]) { x in
            let (a, b, c) = (2 - x[0] * 3, 1 / x[0], x[0] / 4 - 5)
            return a + b - c * (1 + x[0])
        }
    }

    @Test func reductions() {
        let x = r(2, 3, 4, 2)
        for axes in [[0], [1], [3], [0, 1], [1, 2], [0, 2], [1, 3], [0, 1, 2, 3]] {
            expectDerivatives(at: [x], "sum \(axes)") { $0[0].squared.sum(along: axes) }
            expectDerivatives(at: [x], "mean \(axes)") { $0[0].squared.mean(along: axes, keepingAxes: true) * $0[0] }
        }
        for axis in 0..<4 {
            expectDerivatives(at: [x], "max \(axis)") { ($0[0] * $0[0]).maximum(along: axis) }
        }
    }

    @Test func rearrangements() {
        let x = r(3, 4, 5)
        expectDerivatives(at: [x]) { ($0[0].reshaped([4, 15])).squared }
        expectDerivatives(at: [x]) { $0[0].permuted([2, 0, 1]).squared }
        expectDerivatives(at: [x]) { $0[0].transposed.squared }
        expectDerivatives(at: [x]) { $0[0].sliced(1..<4, step: 2, along: 1).squared }
        expectDerivatives(at: [x]) { $0[0].part(2, along: 2).squared }
        expectDerivatives(at: [x]) { $0[0].rolled(2, along: 1) * $0[0] }
        for padding in Tensor<Double>.Padding.allCases {
            expectDerivatives(at: [x], "\(padding)") { $0[0].padded(2, 3, along: 1, with: padding).squared }
        }
        expectDerivatives(at: [r(3, 1, 5)]) { $0[0].expanded(to: [2, 3, 4, 5]).squared }
        expectDerivatives(at: [r(2, 3), r(2, 1, index: 1), r(2, 2, index: 2)]) {
            Tensor.concatenated([$0[0].squared, $0[1], $0[2].squared], along: 1)
        }
        expectDerivatives(at: [r(2, 3), r(2, 3, index: 1)]) { Tensor.stacked([$0[0].squared, $0[1]], along: 1) }
    }

    @Test func products() {
        for (transposesA, transposesB) in [(false, false), (true, false), (false, true), (true, true)] {
            let a = transposesA ? r(4, 3) : r(3, 4)
            let b = transposesB ? r(5, 4, index: 1) : r(4, 5, index: 1)
            expectDerivatives(at: [a, b], "\(transposesA) \(transposesB)") {
                $0[0].product($0[1], transposingSelf: transposesA, transposingOther: transposesB)
            }
            let many = transposesA ? r(2, 2, 4, 3) : r(2, 2, 3, 4)
            let others = transposesB ? r(2, 2, 5, 4, index: 1) : r(2, 2, 4, 5, index: 1)
            expectDerivatives(at: [many, others], "\(transposesA) \(transposesB), many") {
                $0[0].product($0[1], transposingSelf: transposesA, transposingOther: transposesB)
            }
        }
        expectDerivatives(at: [r(2, 3, 4), r(4, 5, index: 1)]) { $0[0].product($0[1]) }
    }

    @Test func spectralTransforms() {
        for (grid, modes) in [([8], [3]), ([9], [5]), ([8], [5]), ([6, 8], [2, 3]), ([4, 6, 5], [2, 2, 3])] {
            let x = random([2] + grid + [3], "operand", on: cpu)
            expectDerivatives(at: [x], "\(grid)") { $0[0].analyzed(modes: modes).squared }
            let transform = TruncatedTransform(grid: grid, modes: modes)
            let c = random([2, 2, transform.count, 3], "operand", on: cpu)
            expectDerivatives(at: [c], "\(grid)") { $0[0].synthesized(on: grid, modes: modes).squared }
            let w = random(transform.extents + [2, 3, 4], "operand", index: 1, on: cpu)
            expectDerivatives(at: [c, w], "\(grid)") { $0[0].complexProduct($0[1]) }
        }
    }

    @Test(arguments: [Activation.identity, .gelu]) func fourierLayers(_ activation: Activation) {
        for (grid, modes) in [([8], [3]), ([6, 8], [2, 3]), ([4, 6, 5], [2, 2, 3])] {
            let extents = TruncatedTransform(grid: grid, modes: modes).extents
            let operands = [
                random([2] + grid + [3], "operand", on: cpu),
                random(extents + [2, 3, 4], "operand", index: 1, on: cpu),
                r(3, 4, index: 2), r(4, index: 3),
            ]
            expectDerivatives(at: operands, "\(grid)") {
                $0[0].fourierLayer(spectral: $0[1], local: $0[2], bias: $0[3], modes: modes, activation: activation)
            }
        }
    }

    @Test(arguments: [Activation.identity, .gelu, .relu, .tanh, .silu, .sigmoid, .softplus])
    func perceptrons(_ activation: Activation) {
        let operands = [r(2, 5, 3), r(3, 6, index: 1), r(6, index: 2), r(6, 2, index: 3), r(2, index: 4)]
        expectDerivatives(at: operands, "\(activation)") {
            $0[0].perceptron($0[1], $0[2], $0[3], $0[4], input: activation, hidden: activation)
        }
        expectDerivatives(at: Array(operands[0...2]), "\(activation)") {
            $0[0].linear($0[1], $0[2], activation: activation)
        }
    }

    /// Where one operand depends on another, paths must not be counted twice.
    @Test func operandsThatDependOnEachOther() {
        expectDerivatives(at: [r(4, 3), r(3, 3, index: 1), r(3, index: 2)]) { x in
            let h = x[0].linear(x[1], x[2], activation: .gelu)
            return h.linear(x[1] + 0.1 * h.sum(), x[2], activation: .gelu).linear(x[1], x[2])
        }
    }
}
