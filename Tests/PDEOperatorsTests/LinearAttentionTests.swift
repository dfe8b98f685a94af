import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import Testing

/// The linear attention operator: shapes, names, derivatives, grids, bits and memory.
@Suite struct LinearAttentionTests {
    let cpu = CPUBackend(threads: 2)
    var start: Initialization { Initialization(seed: 3, backend: cpu) }

    private func small(
        axes: Int = 1, _ change: (inout LinearAttentionArchitecture) -> Void = { _ in }
    ) -> LinearAttentionOperator<Double> {
        var architecture = LinearAttentionArchitecture(width: 4, layers: 2, heads: 2, slices: 3, hidden: 5)
        change(&architecture)
        return LinearAttentionOperator(architecture, OperatorShape(inputs: 2, outputs: 1, axes: axes), start)
    }

    @Test func gridsAreMappedToThemselves() {
        for (axes, grid) in [(1, [16]), (1, [1]), (1, [7]), (2, [5, 9]), (3, [3, 5, 4])] {
            for samples in [1, 3] {
                let x = random([samples] + grid + [2], "operand", on: cpu)
                #expect(small(axes: axes)(x).shape == [samples] + grid + [1])
            }
        }
        let one = LinearAttentionOperator<Double>(
            LinearAttentionArchitecture(width: 1, layers: 1, heads: 1, slices: 1, coordinates: false),
            OperatorShape(inputs: 1, outputs: 1, axes: 1), start)
        #expect(one(random([1, 5, 1], "operand", on: cpu)).values.allSatisfy { $0.isFinite })
    }

    @Test func parametersHaveStableNames() {
        let network = small { $0.layers = 1 }
        let norm = { (name: String) in ["blocks.0.\(name).scale [4]", "blocks.0.\(name).shift [4]"] }
        let linear = { (name: String, inputs: Int, outputs: Int) in
            ["\(name).weight [\(inputs), \(outputs)]", "\(name).bias [\(outputs)]"]
        }
        let attention =
            norm("attentionNorm") + linear("blocks.0.feature", 4, 4) + linear("blocks.0.value", 4, 4)
            + ["blocks.0.queries [2, 2, 3]", "blocks.0.keys [2, 2, 3]"] + linear("blocks.0.output", 4, 4)
        let perceptron =
            norm("perceptronNorm") + linear("blocks.0.perceptron.first", 4, 5)
            + linear("blocks.0.perceptron.second", 5, 4)
        let ends = ["normalization.scale [4]", "normalization.shift [4]"] + linear("projection", 4, 1)
        let expected =
            linear("lift.first", 3, 8) + linear("lift.second", 8, 4) + attention + perceptron + ends
        #expect(network.parameters.map { "\($0.name) \($0.value.shape)" } == expected)
        #expect(network.parameterForms == ["blocks.0.queries": .matrices, "blocks.0.keys": .matrices])
    }

    @Test func configurationsCountTheirParameters() {
        for axes in 1...3 {
            for (layers, hidden, hasCoordinates) in [(1, nil, true), (3, 7, false)] as [(Int, Int?, Bool)] {
                let architecture = LinearAttentionArchitecture(
                    width: 12, layers: layers, heads: 3, slices: 5, hidden: hidden, coordinates: hasCoordinates)
                let shape = OperatorShape(inputs: 3, outputs: 2, axes: axes)
                let network: any FieldOperator<Double> = architecture.network(shape, start)
                #expect(architecture.parameterCount(shape) == Double(network.parameterCount))
            }
        }
    }

    /// First and second derivatives with respect to everything together, and to each parameter alone.
    @Test(arguments: [1, 2, 3]) func derivatives(_ axes: Int) {
        // Normalisation over few channels is so curved that differences go wrong before derivatives do.
        let network = small(axes: axes) { $0.width = 8 }
        let x = random([2] + [[6], [4, 5], [3, 4, 2]][axes - 1] + [2], "operand", on: cpu)
        expectDerivatives(of: network, at: x, each: axes == 1) { $0($1) }
    }

    /// What a point gets does not depend on where it stands, but for its coordinates.
    @Test func pointsWithoutCoordinatesKnowNoPlace() {
        let network = small(axes: 2) { $0.coordinates = false }
        let x = random([2, 6, 9, 2], "operand", on: cpu)
        let difference =
            network(x.rolled(2, along: 1).rolled(5, along: 2)) - network(x).rolled(2, along: 1).rolled(5, along: 2)
        #expect(difference.magnitude.values.max()! < 1e-13)
    }

    /// Slices gather by means over the grid, so that a grid with every point four times gives every point the same.
    @Test func finerGridsGiveTheSame() {
        let network = small(axes: 2) { $0.coordinates = false }
        let x = random([2, 6, 9, 2], "operand", on: cpu)
        let twice = x.reshaped([2, 6, 1, 9, 1, 2]).expanded(to: [2, 6, 2, 9, 2, 2]).reshaped([2, 12, 18, 2])
        let fine = network(twice).sliced(0..<12, step: 2, along: 1).sliced(1..<18, step: 2, along: 2)
        #expect((fine - network(x)).magnitude.values.max()! < 1e-13)
    }

    @Test func samplesStandForThemselves() {
        let network = small(axes: 2)
        let x = random([3, 8, 8, 2], "operand", on: cpu)
        let alone = network(x.sliced(1..<2, along: 0))
        #expect((network(x).sliced(1..<2, along: 0) - alone).magnitude.values.max()! < 1e-13)
    }

    @Test(
        arguments: [
            ("heads", 3, "heads is 3, allowed is a divisor of the width 128"), ("heads", 0, "heads is 0"),
            ("width", 0, "width is 0"), ("layers", 0, "layers is 0"), ("slices", 0, "slices is 0"),
            ("hidden", 0, "hidden is 0"), ("slice_num", 4, "did you mean \"slices\"?"),
            ("n_head", 4, "did you mean \"heads\"?"), ("modes", 8, "but \"fourier\", \"spectral-generator\" have"),
            ("activation", "elu", "allowed"),
        ] as [(String, JSON, String)])
    func mistakesAreNamed(_ key: String, _ value: JSON, _ expected: String) throws {
        let json = JSON.object([("kind", "linear-attention"), (key, value)])
        let error = #expect(throws: ConfigurationError.self) {
            try StrictDecoder().decode(OneOf<Architectures>.self, from: json)
        }
        let said = try #require(error?.description)
        #expect(said.contains(expected), "\(said)")
    }

    private func largeNetwork(_ threads: Int) -> (network: LinearAttentionOperator<Float>, x: Tensor<Float>) {
        let start = Initialization(seed: 3, backend: CPUBackend(threads: threads))
        let network = LinearAttentionOperator<Float>(
            LinearAttentionArchitecture(width: 24, layers: 2, heads: 3, slices: 20),
            OperatorShape(inputs: 3, outputs: 1, axes: 2), start)
        return (network, start.normal("x", [3, 32, 37, 3], deviation: 1))
    }

    @Test func warmStepsTakeNoFreshMemory() {
        let (network, x) = largeNetwork(2)
        expectNoFreshMemory(network, x)
    }

    @Test func bitsDoNotDependOnThreads() { expectSameBits(largeNetwork) }
}
