import PDECommand
import PDEConfig
import PDECore
import PDEStudies
import PDETraining

/// `pdetrain bench NAME`: measures a training step and a forward pass, as JSON with the keys of the peers' scripts.
enum NetworkBenchVerb {
    private static let names = NetworkBench.all.map(\.name) + ["gp", "score"]
    private static let optimizers = Kinds().names(of: UpdateRules.self)

    static var verb: Verb {
        Verb(
            "bench", summary: "measure a training step and a forward pass; JSON",
            discussion:
                "Batches of 20, one step of an optimiser on the relative L2 error summed over samples. fno2d: a Fourier operator of "
                + "width 32 with 12 modes and 4 layers on 64 x 64 points. fno1d: width 64, 16 modes, 1024 points. unet2d: "
                + "width 32, three levels, group normalisation, 64 x 64 points. lsm2d: a latent spectral model of width 32 "
                + "with four levels on 64 x 64 points. linearno2d: linear attention of width 64 with 8 layers, 8 heads and 64 "
                + "slices on 64 x 64 points. sgno1d: a spectral generator of 64 modes and 4 stages on 128 points. "
                + "Times are medians of 15 after 3 that do not count; the optimiser's own is the mean of ten. gp: Gaussian processes "
                + "that solve boundary value problems of high frequencies, with the seconds of learning their kernel and of one solution and, "
                + "on squares, the most memory in arrays of the grid, and that learn an operator from 1000 pairs: error on 200 others, "
                + "seconds of the fit and of one answer. score: a step of implicit score matching on 10,000 particles in 2 and 5 "
                + "dimensions, three layers of width 100, by Adam.",
            positionals: [Positional("NAME", help: names.joined(separator: ", "))],
            options: [
                .choice("precision", ["float", "double", "both"], help: "precision", default: "float"),
                .choice("optimizer", optimizers, help: "what moves the parameters", default: "adam"),
                .value("batch", "N", help: "samples in a batch", default: "20"),
                .value("width", "N", help: "channels, instead of the network's own"),
                .value("threads", "N", help: "threads (default: all cores)"),
            ],
            examples: [Verb.Example("pdetrain bench fno2d --threads 2")], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let name = arguments.positional("NAME")!
        let threads = try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount
        if name == "gp" {
            try SolverBench.measure(threads: threads) {
                StandardStream.output.write($0.serialized(pretty: false) + "\n")
            }
            for problem in ProcessBench.all {
                StandardStream.output.write(try problem.measure(threads: threads).serialized(pretty: false) + "\n")
            }
            return .ok
        }
        let (width, precision) = (try arguments.int("width", in: 1...4096), arguments.string("precision")!)
        if name == "score" {
            func show<Scalar: Real>(_: Scalar.Type) {
                for dimensions in [2, 5] {
                    let line = ScoreBench.measure(
                        Scalar.self, dimensions: dimensions, width: width ?? 100, threads: threads)
                    StandardStream.output.write(line.serialized(pretty: false) + "\n")
                }
            }
            if precision != "double" { show(Float.self) }
            if precision != "float" { show(Double.self) }
            return .ok
        }
        guard var network = NetworkBench.all.first(where: { $0.name == name }) else {
            throw CommandError("no benchmark", name: name, among: names)
        }
        let batch = try arguments.int("batch", in: 1...65536)!
        if let width { network = try network.resized(width: width) }
        let optimizer = try StrictDecoder().decode(
            OptimizerSettings.self, from: .object([("kind", .string(arguments.string("optimizer")!))]))
        func show<Scalar: Real>(_: Scalar.Type) {
            let line = network.measure(Scalar.self, batch: batch, threads: threads, optimizer: optimizer)
            StandardStream.output.write(line.serialized(pretty: false) + "\n")
        }
        if precision != "double" { show(Float.self) }
        if precision != "float" { show(Double.self) }
        return .ok
    }
}
