import Glibc
import PDEConfig
import PDECore
import PDEOperators
import PDETensor
import PDETraining

/// `pdetrain bench NAME`: measures a training step and a forward pass, as JSON with the keys of the peers' scripts.
enum NetworkBenchVerb {
    private static let networks: [(name: String, architecture: any Architecture, grid: [Int])] = [
        ("fno1d", FourierArchitecture(width: 64, modes: [16], coordinates: false), [1024]),
        ("fno2d", FourierArchitecture(width: 32, modes: [12], coordinates: false), [64, 64]),
        ("unet2d", UNetArchitecture(), [64, 64]),
    ]
    private static let names = networks.map(\.name)

    static var verb: Verb {
        Verb(
            "bench", summary: "measure a training step and a forward pass; JSON",
            discussion:
                "Batches of 20, one step of Adam on the relative L2 error summed over samples. fno2d: a Fourier operator of "
                + "width 32 with 12 modes and 4 layers on 64 x 64 points. fno1d: width 64, 16 modes, 1024 points. unet2d: "
                + "width 32, three levels, group normalisation, 64 x 64 points. "
                + "Times are medians of 15 after 3 that do not count.",
            positionals: [Positional("NAME", help: names.joined(separator: ", "))],
            options: [
                .choice("precision", ["float", "double", "both"], help: "precision", default: "float"),
                .value("batch", "N", help: "samples in a batch", default: "20"),
                .value("threads", "N", help: "threads (default: all cores)"),
            ],
            examples: [Verb.Example("pdetrain bench fno2d --threads 2")], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let name = arguments.positional("NAME")!
        guard let network = networks.first(where: { $0.name == name }) else {
            throw CommandError(
                "no benchmark '\(name)'",
                advice: [
                    nearest(name, among: names).map { "did you mean \($0)?" },
                    "there are: \(names.joined(separator: ", "))",
                ].compactMap { $0 })
        }
        let threads = try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount
        let batch = try arguments.int("batch", in: 1...65536)!
        let precision = arguments.string("precision")!
        if precision != "double" { try measure(Float.self, network, batch, threads) }
        if precision != "float" { try measure(Double.self, network, batch, threads) }
        return .ok
    }

    private static func measure<Scalar: Real>(
        _: Scalar.Type, _ measured: (name: String, architecture: any Architecture, grid: [Int]), _ batch: Int,
        _ threads: Int
    ) throws {
        let backend = CPUBackend(threads: threads)
        let grid = measured.grid
        let inputs = 1 + grid.count
        let initialization = Initialization(seed: 0, backend: backend)
        let network: any FieldOperator<Scalar> = measured.architecture.network(
            OperatorShape(inputs: inputs, outputs: 1, axes: grid.count), initialization)
        var stream = RandomStream(seed: 0, index: 0, purpose: "bench")
        let x = Tensor<Scalar>(shape: [batch] + grid + [inputs], on: backend) { stream.fillNormal($0) }
        let y = Tensor<Scalar>(shape: [batch] + grid + [1], on: backend) { stream.fillNormal($0) }
        let optimizer = Optimizer(OptimizerSettings(), network.parameters, threads: threads)
        let loss = FieldLoss(RelativeL2(), isPeriodic: grid.map { _ in true })
        let train = median {
            let (module, variables) = network.differentiable
            let value = loss(module(x), y) * Scalar(batch)
            optimizer.step(value.gradient(withRespectTo: variables, endingRecord: true), learningRate: 1e-3)
        }
        let forward = median { _ = network(x) }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func rounded(_ value: Double) -> JSON { .number((value * 100).rounded() / 100) }
        let line = JSON.object([
            ("bench", .string(measured.name)), ("precision", .string(Scalar.self == Float.self ? "float" : "double")),
            ("threads", .number(threads)), ("batch", .number(batch)), ("train_ms", rounded(train)),
            ("forward_ms", rounded(forward)), ("peak_mb", .number(usage.ru_maxrss / 1024)),
            ("tensors_mb", .number(backend.pool.usage.peakBytes / 1_000_000)),
            ("parameters", .number(network.parameterCount)), ("blas_kernel", .string(BLASThreads.kernelName)),
        ])
        StandardStream.output.write(line.serialized(pretty: false) + "\n")
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
