import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import Testing

/// The spectral generator: its bound, shapes, names, derivatives, grids, bits and memory.
@Suite struct SpectralGeneratorTests {
    let cpu = CPUBackend(threads: 2)
    var start: Initialization { Initialization(seed: 3, backend: cpu) }

    /// Two channels of a state behind an earlier one, and two numbers behind it.
    private func small(
        axes: Int = 1, _ change: (inout SpectralGeneratorArchitecture) -> Void = { _ in }
    ) -> SpectralGeneratorOperator<Double> {
        var architecture = SpectralGeneratorArchitecture(width: 3, modes: [2], stages: 2, fields: 3, gate: .tanh)
        change(&architecture)
        let periods = Array(repeating: true, count: axes)
        return SpectralGeneratorOperator(
            architecture, OperatorShape(inputs: 6, outputs: 2, isPeriodic: periods, state: 2..<4), start)
    }

    /// Inputs on a grid, of which the last two channels are numbers of a sample.
    private func inputs(_ samples: Int, _ grid: [Int], index: Int = 0) -> Tensor<Double> {
        let numbers = random([samples] + grid.map { _ in 1 } + [2], "numbers", index: index, on: cpu)
        return .concatenated(
            [
                random([samples] + grid + [4], "operand", index: index, on: cpu),
                numbers.expanded(to: [samples] + grid + [2]),
            ],
            along: grid.count + 1)
    }

    /// Whatever the generator's parameters are and the network is told, without the correction no field's norm grows in 1000 steps.
    @Test(arguments: [([16], 5), ([9], 5), ([8, 6], 3), ([5, 7], 2), ([4, 6, 5], 2)], [0.1, 3, 100])
    func withoutCorrectionNothingGrows(_ setting: ([Int], Int), _ size: Double) {
        let (grid, modes) = setting
        for index in 0..<3 {
            let network = small(axes: grid.count) { ($0.modes, $0.stages) = ([modes], 1 + index) }
                .mappingParameters { name, value in
                    if name == "stage.correction" { return value.zeros }
                    return name.hasPrefix("stage.")
                        ? value : value + random(value.shape, "table", index: index, on: cpu) * size
                }
            let x = inputs(3, grid, index: index)
            let (earlier, numbers) = (x.sliced(0..<2, along: grid.count + 1), x.sliced(4..<6, along: grid.count + 1))
            var state = x.sliced(2..<4, along: grid.count + 1)
            let axes = Array(1...grid.count)
            var norms = state.squared.sum(along: axes).values
            for _ in 0..<1000 {
                state = network(.concatenated([earlier, state, numbers], along: grid.count + 1))
                let next = state.squared.sum(along: axes).values
                #expect(zip(next, norms).allSatisfy { $0 <= $1 * (1 + 1e-13) })
                norms = next
            }
            #expect(norms.allSatisfy { $0.isFinite })
        }
    }

    /// Of a heat equation it can say the exact step: rates that grow with the squared wavenumber, times a viscosity told as a logarithm.
    @Test func diffusionIsExact() {
        let (points, modes) = (16, 9)
        let network = SpectralGeneratorOperator<Double>(
            SpectralGeneratorArchitecture(width: 2, modes: [modes], stages: 3, fields: 1),
            OperatorShape(inputs: 2, outputs: 1, isPeriodic: [true], state: 0..<1), start
        ).mappingParameters { name, value in
            switch name {
            case "rates":
                // Mode 0 has no logarithm; the least rate is e^−20.
                return
                    (Tensor((0...modes).map { $0 == 0 ? 1e-12 : 0.02 * Double($0 * $0) }, shape: value.shape, on: cpu)
                    .logarithm / 8)
            case "response": return value.ones / 8
            case "stage.correction": return value.zeros
            default: return value
            }
        }
        let angles = Tensor(
            (0..<points).map { 2 * Double.pi * Double($0) / Double(points) }, shape: [1, points, 1], on: cpu)
        for logarithm in [-1.0, 0.5] {
            let told = angles.zeros + logarithm
            let y = network(.concatenated([(angles * 2).sine + (angles * 5).cosine + 3, told], along: 2))
            let viscosity = Tensor<Double>([logarithm], shape: [1], on: cpu).exponential * 0.02
            let exact =
                (angles * 2).sine * (viscosity * -4).exponential + (angles * 5).cosine * (viscosity * -25).exponential
                + 3
            #expect((y - exact).magnitude.values.max()! < 1e-8)
        }
    }

    /// A gate that goes through nothing makes products: u u_x of two waves, exactly, up to the modes.
    @Test func correctionsAreOfTheModesAlone() {
        let network = small { ($0.modes, $0.stages, $0.gate) = ([3], 1, .identity) }
        let still = network.mappingParameters { $0 == "stage.correction" ? $1.zeros : $1 }
        let x = inputs(2, [16])
        let change = (network(x) - still(x)).analyzed(modes: [9]).squared.sum(along: [0, 1, 3]).values
        #expect(change[..<3].allSatisfy { $0 > 1e-8 } && change[3...].allSatisfy { $0 < 1e-24 })
    }

    /// An exponential filter of order p takes exp(−36 κᵖ) of each mode's correction.
    @Test func filtersTakeShortWaves() {
        func change(_ filter: Int?) -> [Double] {
            let network = small { ($0.modes, $0.stages, $0.filter) = ([8], 1, filter) }
            let still = network.mappingParameters { $0 == "stage.correction" ? $1.zeros : $1 }
            let x = inputs(1, [16])
            return (network(x) - still(x)).analyzed(modes: [8]).squared.sum(along: [0, 1, 3]).squareRoot.values
        }
        for order in [4, 16] {
            for (mode, (filtered, whole)) in zip(change(order), change(nil)).enumerated() {
                var power = -36.0
                for _ in 0..<order { power *= Double(mode) / 8 }
                let factor = Tensor<Double>([power], shape: [1], on: cpu).exponential.item
                #expect(abs(filtered - factor * whole) < 1e-12, "mode \(mode)")
            }
        }
    }

    @Test func gridsAreMappedToThemselves() {
        for (axes, grid) in [
            (1, [16]), (1, [2]), (1, [7]), (2, [8, 12]), (2, [5, 9]), (3, [4, 6, 4]), (3, [5, 4, 7]),
        ] {
            for samples in [1, 3] {
                let network = small(axes: axes)
                #expect(network(inputs(samples, grid)).shape == [samples] + grid + [2])
            }
        }
    }

    @Test func parametersHaveStableNames() {
        let network = small(axes: 2)
        let layers = ["gate", "value"].flatMap { ["stage.\($0).weight [9, 3]", "stage.\($0).bias [3]"] }
        let tables = ["rates [9, 2]", "response [2, 18]", "stage.fields [4, 2, 2, 2, 3]"]
        let ends = ["stage.forces.weight [3, 3]", "stage.forces.bias [3]", "stage.correction [4, 2, 2, 3, 2]"]
        #expect(network.parameters.map { "\($0.name) \($0.value.shape)" } == tables + layers + ends)
        #expect(
            network.parameterForms == [
                "rates": .numbers, "response": .numbers, "stage.fields": .complexMatrices,
                "stage.correction": .complexMatrices,
            ])
    }

    @Test func configurationsCountTheirParameters() {
        for axes in 1...3 {
            for (inputs, state) in [(1, 0..<1), (5, 2..<4), (4, 0..<4)] {
                let architecture = SpectralGeneratorArchitecture(width: 4, modes: [3], stages: 3, fields: 5)
                let shape = OperatorShape(
                    inputs: inputs, outputs: state.count, isPeriodic: Array(repeating: true, count: axes), state: state)
                let network: any FieldOperator<Double> = architecture.network(shape, start)
                #expect(architecture.parameterCount(shape) == Double(network.parameterCount))
            }
        }
    }

    /// First and second derivatives with respect to everything together, and to each parameter alone.
    @Test(arguments: [1, 2, 3]) func derivatives(_ axes: Int) {
        let network = small(axes: axes) { $0.filter = 2 }
        expectDerivatives(of: network, at: inputs(2, [[6], [4, 5], [4, 4, 3]][axes - 1]), each: axes == 1) { $0($1) }
    }

    @Test func networksKnowNoPlace() {
        let network = small(axes: 2)
        let x = inputs(2, [8, 9])
        let difference =
            network(x.rolled(3, along: 1).rolled(4, along: 2)) - network(x).rolled(3, along: 1).rolled(4, along: 2)
        #expect(difference.magnitude.values.max()! < 1e-12)
    }

    /// Products of waves that the grid has are the same on every grid.
    @Test func finerGridsGiveTheSame() {
        let network = SpectralGeneratorOperator<Double>(
            SpectralGeneratorArchitecture(width: 3, modes: [3], stages: 2, fields: 2, gate: .identity),
            OperatorShape(inputs: 1, outputs: 1, isPeriodic: [true], state: 0..<1), start)
        func wave(_ points: Int) -> Tensor<Double> {
            let x = Tensor(
                (0..<points).map { 2 * Double.pi * Double($0) / Double(points) }, shape: [1, points, 1], on: cpu)
            return x.sine + (x * 2).cosine * 0.5
        }
        let fine = network(wave(32)).sliced(0..<32, step: 2, along: 1)
        #expect((fine - network(wave(16))).magnitude.values.max()! < 1e-13)
    }

    @Test func samplesStandForThemselves() {
        let network = small(axes: 2)
        let x = inputs(3, [8, 8])
        let alone = network(x.sliced(1..<2, along: 0))
        #expect((network(x).sliced(1..<2, along: 0) - alone).magnitude.values.max()! < 1e-13)
    }

    @Test(
        arguments: [
            ("modes", 0, "a positive number, or one for each axis"), ("width", 0, "width is 0"),
            ("stages", 0, "stages is 0"), ("fields", 0, "fields is 0"), ("filter", 0, "filter is 0"),
            ("n_blocks", 4, "did you mean \"stages\"?"), ("padding", 0.1, "\"spectral-generator\" has no such key"),
            ("gate", "elu", "allowed"),
        ] as [(String, JSON, String)])
    func mistakesAreNamed(_ key: String, _ value: JSON, _ expected: String) throws {
        var json = JSON.object([("kind", "spectral-generator"), ("modes", 4)])
        try json.set(key, to: value)
        let error = #expect(throws: ConfigurationError.self) {
            try StrictDecoder().decode(OneOf<Architectures>.self, from: json)
        }
        let said = try #require(error?.description)
        #expect(said.contains(expected), "\(said)")
    }

    @Test func whatDoesNotFitIsRefused() throws {
        func misfit(_ shape: OperatorShape) -> GridMisfit? {
            do throws(GridMisfit) {
                try SpectralGeneratorArchitecture(modes: [4]).check(shape)
                return nil
            } catch { return error }
        }
        #expect(misfit(OperatorShape(inputs: 2, outputs: 1, isPeriodic: [true], state: 0..<1)) == nil)
        let steady = try #require(misfit(OperatorShape(inputs: 2, outputs: 1, axes: 2)))
        #expect(steady.key == "kind" && steady.problem.contains("carries a state on in time"))
        let walls = try #require(
            misfit(OperatorShape(inputs: 2, outputs: 1, isPeriodic: [true, false], state: 0..<1)))
        #expect(walls.key == "kind" && walls.problem.hasSuffix("needs periodic axes, and axis 1 is not"))
        func grid(_ points: [Int], _ modes: [Int]) -> GridMisfit? {
            do throws(GridMisfit) {
                try SpectralGeneratorArchitecture(modes: modes).check(grid: points)
                return nil
            } catch { return error }
        }
        #expect(grid([7], [4]) == nil && grid([8, 8], [4]) == nil && grid([8, 7], [4, 4]) == nil)
        #expect(grid([7], [5])?.problem == "5 modes along axis 0, which has 7 points")
        #expect(grid([7, 8], [4])?.remedy == "At most 3 fit; lower model.modes or data.stride.")
        #expect(grid([7], [4, 4])?.problem == "2 numbers for a grid of 1 axes")
    }

    private func largeNetwork(_ threads: Int) -> (network: SpectralGeneratorOperator<Float>, x: Tensor<Float>) {
        let start = Initialization(seed: 3, backend: CPUBackend(threads: threads))
        let network = SpectralGeneratorOperator<Float>(
            SpectralGeneratorArchitecture(width: 16, modes: [12], stages: 3),
            OperatorShape(inputs: 3, outputs: 1, isPeriodic: [true, true], state: 1..<2), start)
        return (network, start.normal("x", [3, 32, 37, 3], deviation: 1))
    }

    @Test func warmStepsTakeNoFreshMemory() {
        let (network, x) = largeNetwork(2)
        expectNoFreshMemory(network, x)
    }

    @Test func bitsDoNotDependOnThreads() { expectSameBits(largeNetwork) }
}
