import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import PDETraining
import Testing

/// SOAP and Muon, whose steps are products of matrices.
@Suite(.serialized) struct MatrixOptimizerTests {
    private func rule(_ kind: String, decay: Double? = nil) throws -> any UpdateRule {
        var json = JSON.object([("kind", .string(kind))])
        if let decay { try json.set("weightDecay", to: .number(decay)) }
        return try StrictDecoder().decode(OptimizerSettings.self, from: json).rule
    }

    // MARK: The algorithms

    /// What Tests/Scripts/optimizers_numpy.py prints: of each parameter after 20 steps three weighted sums.
    private static let published: [String: KeyValuePairs<String, [Double]>] = [
        "soap": [
            "first.weight": [2.123561427505, 6.815482966218, 8.472877946855],
            "hidden.bias": [-0.874351883771, 0.030848757711, 5.905671602062],
            "convolution.weight": [3.687284778951, -1.863249824053, 1.761322080036],
            "small.spectral": [2.574740781781, -0.304112197809, -1.200623115585],
            "large.spectral": [-13.845744518349, -26.392630346195, -904.634233051599],
            "last.weight": [0.182528113162, 1.315622919016, 0.830447221766],
        ],
        "muon": [
            "first.weight": [2.610085124531, 5.650358822780, 9.620768863257],
            "hidden.weight": [1.165160410750, 2.903155287872, 7.948032028106],
            "hidden.bias": [0.089934304921, 1.924822410835, 3.115654271071],
            "convolution.weight": [1.465802714765, -0.860549346235, 0.726639040921],
            "small.spectral": [-7.957458501204, -2.242762054551, -5.204084113492],
            "large.spectral": [5.519899622029, 1.862919587253, 584.693457203094],
            "last.weight": [1.508237887100, 2.119024184789, 2.508967235088],
        ],
    ]
    private static let shapes = [
        "first.weight": [4, 4], "hidden.weight": [3, 6], "hidden.bias": [5], "convolution.weight": [2, 3, 4, 2],
        "small.spectral": [2, 2, 3, 5], "large.spectral": [5, 4, 2, 32, 32], "last.weight": [4, 4],
    ]

    private func start(_ seed: Int, _ count: Int) -> [Double] {
        (0..<count).map { i in Double((i * i * 31 + 7 * i + 5 * seed) % 101) / 101 - 0.5 }
    }

    private func gradient(_ seed: Int, _ step: Int, of p: Tensor<Double>) -> Tensor<Double> {
        Tensor(shape: p.shape, on: p.backend) { values in
            for i in values.indices {
                let whole = (i * i + 3 * i * step + 11 * step + 17 * seed) * 7919 % 1009
                values[i] = Double(whole) / 1009 - 0.5 + 0.3 * p.pointer[i]
            }
        }
    }

    @Test(arguments: ["soap", "muon"]) func stepsAreThoseOfPlainNumpy(_ kind: String) throws {
        let cpu = CPUBackend(threads: 2)
        let expected = try #require(Self.published[kind])
        let parameters = expected.enumerated().map { seed, entry in
            let shape = Self.shapes[entry.key]!
            return (name: entry.key, value: Tensor(start(seed, shape.reduce(1, *)), shape: shape, on: cpu))
        }
        let forms = ["small.spectral": ParameterForm.complexMatrices, "large.spectral": .complexMatrices]
        let settings = OptimizerSettings(try rule(kind, decay: 0.1), learningRate: 0.02, clipNorm: 15)
        let optimizer = Optimizer(settings, [ParameterGroup("network", parameters, forms: forms)], threads: 2)
        for step in 1...20 {
            let gradients = parameters.enumerated().map { gradient($0, step, of: $1.value) }
            let norm = try #require(optimizer.step(gradients, learningRate: 0.02))
            #expect(norm > 15)
        }
        for (parameter, (name, sums)) in zip(parameters, expected) {
            for (k, sum) in zip(1..., sums) {
                let found = parameter.value.values.enumerated().reduce(0) { sum, entry in
                    sum + entry.element * Double((entry.offset * k * (k + 1) + entry.offset) % 13 - 6)
                }
                #expect(abs(found - sum) < 1e-9 * Double(parameter.value.count), "\(name), \(found) for \(sum)")
            }
        }
    }

    /// Singular values of a step's matrices lie near one, and so do those of the complex matrices of modes.
    @Test func muonsStepsAreNearlyOrthogonal() throws {
        let cpu = CPUBackend(threads: 1)
        let shapes = [[4, 4], [40, 12], [12, 40], [3, 3, 8, 6], [4, 4]]
        let parameters = shapes.enumerated().map {
            (name: "\($0)", value: Tensor<Float>(repeating: 0, shape: $1, on: cpu))
        }
        let optimizer = Optimizer(OptimizerSettings(Muon()), parameters, threads: 1)
        let gradients = shapes.enumerated().map { index, shape in
            var stream = RandomStream(seed: 4, index: index, purpose: "gradients")
            return Tensor<Float>(shape: shape, on: cpu) { stream.fillNormal($0) }
        }
        optimizer.step(gradients, learningRate: 1)
        for (_, value) in parameters[1...3] {
            let (rows, columns) = (value.count / value.shape.last!, value.shape.last!)
            let matrix = Matrix(rows: rows, columns: columns, storage: value.values.map(Double.init))
            let length = 0.2 * Double(max(rows, columns)).squareRoot()
            for size in try SingularValueDecomposition(matrix).values {
                #expect(size / length > 0.6 && size / length < 1.3, "\(size / length)")
            }
        }
    }

    /// SOAP's bases stay orthonormal in single precision, also of statistics without full rank.
    @Test func soapsBasesStayOrthonormal() throws {
        let cpu = CPUBackend(threads: 1)
        let parameter = Tensor<Float>(repeating: 0.1, shape: [24, 6], on: cpu)
        let optimizer = Optimizer(OptimizerSettings(SOAP(basisInterval: 2)), [("p", parameter)], threads: 1)
        var stream = RandomStream(seed: 5, index: 0, purpose: "gradients")
        for _ in 0..<40 {
            optimizer.step([Tensor(shape: [24, 6], on: cpu) { stream.fillNormal($0) }], learningRate: 1e-2)
        }
        let bases = optimizer.state().filter { $0.name.hasPrefix("soap.basis.") }
        #expect(bases.map(\.value.shape) == [[24, 24], [6, 6]])
        for (_, basis) in bases {
            let n = basis.shape[0]
            let q = Matrix(rows: n, columns: n, storage: basis.values)
            let error = zip(q.product(.transposed, with: q).storage, Matrix<Float>.identity(n).storage)
                .map { abs($0 - $1) }.max()!
            #expect(error < 1e-5)
        }
        #expect(parameter.values.allSatisfy { $0.isFinite })
    }

    // MARK: What all optimisers keep to

    @Test(arguments: ["soap", "muon"]) func threadsDoNotChangeTheBitsAndNothingIsAllocated(_ kind: String) throws {
        var results: [[[Float]]] = []
        for threads in 1...3 {
            let cpu = CPUBackend(threads: threads)
            let shapes = [
                "a": [7, 40], "b": [12, 2, 40, 60], "c": [40], "d": [3, 3, 40, 30], "e": [50, 20], "f": [20, 3],
            ]
            var stream = RandomStream(seed: 2, index: 0, purpose: "matrices")
            func tensor(_ shape: [Int]) -> Tensor<Float> { Tensor(shape: shape, on: cpu) { stream.fillNormal($0) } }
            let parameters = shapes.sorted { $0.key < $1.key }.map { (name: $0.key, value: tensor($0.value)) }
            let group = ParameterGroup("network", parameters, forms: ["b": .complexMatrices])
            let optimizer = Optimizer(
                OptimizerSettings(try rule(kind), clipNorm: 1, averaging: 0.9), [group], threads: threads)
            let gradients = (0..<23).map { _ in parameters.map { tensor($0.value.shape) } }
            // The bases are turned in the steps 11 and 21.
            for gradient in gradients[..<12] { optimizer.step(gradient, learningRate: 0.01) }
            let fresh = cpu.pool.usage.freshBlocks
            for gradient in gradients[12...] { optimizer.step(gradient, learningRate: 0.01) }
            #expect(cpu.pool.usage.freshBlocks == fresh)
            results.append(optimizer.state().map(\.value.values))
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    /// Stopped after some steps and gone on with, a run ends in the same numbers.
    @Test(
        arguments: [("soap", "one-step"), ("soap", "unrolled"), ("muon", "one-step"), ("muon", "unrolled")],
        ["none", "jaws"])
    func runsGoOnInTheSameBits(_ choice: (kind: String, mode: String), _ penalty: String) throws {
        let small = try SmallRun()
        let experiment = try small.experiment([
            "optimizer.kind": .string(choice.kind), "task.training": .string(choice.mode),
            "task.steps": choice.mode == "one-step" ? 1 : 3, "regularizer": .string(penalty),
        ])
        let whole = small.training(experiment, "whole")
        let losses = try small.run(whole).losses
        for (threads, stop) in [(1, 1), (2, losses.count / 2), (3, losses.count - 1)] {
            let parts = small.training(experiment, "parts\(threads)", threads: threads)
            #expect(try small.run(parts, stop: stop).outcome.isInterrupted)
            #expect(try small.run(parts, resumes: true).outcome.state.isFinished)
            #expect(try small.entries(parts) == small.entries(whole), "\(threads) threads")
            #expect(try small.bytes(parts, "log.jsonl") == small.bytes(whole, "log.jsonl"))
        }
    }

    @Test(arguments: ["soap", "muon"]) func trainingMakesTheLossSmall(_ kind: String) throws {
        let small = try SmallRun()
        let experiment = try small.experiment(["optimizer.kind": .string(kind), "budget.epochs": 12])
        let losses = try small.run(small.training(experiment, "run")).losses
        let (first, last) = (losses.prefix(6).reduce(0, +), losses.suffix(6).reduce(0, +))
        #expect(last < 0.5 * first, "\(first), \(last)")
    }

    /// A gradient that is no number shows in the state, by which a run is stopped.
    @Test(arguments: ["soap", "muon"], [1, 2, 11]) func gradientsThatAreNoNumbersAreSeen(_ kind: String, _ step: Int)
        throws
    {
        let cpu = CPUBackend(threads: 1)
        let parameters = ["a", "b", "c"].map {
            (name: $0, value: Tensor<Float>(repeating: 0.5, shape: [4, 4], on: cpu))
        }
        let optimizer = Optimizer(OptimizerSettings(try rule(kind)), parameters, threads: 1)
        var stream = RandomStream(seed: 6, index: 0, purpose: "gradients")
        for number in 1...step {
            let gradients = (0..<3).map { index in
                Tensor<Float>(shape: [4, 4], on: cpu) { values in
                    stream.fillNormal(values)
                    if number == step, index == 1 { values[5] = .nan }
                }
            }
            #expect(optimizer.isFinite)
            optimizer.step(gradients, learningRate: 1e-3)
        }
        #expect(!optimizer.isFinite)
    }

    /// Parameters without gradients stay finite: their statistics are zero, and so is their momentum.
    @Test(arguments: ["soap", "muon"]) func zerosDoNoHarm(_ kind: String) throws {
        let cpu = CPUBackend(threads: 1)
        let parameters = ["a", "b", "c"].map {
            (name: $0, value: Tensor<Float>(repeating: 0.5, shape: [6, 4], on: cpu))
        }
        let optimizer = Optimizer(OptimizerSettings(try rule(kind, decay: 0)), parameters, threads: 1)
        for _ in 0..<12 { optimizer.step(parameters.map(\.value.zeros), learningRate: 1) }
        #expect(parameters.allSatisfy { $0.value.values.allSatisfy { $0 == 0.5 } })
    }

    // MARK: What networks say

    @Test func hiddenMatricesAreThoseBetweenTheFirstAndTheLastLayer() {
        let start = Initialization(seed: 1, backend: CPUBackend(threads: 1))
        func hidden(_ architecture: any Architecture) -> (names: [String], all: [String], group: ParameterGroup<Float>)
        {
            let network: any FieldOperator<Float> = architecture.network(
                OperatorShape(inputs: 2, outputs: 1, isPeriodic: [true, true], state: 0..<1), start)
            let group = ParameterGroup("network", of: network)
            let names = group.parameters.map(\.name)
            return (group.hiddenMatrices.map { names[$0] }, names, group)
        }
        let fourier = hidden(FourierArchitecture(width: 4, modes: [3], layers: 2))
        #expect(
            fourier.names == [
                "layers.0.spectral", "layers.0.local.weight", "layers.1.spectral", "layers.1.local.weight",
                "projection.first.weight",
            ])
        for (name, form) in zip(fourier.all, fourier.group.forms) {
            #expect((form == .complexMatrices) == name.hasSuffix("spectral"))
            #expect((form == .numbers) == name.hasSuffix("bias"))
        }
        let network = hidden(UNetArchitecture(width: 4, levels: 1))
        let weights = network.all.filter { $0.hasSuffix("weight") }
        #expect(network.names == Array(weights.dropFirst().dropLast()) && weights.count == 7)
        #expect(weights.first == "down.0.0.convolution.weight" && weights.last == "output.weight")
        let dilated = hidden(DilatedResidualArchitecture(width: 4, blocks: 1, dilations: [1, 2]))
        #expect(dilated.names == ["blocks.0.0.weight", "blocks.0.1.weight"])
        let latent = hidden(LatentSpectralArchitecture(width: 8, levels: 1, patches: 2))
        let tables = zip(latent.all, latent.group.forms).filter { name, _ in
            ["tokens", "sines", "cosines"].contains { name.hasSuffix($0) }
        }
        #expect(tables.count >= 3 && tables.allSatisfy { $0.1 == .numbers })
        #expect(latent.names.contains { $0.hasSuffix("key") })
        let attention = hidden(LinearAttentionArchitecture(width: 8, layers: 2, heads: 2, slices: 3))
        #expect(
            attention.names.first == "lift.second.weight" && attention.names.last == "blocks.1.perceptron.second.weight"
        )
        for (name, form) in zip(attention.all, attention.group.forms) {
            #expect((form == .matrices) == (name.hasSuffix("queries") || name.hasSuffix("keys")))
        }
        let generator = hidden(SpectralGeneratorArchitecture(width: 8, modes: [3]))
        #expect(generator.names == ["stage.gate.weight", "stage.value.weight", "stage.forces.weight"])
    }

    /// The matrices of heads, side by side in one parameter, move as matrices that are parameters of their own do, and have no basis
    /// of heads.
    @Test func matricesMoveOneByOne() throws {
        let cpu = CPUBackend(threads: 2)
        func parameter(_ name: String, _ shape: [Int]) -> (name: String, value: Tensor<Double>) {
            (name, Initialization(seed: 1, backend: cpu).normal(name, shape, deviation: 1))
        }
        func moved(_ hidden: [(name: String, value: Tensor<Double>)], _ forms: [String: ParameterForm]) throws
            -> [Double]
        {
            let all = [parameter("first", [2, 2])] + hidden + [parameter("last", [2, 2])]
            let rule = try rule("muon", decay: 0)
            let optimizer = Optimizer(
                OptimizerSettings(rule), [ParameterGroup("network", all, forms: forms)], threads: 2)
            optimizer.step(all.map { $0.value.sine }, learningRate: 0.1)
            return hidden.flatMap(\.value.values)
        }
        let joined = parameter("queries", [3, 4, 5])
        let single = (0..<3).map { (name: "\($0)", value: joined.value.part($0, along: 0)) }
        #expect(try moved([joined], ["queries": .matrices]) == moved(single, [:]))
        let soap = SOAP().updater(
            of: ParameterGroup("network", [parameter("queries", [3, 4, 5])], forms: ["queries": .matrices]))
        let names = soap.state.map(\.name)
        #expect(names.contains("soap.basis.in/queries") && !names.contains("soap.basis.points/queries"))
    }

    /// What surrounds a network passes on what it says, and a run's checkpoint keeps one momentum, or bases of channels alone.
    @Test func runsKnowTheFormsOfTheirParameters() throws {
        let small = try SmallRun()
        func names(_ kind: String) throws -> Set<String> {
            let training = small.training(
                try small.experiment(["optimizer": .object([("kind", .string(kind))]), "regularizer": "jaws"]), kind)
            try small.run(training, stop: 1)
            return Set(try small.entries(training).map(\.name))
        }
        let muon = try names("muon")
        #expect(muon.contains("muon.momentum/layers.0.spectral") && !muon.contains("adam.mean/layers.0.spectral"))
        #expect(muon.contains("adam.square/lift.weight") && !muon.contains("muon.momentum/lift.weight"))
        let soap = try names("soap")
        #expect(soap.contains("soap.basis.in/layers.1.spectral") && soap.contains("soap.statistics.out/lift.weight"))
        #expect(!soap.contains("soap.basis.points/layers.1.spectral") && soap.contains("adam.mean/lift.bias"))
        #expect(soap.contains { $0.hasPrefix("soap.basis.in/head.") })
    }

    /// What is said to be kept of a network's parameters is kept, and no more.
    @Test(arguments: ["adam", "soap", "muon"]) func keptNumbersAreCounted(_ kind: String) throws {
        let architectures: [any Architecture] = [
            FourierArchitecture(modes: [12]), UNetArchitecture(), DilatedResidualArchitecture(),
            LinearAttentionArchitecture(),
        ]
        let rule = try rule(kind)
        for architecture in architectures {
            let network: any FieldOperator<Float> = architecture.network(
                OperatorShape(inputs: 3, outputs: 1, isPeriodic: [true, true], state: 0..<1),
                Initialization(seed: 1, backend: CPUBackend(threads: 1)))
            let kept = rule.updater(of: ParameterGroup("network", of: network)).state.reduce(0) { $0 + $1.value.count }
            let perParameter = Double(kept) / Double(network.parameterCount)
            #expect(perParameter <= rule.numbersPerParameter && perParameter > 1, "\(architecture.kindName)")
        }
    }

    @Test func longAxesGetNoBasis() {
        let cpu = CPUBackend(threads: 1)
        let parameters = [
            ("a", Tensor<Float>(repeating: 1, shape: [5, 9], on: cpu)),
            ("b", Tensor<Float>(repeating: 1, shape: [9, 9], on: cpu)),
        ]
        let updater = SOAP(largestAxis: 8).updater(
            of: ParameterGroup("network", parameters.map { (name: $0, value: $1) }))
        #expect(
            updater.state.map(\.name).sorted() == [
                "adam.mean/b", "adam.square/b", "soap.basis.in/a", "soap.mean/a", "soap.square/a",
                "soap.statistics.in/a",
            ])
    }

    @Test(arguments: [
        ("optimizer.shampooBeta", 0.9, "did you mean \"statisticsBeta\"?"),
        ("optimizer.precondition_frequency", 5, "did you mean \"basisInterval\"?"),
        ("optimizer.max_precond_dim", 5, "did you mean \"largestAxis\"?"),
        ("optimizer.basisInterval", 0, "optimizer.basisInterval is 0, allowed is at least 1"),
        ("optimizer.statisticsBeta", 1, "optimizer.statisticsBeta is 1, allowed is at least 0 and less than 1"),
        ("optimizer.largestAxis", 0, "optimizer.largestAxis is 0, allowed is between 1 and 32768"),
        ("optimizer.iterations", 5, "\"soap\" has no such key, but \"muon\" has"),
    ]) func mistakesInSOAPAreNamed(_ key: String, _ value: Double, _ hint: String) throws {
        #expect(try said("soap", key, value).contains(hint))
    }

    @Test(arguments: [
        ("optimizer.ns_steps", 5, "did you mean \"iterations\"?"), ("optimizer.mu", 0.9, "did you mean \"momentum\"?"),
        ("optimizer.momentum", 1, "optimizer.momentum is 1, allowed is at least 0 and less than 1"),
        ("optimizer.iterations", 0, "optimizer.iterations is 0, allowed is between 1 and 20"),
        ("optimizer.wd", 0.1, "did you mean \"weightDecay\"?"),
        ("optimizer.basisInterval", 5, "\"muon\" has no such key, but \"soap\" has"),
    ]) func mistakesInMuonAreNamed(_ key: String, _ value: Double, _ hint: String) throws {
        #expect(try said("muon", key, value).contains(hint))
    }

    private func said(_ kind: String, _ key: String, _ value: Double) throws -> String {
        let small = try SmallRun()
        let error = #expect(throws: ConfigurationError.self) {
            try small.experiment(["optimizer": .object([("kind", .string(kind))]), key: .number(value)])
        }
        return try #require(error?.description)
    }
}
