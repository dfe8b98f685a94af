import PDEConfig
import PDECore
import PDESolvers

/// `pdegen bench NAME`: measures a solver and prints JSON with the keys of the peers' scripts.
enum BenchVerb {
    private static let names = ["burgers"]

    static var verb: Verb {
        Verb(
            "bench", summary: "measure a solver; prints a line of JSON for each precision",
            discussion:
                "burgers: periodic Burgers by exponential time differencing, a batch of trajectories side by side. "
                + "Times are the best of the repeats, as the peers' scripts take them; the median is printed too.",
            positionals: [Positional("NAME", help: names.joined(separator: ", "))],
            options: [
                .value("resolution", "N", help: "points a side", default: "1024"),
                .value("dimensions", "D", help: "1, 2 or 3", default: "1"),
                .value("order", "2|4", help: "order of the time stepping", default: "4"),
                .value("batch", "N", help: "trajectories", default: "8"),
                .value("steps", "N", help: "time steps", default: "1000"),
                .value("viscosity", "V", help: "viscosity", default: "0.001"),
                .choice("precision", ["float", "double", "both"], help: "precision", default: "both"),
                .value("threads", "N", help: "threads (default: all cores)"),
                .value("repeats", "N", help: "repeats", default: "5"),
            ],
            examples: [Verb.Example("pdegen bench burgers --resolution 1024 --order 4 --batch 8")], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let name = arguments.positional("NAME")!
        guard names.contains(name) else {
            throw CommandError(
                "no benchmark '\(name)'",
                advice: [
                    nearest(name, among: names).map { "did you mean \($0)?" },
                    "there are: \(names.joined(separator: ", "))",
                ].compactMap { $0 })
        }
        guard let method = ExponentialRungeKutta(rawValue: try arguments.int("order")!) else {
            throw arguments.wrongValue("order", expected: "2 or 4", found: arguments.string("order")!)
        }
        let resolution = try arguments.int("resolution", in: 8...1 << 20)!
        guard resolution % 2 == 0 else {
            throw arguments.wrongValue("resolution", expected: "an even number", found: "\(resolution)")
        }
        let viscosity = try arguments.double("viscosity")!
        guard viscosity > 0 else {
            throw arguments.wrongValue("viscosity", expected: "more than 0", found: arguments.string("viscosity")!)
        }
        let bench = BurgersBench(
            resolution: resolution, dimensions: try arguments.int("dimensions", in: 1...3)!, method: method,
            batch: try arguments.int("batch", in: 1...65536)!,
            steps: try arguments.int("steps", in: 1...1_000_000_000)!,
            viscosity: viscosity, threads: try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount,
            repeats: try arguments.int("repeats", in: 1...1000)!)
        let precision = arguments.string("precision")!
        if precision != "double" {
            StandardStream.output.write(bench.measure(Float.self).serialized(pretty: false) + "\n")
        }
        if precision != "float" {
            StandardStream.output.write(bench.measure(Double.self).serialized(pretty: false) + "\n")
        }
        return .ok
    }
}
