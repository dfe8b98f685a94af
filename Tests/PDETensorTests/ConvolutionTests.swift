import PDECore
import PDETensor
import Testing

/// Convolutions against the sum that they stand for, and their derivatives against differences.
@Suite struct ConvolutionTests {
    let cpu = CPUBackend(threads: 2)

    struct Case: CustomStringConvertible, Sendable {
        var grid, kernel, stride, dilation, before, after: [Int]
        var inputs = 2, outputs = 3, samples = 2

        func form(_ padding: Padding) -> ConvolutionForm {
            ConvolutionForm(
                grid: grid, kernel: kernel, stride: stride, dilation: dilation, before: before, after: after,
                padding: padding)
        }
        var description: String { "\(grid) \(kernel) \(stride) \(dilation) \(before) \(after) \(inputs) \(outputs)" }
    }

    /// One, two and three axes, strides, dilations, uneven padding, few and many channels; 3 weights an axis and 8 channels go by tiles.
    static let cases: [Case] = [
        Case(grid: [9], kernel: [3], stride: [1], dilation: [1], before: [1], after: [1]),
        Case(grid: [9], kernel: [4], stride: [2], dilation: [2], before: [0], after: [3], samples: 1),
        Case(grid: [600], kernel: [3], stride: [1], dilation: [4], before: [4], after: [4], inputs: 16, samples: 1),
        Case(grid: [5, 6], kernel: [3, 3], stride: [1, 1], dilation: [1, 1], before: [1, 1], after: [1, 1]),
        Case(
            grid: [5, 6], kernel: [3, 2], stride: [1, 1], dilation: [2, 1], before: [2, 0], after: [2, 1], inputs: 17),
        Case(grid: [6, 7], kernel: [2, 3], stride: [2, 3], dilation: [1, 2], before: [1, 2], after: [0, 2]),
        Case(
            grid: [6, 8], kernel: [2, 2], stride: [2, 2], dilation: [1, 1], before: [0, 0], after: [0, 0], inputs: 40),
        Case(
            grid: [4, 5], kernel: [3, 2], stride: [2, 1], dilation: [1, 1],
            before: [1, 1], after: [0, 1], inputs: 70),
        Case(grid: [4, 4], kernel: [3, 3], stride: [1, 1], dilation: [1, 1], before: [3, 2], after: [0, 3]),
        Case(grid: [5, 6], kernel: [3, 3], stride: [1, 1], dilation: [1, 1], before: [0, 0], after: [0, 0]),
        Case(
            grid: [6, 8], kernel: [3, 3], stride: [1, 1], dilation: [1, 1], before: [1, 1], after: [1, 1], inputs: 16,
            outputs: 17, samples: 3),
        Case(
            grid: [6, 5], kernel: [3, 3], stride: [1, 1], dilation: [1, 1], before: [2, 0], after: [2, 1], inputs: 17,
            outputs: 16, samples: 1),
        Case(
            grid: [24, 40], kernel: [3, 3], stride: [1, 1], dilation: [1, 1], before: [1, 1], after: [1, 1], inputs: 64,
            outputs: 64, samples: 1),
        Case(
            grid: [37], kernel: [3], stride: [1], dilation: [2], before: [2], after: [2], inputs: 18, outputs: 9),
        Case(
            grid: [13, 7], kernel: [3, 3], stride: [1, 1], dilation: [1, 2], before: [1, 2], after: [0, 1], inputs: 8,
            outputs: 24),
        Case(
            grid: [5, 6, 3], kernel: [3, 3, 3], stride: [1, 1, 1], dilation: [1, 1, 1], before: [1, 1, 1],
            after: [1, 1, 1], inputs: 9, outputs: 8, samples: 1),
        Case(
            grid: [4, 3, 5], kernel: [3, 1, 2], stride: [1, 2, 1], dilation: [1, 1, 2], before: [1, 0, 1],
            after: [1, 1, 1]),
    ]

    private func operands(_ c: Case) -> [Tensor<Double>] {
        [
            random([c.samples] + c.grid + [c.inputs], "operand", on: cpu),
            random(c.kernel + [c.inputs, c.outputs], "operand", index: 1, on: cpu),
            random([c.outputs], "operand", index: 2, on: cpu),
        ]
    }

    @Test(arguments: cases, Padding.allCases) func isTheSumItStandsFor(_ c: Case, _ padding: Padding) {
        let x = operands(c)
        let form = c.form(padding)
        let expected = direct(x[0], x[1], form)
        let found = x[0].convolved(x[1], form)
        #expect(found.shape == [c.samples] + form.outputs + [c.outputs])
        #expect((found - expected).magnitude.values.max()! < 1e-11)
        let biased = x[0].convolved(x[1], bias: x[2], form)
        #expect((biased - expected - x[2]).magnitude.values.max()! < 1e-11)
    }

    /// ⟨g, x ∗ w⟩ is linear in each of the three, so the transposes must give the same number.
    @Test(arguments: cases, Padding.allCases) func transposesGiveTheSameNumber(_ c: Case, _ padding: Padding) {
        let x = operands(c)
        let form = c.form(padding)
        let g = random([c.samples] + form.outputs + [c.outputs], "operand", index: 3, on: cpu)
        let number = (x[0].convolved(x[1], form) * g).sum().item
        let tolerance = 1e-12 * (Double(g.count * c.inputs * c.kernel.reduce(1, *))).squareRoot() * 10
        #expect(abs((g.convolvedTransposed(x[1], form) * x[0]).sum().item - number) < tolerance)
        let w = x[1].variable
        let slope = x[0].convolved(w, form).gradient(withRespectTo: [w], cotangent: g)[0]
        #expect(abs((slope * x[1]).sum().item - number) < tolerance)
    }

    @Test(arguments: cases.filter { $0.grid.reduce($0.inputs, *) < 2000 }, Padding.allCases)
    func derivatives(_ c: Case, _ padding: Padding) {
        let x = operands(c)
        let form = c.form(padding)
        expectDerivatives(at: Array(x[0...1]), "\(c)") { $0[0].convolved($0[1], form) }
        expectDerivatives(at: x, "\(c), biased") { $0[0].convolved($0[1], bias: $0[2], form).squared }
        let g = random([c.samples] + form.outputs + [c.outputs], "operand", index: 3, on: cpu)
        expectDerivatives(at: [g, x[1]], "\(c), transposed") { $0[0].convolvedTransposed($0[1], form) }
    }

    /// Tiles of all shapes: a hundred drawn grids, dilations and paddings.
    @Test func shapesAtRandomAreTheSumsTheyStandFor() {
        var stream = RandomStream(seed: 0, index: 0, purpose: "shapes")
        func draw(_ range: Range<Int>) -> Int { range.lowerBound + stream.integer(below: range.count) }
        var count = 0
        while count < 100 {
            let axes = draw(1..<4)
            let grid = (0..<axes).map { _ in draw(1..<[40, 14, 7][axes - 1]) }
            let ones = grid.map { _ in 1 }
            let (before, after) = (grid.map { draw(0..<min(4, $0 + 1)) }, grid.map { draw(0..<min(4, $0 + 1)) })
            let dilation = ones.map { _ in draw(1..<4) }
            let whole = grid.indices.map { before[$0] + grid[$0] + after[$0] }
            guard zip(whole, dilation).allSatisfy({ $0 > 2 * $1 }) else { continue }
            count += 1
            let c = Case(
                grid: grid, kernel: grid.map { _ in 3 }, stride: ones, dilation: dilation, before: before, after: after,
                inputs: draw(8..<40), outputs: draw(8..<40), samples: draw(1..<4))
            for padding in Padding.allCases {
                isTheSumItStandsFor(c, padding)
                transposesGiveTheSameNumber(c, padding)
            }
        }
    }

    @Test func keepsTheGridByDefault() {
        let x = random([2, 8, 6, 3], "operand", on: cpu)
        for (kernel, dilation) in [(3, 1), (3, 2), (2, 1), (5, 1)] {
            let w = random([kernel, kernel, 3, 4], "operand", index: 1, on: cpu)
            #expect(x.convolved(w, dilation: dilation, padding: .periodic).shape == [2, 8, 6, 4])
        }
        let w = random([2, 2, 3, 4], "operand", index: 1, on: cpu)
        #expect(x.convolved(w, stride: 2, padding: nil).shape == [2, 4, 3, 4])
    }

    @Test(arguments: cases) func bitsDoNotDependOnThreads(_ c: Case) {
        let form = c.form(.periodic)
        let results = (1...3).map { threads -> [[UInt32]] in
            let backend = CPUBackend(threads: threads)
            func single(_ x: Tensor<Double>) -> Tensor<Float> {
                Tensor(x.values.map(Float.init), shape: x.shape, on: backend)
            }
            let x = operands(c).map { single($0).variable }
            let y = x[0].convolved(x[1], bias: x[2], form)
            let g = single(random(y.shape, "operand", index: 3, on: cpu))
            return ([y] + y.gradient(withRespectTo: x, cotangent: g)).map { $0.values.map(\.bitPattern) }
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    /// Minimal filtering in single precision is good to 1e-6 of a result's size, and loses a small factor against the direct sum,
    /// which a column of zeros more makes of it.
    @Test func tilesKeepSinglePrecision() {
        let x = random([2, 16, 16, 64], "operand", on: cpu)
        let w = random([3, 3, 64, 32], "operand", index: 1, on: cpu)
        func single(_ x: Tensor<Double>) -> Tensor<Float> { Tensor(x.values.map(Float.init), shape: x.shape, on: cpu) }
        let exact = x.convolved(w, padding: .periodic).values
        func error(_ found: Tensor<Float>) -> Double {
            zip(exact, found.values).reduce(0) { $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1)) }.squareRoot()
        }
        let tiles = error(single(x).convolved(single(w), padding: .periodic))
        let wide = Tensor.concatenated([w, random([3, 1, 64, 32], "operand", on: cpu) * 0], along: 1)
        let form = ConvolutionForm(
            grid: [16, 16], kernel: [3, 4], stride: [1, 1], dilation: [1, 1], before: [1, 1], after: [1, 2],
            padding: .periodic)
        let direct = error(single(x).convolved(single(wide), form))
        let size = exact.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(tiles < 1e-6 * size)
        #expect(tiles < 8 * direct && direct > 0)
    }

    /// Coarse and fine fields joined: by tiles from 16 channels on, otherwise as composed.
    @Test(arguments: Padding.allCases) func joiningIsRepeatingJoiningAndConvolving(_ padding: Padding) {
        for (grid, coarse, fine, outputs) in [
            ([3, 4], 16, 16, 17), ([1, 5], 18, 16, 16), ([3, 4], 2, 3, 2), ([4], 3, 2, 2), ([2, 1, 2], 2, 1, 2),
            ([9], 8, 17, 8), ([2, 1, 2], 8, 9, 8),
        ] {
            let kernel = grid.map { _ in 3 }
            let operands = [
                random([3] + grid + [coarse], "operand", on: cpu),
                random([3] + grid.map { 2 * $0 } + [fine], "operand", index: 1, on: cpu),
                random(kernel + [coarse + fine, outputs], "operand", index: 2, on: cpu),
            ]
            let joined = Tensor.concatenated([operands[0].upsampled(by: 2), operands[1]], along: grid.count + 1)
            let expected = joined.convolved(operands[2], padding: padding)
            let found = operands[0].upsampledConvolved(joining: operands[1], operands[2], padding: padding)
            #expect((found - expected).magnitude.values.max()! < 1e-12 * 100)
            expectDerivatives(at: operands, "\(grid) \(padding)") {
                $0[0].upsampledConvolved(joining: $0[1], $0[2], padding: padding)
            }
        }
    }

    /// The same of fields on one grid.
    @Test(arguments: Padding.allCases) func joiningIsJoiningAndConvolving(_ padding: Padding) {
        for (grid, first, second, outputs) in [
            ([6, 7], 16, 16, 17), ([2, 9], 18, 16, 16), ([4, 3], 2, 3, 2), ([9], 8, 17, 8), ([3, 5, 4], 8, 9, 8),
        ] {
            let operands = [
                random([3] + grid + [first], "operand", on: cpu),
                random([3] + grid + [second], "operand", index: 1, on: cpu),
                random(grid.map { _ in 3 } + [first + second, outputs], "operand", index: 2, on: cpu),
            ]
            let joined = Tensor.concatenated([operands[0], operands[1]], along: grid.count + 1)
            let found = operands[0].convolved(joining: operands[1], operands[2], padding: padding)
            #expect((found - joined.convolved(operands[2], padding: padding)).magnitude.values.max()! < 1e-10)
            expectDerivatives(at: operands, "\(grid) \(padding)") {
                $0[0].convolved(joining: $0[1], $0[2], padding: padding)
            }
        }
    }

    private func direct(_ x: Tensor<Double>, _ w: Tensor<Double>, _ form: ConvolutionForm) -> Tensor<Double> {
        let axes = form.grid.count
        let (inputs, outputs) = (w.shape[axes], w.shape[axes + 1])
        let (xs, ws) = (x.values, w.values)
        func places(_ grid: [Int]) -> [[Int]] {
            grid.reduce([[]]) { places, n in places.flatMap { place in (0..<n).map { place + [$0] } } }
        }
        func index(_ place: [Int], _ grid: [Int]) -> Int { zip(place, grid).reduce(0) { $0 * $1.1 + $1.0 } }
        var values: [Double] = []
        for sample in 0..<x.shape[0] {
            for o in places(form.outputs) {
                var sums = [Double](repeating: 0, count: outputs)
                for k in places(form.kernel) {
                    let point: [Int?] = (0..<axes).map { axis in
                        let n = form.grid[axis]
                        let i = o[axis] * form.stride[axis] + k[axis] * form.dilation[axis] - form.before[axis]
                        switch form.padding {
                        case .zero: return (0..<n).contains(i) ? i : nil
                        case .periodic: return ((i % n) + n) % n
                        case .replicate: return min(max(i, 0), n - 1)
                        }
                    }
                    if point.contains(nil) { continue }
                    let from = (sample * form.grid.reduce(1, *) + index(point.map { $0! }, form.grid)) * inputs
                    for i in 0..<inputs {
                        for j in 0..<outputs {
                            sums[j] += xs[from + i] * ws[(index(k, form.kernel) * inputs + i) * outputs + j]
                        }
                    }
                }
                values += sums
            }
        }
        return Tensor(values, shape: [x.shape[0]] + form.outputs + [outputs], on: cpu)
    }
}
