import PDECore
import PDEOperators
import PDETensor
import Testing

/// Networks of convolutions: shapes, names, derivatives, bits and memory.
@Suite struct ConvolutionNetworkTests {
    let cpu = CPUBackend(threads: 2)
    var start: Initialization { Initialization(seed: 3, backend: cpu) }

    /// Derivatives of a network with respect to its input and all its parameters.
    private func expectDerivatives<Network: FieldOperator<Double>>(
        of network: Network, on grid: [Int], _ name: String, tolerance: Double = 1e-7,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let x = random([2] + grid + [network.inputChannels], "operand", on: cpu)
        PDEOperatorsTests.expectDerivatives(
            of: network, at: x, each: false, tolerance: tolerance, name, sourceLocation: sourceLocation
        ) { $0($1) }
    }

    private func expectUniqueNames(_ module: some Module<Double>) {
        let names = module.parameters.map(\.name)
        #expect(Set(names).count == names.count)
        var visits = 0
        _ = module.mappingParameters { name, value in
            #expect(name == names[visits])
            visits += 1
            return value
        }
        #expect(visits == names.count)
    }

    private func small(
        axes: Int = 1, _ change: (inout UNetArchitecture) -> Void = { _ in }
    ) -> UNet<Double> {
        var architecture = UNetArchitecture(width: 2, levels: 2, activation: .tanh, groups: 2)
        change(&architecture)
        return UNet(architecture, OperatorShape(inputs: 2, outputs: 1, axes: axes), start)
    }

    @Test func uNetsMapGridsToThemselves() {
        for (axes, grid) in [(1, [16]), (2, [8, 16]), (3, [4, 8, 4])] {
            let network = small(axes: axes) { $0.coordinates = true }
            let x = random([3] + grid + [2], "operand", on: cpu)
            #expect(network(x).shape == [3] + grid + [1])
            expectUniqueNames(network)
        }
    }

    @Test func uNetParametersHaveStableNames() {
        let network = small {
            $0.levels = 1
            $0.blocks = 1
            $0.downsampling = .strided
        }
        #expect(
            network.parameters.map { "\($0.name) \($0.value.shape)" } == [
                "down.0.0.convolution.weight [3, 2, 2]", "down.0.0.normalization.scale [2]",
                "down.0.0.normalization.shift [2]", "down.1.0.convolution.weight [3, 2, 4]",
                "down.1.0.normalization.scale [4]", "down.1.0.normalization.shift [4]",
                "reductions.0.weight [2, 2, 2]", "reductions.0.bias [2]", "up.0.0.convolution.weight [3, 6, 2]",
                "up.0.0.normalization.scale [2]", "up.0.0.normalization.shift [2]", "output.weight [2, 1]",
                "output.bias [1]",
            ])
    }

    @Test(arguments: Padding.allCases) func uNetDerivatives(_ padding: Padding) {
        for downsampling in UNetArchitecture.Downsampling.allCases {
            for groups in [nil, 1] {
                let network = small {
                    $0.padding = padding
                    $0.downsampling = downsampling
                    $0.groups = groups
                    $0.normalized = groups != nil
                }
                expectDerivatives(of: network, on: [16], "\(padding) \(downsampling) \(groups ?? 0)")
            }
        }
        let plane = small(axes: 2) {
            $0.levels = 1
            $0.padding = padding
        }
        expectDerivatives(of: plane, on: [4, 6], "two axes, \(padding)")
    }

    /// On a grid that its levels do not divide a network is that of the continued grid, which does not close, cut out; its derivatives go
    /// through that.
    @Test(arguments: Padding.allCases) func uNetsContinueGrids(_ padding: Padding) throws {
        func network(_ padding: Padding) -> UNet<Double> {
            UNet(
                UNetArchitecture(width: 8, levels: 2, padding: padding), OperatorShape(inputs: 2, outputs: 1, axes: 2),
                start)
        }
        let x = random([2, 9, 14, 2], "operand", on: cpu)
        let around = x.padded(1, 2, along: 1, with: padding).padded(1, 1, along: 2, with: padding)
        let open = network(padding == .periodic ? .replicate : padding)
        let expected = open(around).sliced(1..<10, along: 1).sliced(1..<15, along: 2)
        #expect((network(padding)(x) - expected).magnitude.values.max()! == 0)
        expectDerivatives(of: small { $0.padding = padding }, on: [11], "continued, \(padding)")
        try UNetArchitecture(levels: 4).check(grid: [85, 17])
        #expect(throws: GridMisfit.self) { try UNetArchitecture(levels: 4).check(grid: [85, 16]) }
    }

    /// On a periodic grid, shifting the input by a multiple of the coarsest cell shifts the result.
    @Test func periodicUNetsKnowNoPlace() {
        let network = UNet<Double>(
            UNetArchitecture(width: 16, levels: 2), OperatorShape(inputs: 2, outputs: 3, axes: 2), start)
        let x = random([2, 16, 24, 2], "operand", on: cpu)
        let shifted = network(x.rolled(4, along: 1).rolled(8, along: 2))
        let difference = shifted - network(x).rolled(4, along: 1).rolled(8, along: 2)
        #expect(difference.magnitude.values.max()! < 1e-12)
    }

    @Test(arguments: Padding.allCases) func dilatedResidualNetworks(_ padding: Padding) {
        let network = DilatedResidualNetwork<Double>(
            DilatedResidualArchitecture(
                width: 3, blocks: 2, dilations: [1, 2, 1], coordinates: true, activation: .tanh, padding: padding),
            OperatorShape(inputs: 2, outputs: 1, axes: 1), start)
        expectUniqueNames(network)
        expectDerivatives(of: network, on: [9], "\(padding)")
        let plane = DilatedResidualNetwork<Double>(
            DilatedResidualArchitecture(width: 4, blocks: 1, padding: padding),
            OperatorShape(inputs: 2, outputs: 3, axes: 2), start)
        #expect(plane(random([2, 8, 10, 2], "operand", on: cpu)).shape == [2, 8, 10, 3])
        #expect(plane.parameters.count == 18)
        #expect(plane.parameters[2].name == "blocks.0.0.weight")
    }

    @Test(arguments: [(levels: 1, parameters: 97_457), (levels: 2, parameters: 139_025)])
    func conjugateDirectionNetworks(_ known: (levels: Int, parameters: Int)) {
        let original = ConjugateDirectionArchitecture(levels: known.levels)
        let space = ConjugateDirectionNetwork<Double>(original, OperatorShape(inputs: 1, outputs: 1, axes: 3), start)
        #expect(space.parameterCount == known.parameters)
        #expect(original.parameterCount(space.shape) == Double(known.parameters))
        expectUniqueNames(space)
        let small = ConjugateDirectionArchitecture(width: 3, levels: known.levels, activation: .tanh)
        // 11 points, which no level divides.
        let line = ConjugateDirectionNetwork<Double>(small, OperatorShape(inputs: 2, outputs: 1, axes: 1), start)
        expectDerivatives(of: line, on: [11], "\(known.levels) levels")
        let plane = ConjugateDirectionNetwork<Double>(small, OperatorShape(inputs: 5, outputs: 1, axes: 2), start)
        #expect(plane(random([2, 9, 10, 5], "operand", on: cpu)).shape == [2, 9, 10, 1])
        #expect(throws: GridMisfit.self) { try small.check(grid: [32, 1 << known.levels]) }
    }

    @Test func batchNormalization() {
        var layer = BatchNormalization<Double>(channels: 3, momentum: 0.25, start)
        expectUniqueNames(layer)
        let x = random([4, 5, 3], "operand", on: cpu) * 2 + 1
        let normal = layer(x, by: .batch)
        #expect(normal.mean(along: [0, 1]).values.allSatisfy { abs($0) < 1e-13 })
        #expect(normal.squared.mean(along: [0, 1]).values.allSatisfy { abs($0 - 1) < 1e-4 })
        let untouched = layer(x, by: .running)
        #expect((untouched * (1 + 1e-5).squareRoot() - x).magnitude.values.max()! < 1e-12)
        layer.observe(x)
        let mean = x.mean(along: [0, 1])
        #expect((layer.runningMean - mean * 0.25).magnitude.values.max()! < 1e-13)
        let variance = (x - mean).squared.sum(along: [0, 1]) / 19
        #expect((layer.runningVariance - (0.75 + variance * 0.25)).magnitude.values.max()! < 1e-13)
        // After very many equal batches the running statistics are those of the batch, but for count − 1.
        for _ in 0..<200 { layer.observe(x) }
        #expect((layer(x, by: .running) * (20.0 / 19).squareRoot() - normal).magnitude.values.max()! < 1e-4)
        let fixed = layer
        for statistics in [BatchNormalization<Double>.Statistics.batch, .running] {
            PDEOperatorsTests.expectDerivatives(of: fixed, at: x, "\(statistics)") { $0($1, by: statistics) }
        }
    }

    @Test func otherLayers() {
        let x = random([2, 5, 4], "operand", on: cpu)
        let layer = LayerNormalization<Double>(channels: 4, start)
        let group = GroupNormalization<Double>(channels: 4, groups: 2, activation: .silu, start)
        let convolution = Convolution<Double>(
            "c.", inputs: 4, outputs: 3, kernel: [3], stride: 2, dilation: 2, padding: .replicate, start)
        func expect<M: Module<Double>>(_ module: M, _ apply: @escaping (M, Tensor<Double>) -> Tensor<Double>) {
            expectUniqueNames(module)
            PDEOperatorsTests.expectDerivatives(of: module, at: x, "\(M.self)", apply)
        }
        expect(layer) { $0($1) }
        expect(group) { $0($1) }
        expect(convolution) { $0($1) }
    }

    private func largeNetwork(_ threads: Int) -> (network: UNet<Float>, x: Tensor<Float>) {
        let start = Initialization(seed: 3, backend: CPUBackend(threads: threads))
        let network = UNet<Float>(
            UNetArchitecture(width: 16, levels: 2), OperatorShape(inputs: 3, outputs: 1, axes: 2), start)
        return (network, start.normal("x", [3, 32, 32, 3], deviation: 1))
    }

    @Test func warmStepsTakeNoFreshMemory() {
        let (network, x) = largeNetwork(2)
        expectNoFreshMemory(network, x)
    }

    @Test func bitsDoNotDependOnThreads() { expectSameBits(largeNetwork) }
}
