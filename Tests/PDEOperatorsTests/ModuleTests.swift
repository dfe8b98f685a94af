import PDECore
import PDEOperators
import PDETensor
import Testing

@Suite struct ModuleTests {
    private let cpu = CPUBackend(threads: 2)

    private func network(modes: [Int], coordinates: Bool = true) -> FourierOperator<Double> {
        FourierOperator(
            FourierArchitecture(width: 5, modes: modes, layers: 2, hidden: 7, coordinates: coordinates),
            OperatorShape(inputs: 2, outputs: 1, axes: modes.count), Initialization(seed: 1, backend: cpu))
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

    /// How large a network will be is known before it is made.
    @Test func configurationsCountTheirParameters() {
        let start = Initialization(seed: 1, backend: cpu)
        for modes in [[3], [3, 4], [2, 3, 2]] {
            for hasCoordinates in [false, true] {
                let fourier = network(modes: modes, coordinates: hasCoordinates)
                #expect(fourier.architecture.parameterCount(fourier.shape) == Double(fourier.parameterCount))
                let shape = OperatorShape(inputs: 3, outputs: 2, axes: modes.count)
                for (isNormalized, downsampling) in [(false, UNetArchitecture.Downsampling.average), (true, .strided)] {
                    let architecture = UNetArchitecture(
                        width: 4, levels: 2, blocks: 3, normalized: isNormalized, coordinates: hasCoordinates,
                        groups: isNormalized ? 2 : nil, downsampling: downsampling)
                    let network: any FieldOperator<Double> = architecture.network(shape, start)
                    #expect(architecture.parameterCount(shape) == Double(network.parameterCount))
                }
                let architecture = DilatedResidualArchitecture(
                    width: 4, blocks: 2, dilations: [1, 2, 4], coordinates: hasCoordinates)
                let dilated = DilatedResidualNetwork<Double>(architecture, shape, start)
                #expect(architecture.parameterCount(shape) == Double(dilated.parameterCount))
            }
        }
        let huge = FourierArchitecture(width: 4096, modes: [1 << 20], layers: 64)
        #expect(huge.parameterCount(OperatorShape(inputs: 1, outputs: 1, axes: 3)) > 1e27)
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

    /// With no activation there are no waves beyond those of the input, and no grid makes a difference.
    @Test func linearNetworksGiveTheSameOnEveryGrid() {
        for (grid, modes) in [([64], [5]), ([16, 20], [3, 4]), ([8, 8, 10], [2, 3, 3])] {
            let network = FourierOperator<Double>(
                FourierArchitecture(
                    width: 5, modes: modes, layers: 3, hidden: 7, coordinates: false, activation: .identity),
                OperatorShape(inputs: 1, outputs: 2, axes: modes.count), Initialization(seed: 1, backend: cpu))
            let (coarse, fine) = (network(waves(grid)), network(waves(grid.map { 2 * $0 })))
            var common = fine
            for axis in grid.indices { common = common.sliced(0..<2 * grid[axis], step: 2, along: axis + 1) }
            #expect((coarse - common).magnitude.values.max()! < 1e-12, "\(grid)")
        }
    }

    /// The activation's waves beyond the grid's fold back: they fall off exponentially.
    @Test func bandLimitedFieldsGiveTheSameOnEveryGrid() {
        let network = network(modes: [4], coordinates: false)
        func difference(_ points: Int) -> Double {
            let fields = [points, 2 * points].map { Tensor.concatenated([waves([$0]), waves([$0], 2)], along: 2) }
            let (coarse, fine) = (network(fields[0]), network(fields[1]).sliced(0..<2 * points, step: 2, along: 1))
            return (coarse - fine).magnitude.values.max()!
        }
        #expect(difference(64) < 1e-5)
        #expect(difference(256) < 1e-12)
    }

    @Test func everyParameterIsVisitedOnceAndCanBeReplaced() {
        for modes in [[3], [3, 4], [2, 2, 3]] {
            let network = network(modes: modes)
            let names = network.parameters.map(\.name)
            #expect(Set(names).count == names.count && names.count == 12)
            var visits: [String] = []
            let changed = network.mappingParameters {
                visits.append($0)
                return $1 + 1
            }
            #expect(visits == names)
            for (old, new) in zip(network.parameters, changed.parameters) {
                #expect(new.name == old.name && new.value.values == (old.value + 1).values)
            }
            let inputs = 2 + modes.count
            let count = modes.dropLast().reduce(modes.last!) { $0 * 2 * $1 }
            let layers = 2 * (2 * count * 25 + 30)
            #expect(network.parameterCount == 5 * (inputs + 1) + layers + 5 * 7 + 7 + 7 + 1)
        }
    }

    @Test func firstValuesDependOnTheSeedAndTheNameAlone() throws {
        func values(seed: UInt64, layers: Int) -> [String: [Double]] {
            let network = FourierOperator<Double>(
                FourierArchitecture(width: 4, modes: [3], layers: layers, hidden: 5),
                OperatorShape(inputs: 1, outputs: 1, axes: 1), Initialization(seed: seed, backend: cpu))
            return Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.name, $0.value.values) })
        }
        let (first, again, deep, other) = (
            values(seed: 3, layers: 2), values(seed: 3, layers: 2), values(seed: 3, layers: 4),
            values(seed: 4, layers: 2)
        )
        #expect(first == again)
        for (name, value) in first {
            #expect(deep[name] == value, "\(name)")
            #expect(other[name] != value, "\(name)")
        }
        // Two parts of one shape have different numbers.
        #expect(first["layers.0.spectral"] != first["layers.1.spectral"])
        #expect(first["layers.0.local.weight"] != first["layers.1.local.weight"])
        for (name, bound) in [("lift.weight", 1 / 2.0.squareRoot()), ("projection.first.bias", 0.5)] {
            let values = try #require(first[name])
            #expect(values.allSatisfy { abs($0) <= bound } && values.contains { abs($0) > 0.3 * bound }, "\(name)")
        }
    }

    /// A wave with a period on every axis and its first harmonic: [1][grid…][1].
    private func waves(_ grid: [Int], _ harmonic: Int = 1) -> Tensor<Double> {
        let factors = grid.enumerated().map { axis, n in
            let x = Tensor((0..<n).map { 2 * Double.pi * Double($0) / Double(n) }, shape: [n], on: cpu)
            let wave = (x * Double(harmonic) + 0.3).cosine * 0.5 + 0.2 * (x * 2).sine
            return wave.reshaped([1] + grid.indices.map { $0 == axis ? n : 1 } + [1])
        }
        return factors.dropFirst().reduce(factors[0], *)
    }
}
