import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import Testing

/// The latent spectral model: shapes, names, derivatives, places, grids, bits and memory.
@Suite struct LatentSpectralTests {
    let cpu = CPUBackend(threads: 2)
    var start: Initialization { Initialization(seed: 3, backend: cpu) }

    private func small(
        axes: Int = 1, isPeriodic: Bool = true, _ change: (inout LatentSpectralArchitecture) -> Void = { _ in }
    ) -> LatentSpectralOperator<Double> {
        var architecture = LatentSpectralArchitecture(
            width: 4, levels: 1, tokens: 3, heads: 2, basis: 3, hidden: 5, groups: 2, activation: .tanh)
        change(&architecture)
        return LatentSpectralOperator(
            architecture,
            OperatorShape(inputs: 2, outputs: 1, isPeriodic: Array(repeating: isPeriodic, count: axes)), start)
    }

    @Test func gridsAreMappedToThemselves() {
        for (axes, grid) in [(1, [16]), (1, [7]), (2, [8, 12]), (2, [5, 9]), (3, [4, 6, 4]), (3, [3, 5, 4])] {
            for isPeriodic in [true, false] {
                let network = small(axes: axes, isPeriodic: isPeriodic)
                for samples in [1, 3] {
                    let x = random([samples] + grid + [2], "operand", on: cpu)
                    #expect(network(x).shape == [samples] + grid + [1])
                }
            }
        }
    }

    @Test func parametersHaveStableNames() {
        let network = small { $0.growth = 1 }
        let solve = { (level: Int) in
            [
                "key [4, 4]", "value.weight [4, 4]", "value.bias [4]", "query.weight [4, 4]", "query.bias [4]",
                "tokens [3, 4]", "sines [2, 4]", "cosines [3, 4]",
            ].map { "levels.\(level).solve.\($0)" }
        }
        let twice = { (name: String, inputs: Int) in
            [inputs, 4].enumerated().flatMap { index, inputs in
                ["convolution.weight [3, \(inputs), 4]", "normalization.scale [4]", "normalization.shift [4]"].map {
                    "levels.\(name).\(index).\($0)"
                }
            }
        }
        let expected =
            ["lift.weight [3, 4]", "lift.bias [4]"] + twice("0.down", 4) + solve(0) + twice("0.up", 8)
            + twice("1.down", 4) + solve(1)
            + [
                "projection.first.weight [4, 5]", "projection.first.bias [5]", "projection.second.weight [5, 1]",
                "projection.second.bias [1]",
            ]
        #expect(network.parameters.map { "\($0.name) \($0.value.shape)" } == expected)
    }

    @Test func configurationsCountTheirParameters() {
        for axes in 1...3 {
            for (levels, growth, hasCoordinates) in [(1, nil, true), (3, 2, false), (3, nil, true), (2, 16, false)] {
                let architecture = LatentSpectralArchitecture(
                    width: 4, levels: levels, growth: growth, heads: 2, coordinates: hasCoordinates)
                let shape = OperatorShape(inputs: 3, outputs: 2, axes: axes)
                let network: any FieldOperator<Double> = architecture.network(shape, start)
                #expect(architecture.parameterCount(shape) == Double(network.parameterCount))
            }
        }
        // The original for Darcy's equation has 19.2 million.
        let original = LatentSpectralArchitecture(width: 64).parameterCount(
            OperatorShape(inputs: 1, outputs: 1, axes: 2))
        #expect(abs(original - 19.2e6) < 0.05e6)
    }

    /// First and second derivatives with respect to everything together, and to each parameter alone.
    @Test(arguments: [1, 2, 3], Padding.allCases) func derivatives(_ axes: Int, _ padding: Padding) {
        // Of an axis that divides, and of one that is continued.
        let grid = [[6], [4, 5], [3, 4, 4]][axes - 1]
        let network = small(axes: axes) {
            $0.padding = padding
            $0.growth = 1
        }
        expectDerivatives(of: network, at: random([2] + grid + [2], "operand", on: cpu), each: axes == 1) { $0($1) }
    }

    @Test func trigonometricSeriesAreWhatTheySay() {
        let x = random([5, 2], "operand", on: cpu)
        let (a, b) = (random([3, 2], "sines", on: cpu), random([4, 2], "cosines", on: cpu))
        let y = x.trigonometricSeries(sines: a, cosines: b).values
        for index in y.indices {
            let (t, channel) = (Double.pi * x.values[index] / 4, index % 2)
            func term(_ i: Int) -> Double {
                (i == 0 ? 0 : a.values[2 * i - 2 + channel] * sine(Double(i) * t))
                    + b.values[2 * i + channel] * sine(Double(i) * t + 0.5 * Double.pi)
            }
            #expect(abs(y[index] - (0..<4).reduce(0) { $0 + term($1) }) < 1e-13)
        }
        // Many channels and rows, in single precision too: turning on loses less than a few last places.
        let many = [[600, 70], [11, 70], [12, 70]].enumerated().map { random($1, "many", index: $0, on: cpu) * 3 }
        let single = many.map { Tensor<Float>($0.values.map(Float.init), shape: $0.shape, on: cpu) }
        let exact = many[0].trigonometricSeries(sines: many[1], cosines: many[2]).values
        let rounded = single[0].trigonometricSeries(sines: single[1], cosines: single[2]).values
        #expect(zip(exact, rounded).allSatisfy { abs($0 - Double($1)) < 2e-4 })
        expectDerivatives(at: many, "many") { $0[0].trigonometricSeries(sines: $0[1], cosines: $0[2]) }
        expectDerivatives(at: [x, a, b], "all") { $0[0].trigonometricSeries(sines: $0[1], cosines: $0[2]) }
        for (index, name) in ["x", "sines", "cosines"].enumerated() {
            expectDerivatives(at: [[x, a, b][index]], name) {
                var operands = [x, a, b]
                operands[index] = $0[0]
                return operands[0].trigonometricSeries(sines: operands[1], cosines: operands[2])
            }
        }
    }

    private func sine(_ x: Double) -> Double { Tensor<Double>([x], shape: [1], on: cpu).sine.item }

    /// Without coordinates, on a periodic grid that the patches divide, shifting the input by a cell of the coarsest grid and a patch of
    /// each shifts the result. Beside walls or where the grid is continued it cannot.
    @Test func periodicNetworksKnowNoPlace() {
        let network = small(axes: 2) {
            ($0.levels, $0.patches, $0.coordinates) = (2, 2, false)
        }
        let x = random([2, 16, 24, 2], "operand", on: cpu)
        func difference(_ network: LatentSpectralOperator<Double>) -> Double {
            let shifted = network(x.rolled(8, along: 1).rolled(12, along: 2))
            return (shifted - network(x).rolled(8, along: 1).rolled(12, along: 2)).magnitude.values.max()!
        }
        #expect(difference(network) < 1e-12)
        let walls = small(axes: 2, isPeriodic: false) {
            ($0.levels, $0.patches, $0.coordinates) = (2, 2, false)
        }
        #expect(difference(walls) > 1e-6)
    }

    /// Beyond a wall goes on what it ends with; beyond a period the other end does, which does not close the grid.
    @Test func gridsAreContinuedAtBothEnds() {
        let x = random([2, 9, 2], "operand", on: cpu)
        func difference(isPeriodic: Bool, _ padding: Padding) -> Double {
            let network = small(isPeriodic: isPeriodic) {
                ($0.levels, $0.coordinates) = (2, false)
            }
            let wide = network(x.padded(1, 2, along: 1, with: padding))
            return (network(x) - wide.sliced(1..<10, along: 1)).magnitude.values.max()!
        }
        #expect(difference(isPeriodic: false, .replicate) < 1e-14)
        #expect(difference(isPeriodic: true, .periodic) > 1e-9)
    }

    @Test func otherGridsThanTheTrainedOneWork() {
        let network = small(axes: 2, isPeriodic: false) { $0.levels = 2 }
        for points in [21, 35, 53] {
            let y = network(random([1, points, points, 2], "operand", on: cpu))
            #expect(y.shape == [1, points, points, 1] && y.values.allSatisfy { $0.isFinite })
        }
    }

    @Test(arguments: LatentSpectralArchitecture.Normalization.allCases)
    func samplesStandForThemselves(_ normalization: LatentSpectralArchitecture.Normalization) {
        let network = small(axes: 2) {
            $0.normalization = normalization
            $0.groups = nil
        }
        let x = random([3, 8, 8, 2], "operand", on: cpu)
        let alone = network(x.sliced(1..<2, along: 0))
        #expect((network(x).sliced(1..<2, along: 0) - alone).magnitude.values.max()! < 1e-13)
    }

    @Test(
        arguments: [
            ("width", 12, "heads is wrong, allowed is a divisor of the width 12"), ("heads", 0, "heads is 0"),
            ("groups", 3, "a divisor of the width 32"), ("normalization", "batch", "allowed: \"group\", \"instance\""),
            ("levels", 0, "levels is 0"), ("basis", 1, "basis is 1"), ("growth", 0, "growth is 0"),
            ("patches", 0, "patches is 0"),
            ("tokens", 0, "tokens is 0"), ("num_tokens", 4, "did you mean \"tokens\"?"),
            ("modes", 8, "\"latent-spectral\" has no such key, but \"fourier\", \"spectral-generator\" have"),
            ("padding", "reflect", "\"zero\", \"periodic\", \"replicate\""),
        ] as [(String, JSON, String)])
    func mistakesAreNamed(_ key: String, _ value: JSON, _ expected: String) throws {
        let json = JSON.object([("kind", "latent-spectral"), (key, value)])
        let error = #expect(throws: ConfigurationError.self) {
            try StrictDecoder().decode(OneOf<Architectures>.self, from: json)
        }
        let said = try #require(error?.description)
        #expect(said.contains(expected), "\(said)")
    }

    @Test func groupsBelongToGroupNormalization() throws {
        let json = JSON.object([("kind", "lsm"), ("normalization", "instance"), ("groups", 4)])
        #expect(throws: ConfigurationError.self) { try StrictDecoder().decode(OneOf<Architectures>.self, from: json) }
        let named = JSON.object([("kind", "latent-spectral"), ("normalization", "instance"), ("groups", 4)])
        let error = #expect(throws: ConfigurationError.self) {
            try StrictDecoder().decode(OneOf<Architectures>.self, from: named)
        }
        #expect(try #require(error?.description).contains("every channel is normalised by itself"))
    }

    @Test func gridsThatDoNotFitAreRefused() throws {
        func misfit(_ grid: [Int], levels: Int = 4, patches: Int = 1) -> GridMisfit? {
            do throws(GridMisfit) {
                try LatentSpectralArchitecture(levels: levels, patches: patches).check(grid: grid)
                return nil
            } catch { return error }
        }
        #expect(misfit([17]) == nil && misfit([85, 85]) == nil && misfit([33, 64], patches: 2) == nil)
        let line = try #require(misfit([64, 16]))
        #expect(line.key == "levels" && line.problem == "4 levels on a grid of [64, 16] points")
        #expect(line.remedy.contains("more than 16 points") && line.remedy.hasSuffix("lower model.levels to 3."))
        #expect(try #require(misfit([16], levels: 3, patches: 4)).remedy.hasSuffix("to 1 or model.patches."))
        #expect(try #require(misfit([2])).remedy.hasSuffix("lower model.levels."))
    }

    private func largeNetwork(_ threads: Int) -> (network: LatentSpectralOperator<Float>, x: Tensor<Float>) {
        let start = Initialization(seed: 3, backend: CPUBackend(threads: threads))
        let network = LatentSpectralOperator<Float>(
            LatentSpectralArchitecture(width: 16, levels: 3), OperatorShape(inputs: 3, outputs: 1, axes: 2), start)
        return (network, start.normal("x", [3, 32, 37, 3], deviation: 1))
    }

    @Test func warmStepsTakeNoFreshMemory() {
        let (network, x) = largeNetwork(2)
        expectNoFreshMemory(network, x)
    }

    @Test func bitsDoNotDependOnThreads() { expectSameBits(largeNetwork) }
}
