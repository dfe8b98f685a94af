import PDECore
import PDEOperators
import PDETensor
import Testing

/// The stencil V-cycle: one symmetric positive definite matrix, derivatives, and the classical cycle where couplings are equal.
@Suite struct StencilCycleTests {
    private let cpu = CPUBackend(threads: 1)

    /// A network whose parameters are all of some size.
    private func network(axes: Int, seed: UInt64 = 1, size: Double = 0.5) -> any FieldOperator<Double> {
        let shape = OperatorShape(inputs: 1 + 2 * axes, outputs: 1, axes: axes)
        let network: any FieldOperator<Double> = StencilCycleArchitecture(width: 4, layers: 2)
            .network(shape, Initialization(seed: seed, backend: cpu))
        return network.mappingParameters { _, value in
            let change =
                random(value.shape, "change", index: Int(seed) + value.count, on: cpu) as Tensor<Double>
            return value + change * size
        }
    }

    /// Channels of systems whose couplings are random, e^±spread, with values given on all sides or on the lower ones only.
    private func systems(
        _ samples: Int, _ grid: [Int], spread: Double, allSides: Bool = true, index: Int = 0
    ) -> Tensor<Double> {
        let axes = grid.count
        let shape = [samples] + grid
        let parts = (0..<axes).flatMap { axis -> [Tensor<Double>] in
            let noise: Tensor<Double> = random(shape, "coupling", index: index + axis, on: cpu)
            let upper = (noise * spread).mapped(.exp)
            let count = grid[axis]
            let lower = upper.sliced(0..<count - 1, along: axis + 1).padded(1, 0, along: axis + 1)
            let first = upper.sliced(0..<1, along: axis + 1).padded(0, count - 1, along: axis + 1) * -2
            let open = upper.sliced(0..<count - 1, along: axis + 1).padded(0, 1, along: axis + 1)
            let last = upper.sliced(count - 1..<count, along: axis + 1).padded(count - 1, 0, along: axis + 1) * -2
            return [lower + first, allSides ? open + last : open]
        }
        return .stacked(parts, along: axes + 1)
    }

    @Test(arguments: [[16, 16], [8, 32], [16, 8, 8]], [true, false])
    func theMatrixIsLinearSymmetricAndPositiveDefinite(_ grid: [Int], _ allSides: Bool) {
        let correct = network(axes: grid.count).correction(
            for: systems(2, grid, spread: 2, allSides: allSides, index: 5))
        let axes = Array(1...grid.count)
        func dot(_ a: Tensor<Double>, _ b: Tensor<Double>) -> [Double] { (a * b).sum(along: axes).values }
        for index in 0..<3 {
            let a: Tensor<Double> = random([2] + grid, "a", index: index, on: cpu)
            let b: Tensor<Double> = random([2] + grid, "b", index: index, on: cpu)
            let (x, y) = (correct(a), correct(b))
            let both = correct(a * 3 - b)
            let error = (both - (x * 3 - y)).values.map(abs).max()!
            #expect(error < 1e-12 * both.values.map(abs).max()!)
            for (own, other) in zip(dot(x, b), dot(a, y)) { #expect(abs(own - other) < 1e-11 * max(abs(own), 1e-3)) }
            for energy in dot(a, x) { #expect(energy > 0) }
        }
    }

    @Test func derivativesAreExact() {
        let system = systems(1, [8, 16], spread: 0.4)
        let r: Tensor<Double> = random([1, 8, 16, 1], "r", on: cpu)
        let own = network(axes: 2) as! StencilCycle<Double>
        expectDerivatives(of: own, at: .concatenated([r, system], along: 3), each: false, "cycle") { $0($1) }
    }

    @Test func equalCouplingsGiveTheClassicalCycle() {
        for grid in [[16, 32], [16, 8, 8]] {
            let system = systems(1, grid, spread: 0)
            let r: Tensor<Double> = random([1] + grid, "r", on: cpu)
            let classical = network(axes: grid.count, size: 0).correction(for: system)(r)
            let learned = network(axes: grid.count, size: 0.5).correction(for: system)(r)
            #expect((learned - classical).values.map(abs).max()! < 1e-12 * classical.values.map(abs).max()!)
            let other = systems(1, grid, spread: 1)
            let (a, b) = (network(axes: grid.count, size: 0), network(axes: grid.count, size: 0.5))
            let (x, y) = (a.correction(for: other)(r), b.correction(for: other)(r))
            #expect((x - y).values.map(abs).max()! > 1e-3 * x.values.map(abs).max()!)
        }
    }

    @Test func whatItCannotMapIsRefused() throws {
        let kind = StencilCycleArchitecture()
        try kind.check(grid: [64, 64])
        try kind.check(grid: [8, 8])
        #expect(throws: GridMisfit.self) { try kind.check(grid: [36, 36]) }
        for (axes, inputs, outputs) in [(1, 3, 1), (2, 4, 1), (2, 5, 2)] {
            #expect(throws: GridMisfit.self) {
                try kind.check(OperatorShape(inputs: inputs, outputs: outputs, axes: axes))
            }
        }
        for axes in 2...3 {
            let shape = OperatorShape(inputs: 1 + 2 * axes, outputs: 1, axes: axes)
            let network: any FieldOperator<Float> = kind.network(shape, Initialization(seed: 0, backend: cpu))
            #expect(Double(network.parameterCount) == kind.parameterCount(shape))
        }
    }
}
