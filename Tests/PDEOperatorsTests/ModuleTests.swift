import PDECore
import PDEOperators
import PDETensor
import Testing

@Suite struct ModuleTests {
    private let cpu = CPUBackend(threads: 2)

    private func network(modes: [Int], coordinates: Bool = true) -> FourierOperator<Double> {
        FourierOperator(
            .init(
                inputChannels: 2, outputChannels: 1, width: 5, modes: modes, layers: 2, hidden: 7,
                coordinates: coordinates), Initialization(seed: 1, backend: cpu))
    }

    @Test func parametersHaveStableNames() {
        let names = network(modes: [3, 4]).parameters.map { "\($0.name) \($0.value.shape)" }
        #expect(
            names == [
                "lift.weight [4, 5]", "lift.bias [5]", "layers.0.spectral [6, 4, 2, 5, 5]",
                "layers.0.local.weight [5, 5]", "layers.0.local.bias [5]", "layers.1.spectral [6, 4, 2, 5, 5]",
                "layers.1.local.weight [5, 5]", "layers.1.local.bias [5]", "projection.first.weight [5, 7]",
                "projection.first.bias [7]", "projection.second.weight [7, 1]", "projection.second.bias [1]",
            ])
    }

    /// Fields with few modes give the same result on every grid.
    @Test func theResultDoesNotDependOnTheGrid() {
        let network = network(modes: [4], coordinates: false)
        func field(_ points: Int) -> Tensor<Double> {
            Tensor(shape: [1, points, 2], on: cpu) { values in
                for point in 0..<points {
                    let x = 2 * Double.pi * Double(point) / Double(points)
                    // A wave and its harmonic by the double angle, which needs no library.
                    let c = Tensor<Double>([x], shape: [1], on: cpu).cosine.item
                    values[2 * point] = c
                    values[2 * point + 1] = 2 * c * c - 1
                }
            }
        }
        let (coarse, fine) = (network(field(256)).values, network(field(512)).values)
        // What an activation makes beyond the grid's waves folds back: little, and less on finer grids.
        for point in 0..<256 { #expect(abs(coarse[point] - fine[2 * point]) < 1e-9) }
    }

    @Test func samplesDoNotSeeEachOther() {
        let network = network(modes: [3, 3])
        var stream = RandomStream(seed: 2, index: 0, purpose: "fields")
        let x = Tensor<Double>(shape: [3, 8, 10, 2], on: cpu) { stream.fillNormal($0) }
        let whole = network(x)
        for sample in 0..<3 {
            let alone = network(x.sliced(sample..<sample + 1, along: 0))
            #expect(zip(alone.values, whole.part(sample, along: 0).values).allSatisfy { abs($0 - $1) < 1e-12 })
        }
    }
}
