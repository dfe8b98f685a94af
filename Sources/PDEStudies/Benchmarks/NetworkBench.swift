import Glibc
import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import PDETraining

/// A training step and a forward pass of a network on random fields, with the keys of the peers' scripts.
package struct NetworkBench: Sendable {
    /// The name by which it is asked for.
    package let name: String
    private let architecture: any Architecture
    private let grid: [Int]

    /// All networks that are measured.
    package static let all = [
        NetworkBench(
            name: "fno1d", architecture: FourierArchitecture(width: 64, modes: [16], coordinates: false), grid: [1024]),
        NetworkBench(
            name: "fno2d", architecture: FourierArchitecture(width: 32, modes: [12], coordinates: false),
            grid: [64, 64]),
        NetworkBench(name: "unet2d", architecture: UNetArchitecture(), grid: [64, 64]),
        NetworkBench(name: "lsm2d", architecture: LatentSpectralArchitecture(coordinates: false), grid: [64, 64]),
        NetworkBench(
            name: "linearno2d", architecture: LinearAttentionArchitecture(width: 64, coordinates: false),
            grid: [64, 64]),
        NetworkBench(name: "sgno1d", architecture: SpectralGeneratorArchitecture(modes: [64]), grid: [128]),
    ]

    /// The same with so many channels.
    /// - Throws: `ConfigurationError` when the network cannot have them.
    package func resized(width: Int) throws -> NetworkBench {
        var json = try StrictEncoder().encode(OneOf<Architectures>(wrappedValue: architecture))
        try json.set("width", to: .number(width))
        let architecture = try StrictDecoder().decode(OneOf<Architectures>.self, from: json).wrappedValue
        return NetworkBench(name: name, architecture: architecture, grid: grid)
    }

    /// Milliseconds of a training step and of a forward pass, medians of 15 after 3 that do not count, and of what the optimiser takes
    /// of a step, the mean of the last ten.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    package func measure<Scalar: Real>(
        _: Scalar.Type, batch: Int, threads: Int, optimizer settings: OptimizerSettings = OptimizerSettings()
    ) -> JSON {
        let backend = CPUBackend(threads: threads)
        let inputs = 1 + grid.count
        let initialization = Initialization(seed: 0, backend: backend)
        let network: any FieldOperator<Scalar> = architecture.network(
            OperatorShape(inputs: inputs, outputs: 1, isPeriodic: grid.map { _ in true }, state: 0..<1), initialization)
        var stream = RandomStream(seed: 0, index: 0, purpose: "bench")
        let x = Tensor<Scalar>(shape: [batch] + grid + [inputs], on: backend) { stream.fillNormal($0) }
        let y = Tensor<Scalar>(shape: [batch] + grid + [1], on: backend) { stream.fillNormal($0) }
        let optimizer = Optimizer(settings, [ParameterGroup("network", of: network)], threads: threads)
        let loss = FieldLoss(RelativeL2(), isPeriodic: grid.map { _ in true })
        let clock = ContinuousClock()
        var moves: [Double] = []
        let train = Self.median {
            let (module, variables) = network.differentiable
            let value = loss(module(x), y) * Scalar(batch)
            let gradients = value.gradient(withRespectTo: variables, endingRecord: true)
            let start = clock.now
            optimizer.step(gradients, learningRate: 1e-3)
            moves.append((clock.now - start) / .milliseconds(1))
        }
        let forward = Self.median { _ = network(x) }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func rounded(_ value: Double) -> JSON { .number((value * 100).rounded() / 100) }
        return .object([
            ("bench", .string(name)), ("precision", .string(Scalar.self == Float.self ? "float" : "double")),
            ("width", .number(architecture.width)), ("threads", .number(threads)), ("batch", .number(batch)),
            ("train_ms", rounded(train)), ("optimizer", .string(settings.rule.kindName)),
            ("optimizer_ms", rounded(moves.suffix(10).reduce(0, +) / 10)),
            ("forward_ms", rounded(forward)), ("peak_mb", .number(usage.ru_maxrss / 1024)),
            ("tensors_mb", .number(backend.pool.usage.peakBytes / 1_000_000)),
            ("parameters", .number(network.parameterCount)), ("blas_kernel", .string(BLASThreads.kernelName)),
        ])
    }

    /// The median of 15 runs in milliseconds.
    private static func median(_ work: () -> Void) -> Double {
        let clock = ContinuousClock()
        var times: [Double] = []
        for run in 0..<18 {
            let start = clock.now
            work()
            if run >= 3 { times.append((clock.now - start) / .milliseconds(1)) }
        }
        return times.sorted()[times.count / 2]
    }
}
