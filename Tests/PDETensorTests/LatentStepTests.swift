import PDECore
import PDETensor
import Testing

/// A step in the latent space of patches: what it computes, its derivatives, and bits.
@Suite struct LatentStepTests {
    let cpu = CPUBackend(threads: 2)

    private struct Shape {
        var grid: [Int]
        var patches: Int
        var heads: Int
        var width: Int
        var tokens = 3
        var terms = 4
        var samples = 2

        var channels: Int { heads * width }
    }

    /// All operands, with tokens a few units large.
    private func operands(_ shape: Shape) -> [Tensor<Double>] {
        let c = shape.channels
        let shapes = [
            [shape.samples] + shape.grid + [c], [c, shape.tokens * shape.heads], [c, c], [c], [c, c], [c],
            [shape.tokens, c], [shape.terms - 1, c], [shape.terms, c],
        ]
        return shapes.enumerated().map { random($1, "operand", index: $0, on: cpu) * (1 / Double(c).squareRoot()) }
    }

    private func step<Scalar: Real>(_ o: [Tensor<Scalar>], _ shape: Shape) -> Tensor<Scalar> {
        o[0].latentStep(
            patches: shape.patches, heads: shape.heads, keys: o[1], value: (o[2], o[3]), query: (o[4], o[5]),
            tokens: o[6], sines: o[7], cosines: o[8])
    }

    /// As the formula says it, point by point, for patches whose points are given as indices.
    private func plain(_ o: [Tensor<Double>], _ shape: Shape, patches: [[Int]]) -> [Double] {
        let (c, heads, tokens) = (shape.channels, shape.heads, shape.tokens)
        let v = o.map(\.values)
        func mapped(_ function: UnaryFunction, _ x: Double) -> Double {
            let x = Tensor<Double>([x], shape: [1], on: cpu)
            return (function == .exp ? x.exponential : function == .sin ? x.sine : x.cosine).item
        }
        func softmax(_ x: [Double]) -> [Double] {
            let powers = x.map { mapped(.exp, $0) }
            return powers.map { $0 / powers.reduce(0, +) }
        }
        func layer(_ point: Int, _ weight: Int, _ column: Int, _ columns: Int) -> Double {
            (0..<c).reduce(0) { $0 + v[0][point * c + $1] * v[weight][$1 * columns + column] }
        }
        var result = v[0]
        for points in patches {
            for head in 0..<heads {
                let own = head * shape.width..<(head + 1) * shape.width
                let latent = (0..<tokens).map { token -> [Double] in
                    let weights = softmax(points.map { layer($0, 1, token * heads + head, tokens * heads) })
                    return own.map { channel in
                        let gathered = zip(points, weights).reduce(v[6][token * c + channel]) {
                            $0 + $1.1 * (layer($1.0, 2, channel, c) + v[3][channel])
                        }
                        return (0..<shape.terms).reduce(gathered) { sum, i in
                            let angle = Double.pi * Double(i) * gathered / Double(shape.terms)
                            return sum + v[8][i * c + channel] * mapped(.cos, angle)
                                + (i == 0 ? 0 : v[7][(i - 1) * c + channel] * mapped(.sin, angle))
                        }
                    }
                }
                for point in points {
                    let query = own.map { layer(point, 4, $0, c) + v[5][$0] }
                    let weights = softmax(latent.map { zip($0, query).reduce(0) { $0 + $1.0 * $1.1 } })
                    for (index, channel) in own.enumerated() {
                        result[point * c + channel] += zip(weights, latent).reduce(0) { $0 + $1.0 * $1.1[index] }
                    }
                }
            }
        }
        return result
    }

    @Test func isWhatItsFormulaSays() {
        let line = Shape(grid: [6], patches: 2, heads: 2, width: 3)
        let lines = (0..<4).map { [3 * $0, 3 * $0 + 1, 3 * $0 + 2] }
        #expect(largest(step(operands(line), line), plain(operands(line), line, patches: lines)) < 1e-13)
        let plane = Shape(grid: [4, 6], patches: 2, heads: 3, width: 2, tokens: 1, samples: 1)
        let planes = [0, 3, 12, 15].map { first in [0, 1, 2, 6, 7, 8].map { first + $0 } }
        #expect(largest(step(operands(plane), plane), plain(operands(plane), plane, patches: planes)) < 1e-13)
        let space = Shape(grid: [2, 2, 4], patches: 2, heads: 1, width: 5, tokens: 2, terms: 2, samples: 1)
        let spaces = (0..<8).map { [2 * $0, 2 * $0 + 1] }
        #expect(largest(step(operands(space), space), plain(operands(space), space, patches: spaces)) < 1e-13)
    }

    private func largest(_ x: Tensor<Double>, _ y: [Double]) -> Double {
        zip(x.values, y).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    /// Heads of the widths that kernels are made for and of others, several blocks of patches and groups of blocks: the fast way against
    /// the composed one and against differences, of first and second order.
    @Test(arguments: [1, 2, 3, 4, 8, 16, 32, 64, 72]) func derivatives(_ width: Int) {
        let shape = Shape(
            grid: width > 8 ? [4] : [4, 6], patches: 2, heads: width > 16 ? 1 : 2, width: width,
            samples: width > 16 ? 1 : 2)
        expectDerivatives(at: operands(shape), "heads of \(width) channels") { step($0, shape) }
    }

    @Test func derivativesOfManyBlocks() {
        let shape = Shape(grid: [64, 64], patches: 16, heads: 2, width: 4, tokens: 2, terms: 3, samples: 3)
        let x = operands(shape).map(\.variable)
        let c = random(x[0].shape, "cotangent", on: cpu)
        let fast = step(x, shape).gradient(withRespectTo: x, cotangent: c)
        let composed = step(x, shape).gradient(withRespectTo: x, cotangent: c, recording: true)
        for (fast, composed) in zip(fast, composed) {
            let size = composed.magnitude.values.max()!
            #expect((fast - composed).magnitude.values.max()! < 1e-11 * size)
        }
    }

    @Test(arguments: [1, 2, 5]) func bitsDoNotDependOnThreads(_ samples: Int) {
        let shape = Shape(grid: [24, 36], patches: 4, heads: 4, width: 6, samples: samples)
        let results = (1...3).map { threads -> [[UInt32]] in
            let backend = CPUBackend(threads: threads)
            func single(_ x: Tensor<Double>) -> Tensor<Float> {
                Tensor(x.values.map(Float.init), shape: x.shape, on: backend)
            }
            let x = operands(shape).map { single($0).variable }
            let y = step(x, shape)
            let c = single(random(x[0].shape, "cotangent", on: cpu))
            return ([y] + y.gradient(withRespectTo: x, cotangent: c)).map { $0.values.map(\.bitPattern) }
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }
}
