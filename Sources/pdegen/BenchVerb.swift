import PDECommand
import PDEConfig
import PDECore
import PDESolvers
import PDEStudies

/// `pdegen bench NAME`: measures a solver and prints JSON with the keys of the peers' scripts.
enum BenchVerb {
    private static let names = ["burgers", "heat", "landau", "navier-stokes", "poisson"]
    /// The options that not every benchmark has.
    private static let ownOptions = [
        "burgers": ["dimensions", "order", "batch", "steps", "viscosity", "threads"],
        "heat": ["steps", "tolerance", "every", "plot"],
        "navier-stokes": ["obstacles", "re", "cfl", "end", "step", "jobs", "pressure"],
        "landau": ["method", "steps", "threads"],
        "poisson": [
            "dimensions", "threads", "tolerance", "direct", "contrast", "exponent", "stretch", "solid", "block",
        ],
    ]

    static var verb: Verb {
        Verb(
            "bench", summary: "measure a solver; prints a line of JSON for each precision",
            positionals: [Positional("NAME", help: names.joined(separator: ", "))],
            options: [
                .value("resolution", "N", help: "points a side (default: 1024; cubes 128; heat 25,50,100,200)"),
                .choice("precision", ["float", "double", "both"], help: "precision", default: "both"),
                .value("repeats", "N", help: "repeats, of which the best counts", default: "5"),
                .value("dimensions", "D", help: "burgers: 1, 2 or 3 (default: 1); poisson: 2 or 3 (2)"),
                .value("order", "2|4", help: "burgers: order of the time stepping", default: "4"),
                .value("batch", "N", help: "burgers: trajectories", default: "8"),
                .value("steps", "N", help: "time steps (default: burgers 1000, heat 5000, landau 10)"),
                .value("viscosity", "V", help: "burgers: viscosity", default: "0.001"),
                .value("threads", "N", help: "threads (default: all cores); navier-stokes has jobs"),
                .value("tolerance", "T", help: "poisson, heat: residual (default: 1e-6; heat 1e-8)"),
                .flag("direct", help: "poisson: by transforms, a box without blocks"),
                .value("contrast", "C", help: "poisson: ratio of two random coefficients"),
                .value("exponent", "A", help: "poisson: smoothness of these (default: 2)"),
                .value("stretch", "S", help: "poisson: length over width of cells"),
                .value("solid", "F", help: "poisson: share of solid cells, no blocks"),
                .value("block", "B", help: "poisson: solids, coefficients in squares"),
                .value("every", "N", help: "heat: try all ω at each N-th step", default: "10"),
                .value("plot", "FILE", help: "heat: a PNG of iterations by resolution and step"),
                .value("obstacles", "N", help: "navier-stokes: squares in the channel", default: "3"),
                .value("re", "R", help: "navier-stokes: Reynolds number", default: "1000"),
                .value("cfl", "C", help: "navier-stokes: CFL number of the steps", default: "0.8"),
                .value("end", "T", help: "navier-stokes: time at which a run ends", default: "2"),
                .value("step", "H", help: "navier-stokes: a fixed step instead"),
                .value("jobs", "N", help: "navier-stokes: trajectories side by side", default: "1"),
                .value("pressure", "KIND", help: "navier-stokes: a recipe's solver.pressure", default: "direct"),
                .value("method", "M", help: "landau: one method, as network (default: all)"),
            ],
            examples: [
                Verb.Example("pdegen bench burgers --resolution 1024 --order 4 --batch 8")
            ], body: run)
    }

    @Sendable private static func run(_ arguments: Arguments) throws -> ExitCode {
        let chosen = arguments.positional("NAME")!
        for owner in names where names.contains(chosen) && owner != chosen {
            let own = ownOptions[chosen] ?? []
            let options = (ownOptions[owner] ?? []).filter { !own.contains($0) }
            guard let stranger = options.first(where: arguments.isGiven) else { continue }
            throw CommandError(
                "--\(stranger) is for \(owner), and the benchmark is \(chosen)",
                advice: ["its own are --\(own.joined(separator: ", --"))"])
        }
        switch chosen {
        case "burgers":
            let bench = try burgers(arguments)
            try printLines(arguments, { bench.measure(Float.self) }, { bench.measure(Double.self) })
        case "heat": try heat(arguments)
        case "navier-stokes":
            let bench = try navierStokes(arguments)
            try printLines(arguments, { try bench.measure(Float.self) }, { try bench.measure(Double.self) })
        case "poisson":
            let bench = try poisson(arguments)
            try printLines(arguments, { try bench.measure(Float.self) }, { try bench.measure(Double.self) })
        case "landau": try landau(arguments)
        case let name: throw CommandError("no benchmark", name: name, among: names)
        }
        return .ok
    }

    private static func printLines(
        _ arguments: Arguments, _ float: () throws -> JSON, _ double: () throws -> JSON
    ) throws {
        let precision = arguments.string("precision")!
        if precision != "double" { StandardStream.output.write(try float().serialized(pretty: false) + "\n") }
        if precision != "float" { StandardStream.output.write(try double().serialized(pretty: false) + "\n") }
    }

    private static func burgers(_ arguments: Arguments) throws -> BurgersBench {
        guard let method = ExponentialRungeKutta(rawValue: try arguments.int("order")!) else {
            throw arguments.wrongValue("order", expected: "2 or 4", found: arguments.string("order")!)
        }
        let resolution = try arguments.int("resolution", in: 8...1 << 20) ?? 1024
        guard resolution % 2 == 0 else {
            throw arguments.wrongValue("resolution", expected: "an even number", found: "\(resolution)")
        }
        return BurgersBench(
            resolution: resolution, dimensions: try arguments.int("dimensions", in: 1...3) ?? 1, method: method,
            batch: try arguments.int("batch", in: 1...65536)!,
            steps: try arguments.int("steps", in: 1...1_000_000_000) ?? 1000,
            viscosity: try arguments.positive("viscosity")!,
            threads: try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount,
            repeats: try arguments.int("repeats", in: 1...1000)!)
    }

    private static func heat(_ arguments: Arguments) throws {
        for option in ["precision", "repeats"] where arguments.isGiven(option) {
            throw CommandError(
                "--\(option) is not for heat, which is measured once and in double precision",
                advice: ["its own are --\(ownOptions["heat"]!.joined(separator: ", --"))"])
        }
        let sizes = try arguments.doubles("resolution", in: 8...4096) ?? [25, 50, 100, 200]
        let resolutions = sizes.compactMap(Int.init(exactly:))
        guard resolutions.count == sizes.count else {
            throw arguments.wrongValue(
                "resolution", expected: "whole numbers separated by commas", found: arguments.string("resolution")!)
        }
        let bench = HeatBench(
            resolutions: resolutions, steps: try arguments.int("steps", in: 1...1_000_000) ?? 5000,
            tolerance: try arguments.positive("tolerance") ?? 1e-8,
            every: try arguments.int("every", in: 1...1_000_000)!)
        let results = try bench.measure { StandardStream.output.write($0.serialized(pretty: false) + "\n") }
        if let path = arguments.string("plot") { try bench.plot(results, to: path) }
    }

    private static func navierStokes(_ arguments: Arguments) throws -> NavierStokesBench {
        let step = try arguments.positive("step")
        let courant = try arguments.positive("cfl")!
        guard courant <= FlowStepControl.largestCourant else {
            throw arguments.wrongValue(
                "cfl", expected: "at most \(FlowStepControl.largestCourant)", found: arguments.string("cfl")!)
        }
        return NavierStokesBench(
            resolution: try arguments.int("resolution", in: 16...4096) ?? 128,
            obstacles: try arguments.int("obstacles", in: 0...100)!, jobs: try arguments.int("jobs", in: 1...1024)!,
            repeats: try arguments.int("repeats", in: 1...1000)!, reynolds: try arguments.positive("re")!,
            end: try arguments.positive("end")!,
            control: step.map { .fixed($0) } ?? .courant(courant), pressure: try pressure(arguments))
    }

    /// A kind's name, or its configuration.
    private static func pressure(_ arguments: Arguments) throws -> any PressureMethod {
        let method = try StrictDecoder(kinds: .hybrid).decode(
            OneOf<PressureMethods>.self,
            from: .scalar(fromFlag: arguments.string("pressure")!, origin: .flag("--pressure"))
        ).wrappedValue
        let axis = Grid.Axis(count: 16, from: 0, to: 1, placement: .cells)
        if let why = method.objection(to: PoissonOutline(Grid([axis, axis]), hasSolid: true, isVariable: false)) {
            throw CommandError("--pressure \(method.summary { "\($0)" }): \(why)")
        }
        return method
    }

    private static func poisson(_ arguments: Arguments) throws -> PoissonBench {
        let dimensions = try arguments.int("dimensions", in: 2...3) ?? 2
        return PoissonBench(
            resolution: try arguments.int("resolution", in: 16...(dimensions == 2 ? 16384 : 512)) ?? 1024
                >> (3 * dimensions - 6),
            dimensions: dimensions,
            threads: try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount,
            repeats: try arguments.int("repeats", in: 1...1000)!,
            tolerance: try arguments.positive("tolerance") ?? 1e-6, isDirect: arguments.isGiven("direct"),
            medium: try medium(arguments))
    }

    private static func medium(_ arguments: Arguments) throws -> PoissonMedium {
        let solid = try arguments.double("solid") ?? 0
        guard solid >= 0, solid < 1 else {
            throw arguments.wrongValue("solid", expected: "at least 0 and less than 1", found: "\(solid)")
        }
        if arguments.isGiven("direct"),
            let other = ["contrast", "exponent", "stretch", "solid", "block"].first(where: arguments.isGiven)
        {
            throw CommandError(
                "--direct solves a plain box, and --\(other) asks for another", advice: ["leave one of the two out"])
        }
        return PoissonMedium(
            contrast: try arguments.positive("contrast") ?? 1, exponent: try arguments.positive("exponent") ?? 2,
            stretch: try arguments.positive("stretch") ?? 1, solid: solid,
            block: try arguments.int("block", in: 1...1024) ?? 1)
    }

    /// A line for each method, as soon as it is measured.
    private static func landau(_ arguments: Arguments) throws {
        guard arguments.string("precision") != "float" else {
            throw arguments.wrongValue("precision", expected: "double: landau has no other", found: "float")
        }
        let method = try arguments.choice("method", among: LandauBench.Method.allCases.map(\.rawValue))
            .flatMap(LandauBench.Method.init(rawValue:))
        let resolution = try arguments.int("resolution", in: 8...1024)
        if let resolution, let problem = LandauBench.problem(with: resolution, of: method) {
            throw arguments.wrongValue("resolution", expected: problem, found: "\(resolution)")
        }
        let bench = LandauBench(
            threads: try arguments.int("threads", in: 1...1024) ?? Processor.usableCoreCount,
            repeats: try arguments.int("repeats", in: 1...1000)!, resolution: resolution,
            steps: try arguments.int("steps", in: 1...1_000_000) ?? 10)
        for method in method.map({ [$0] }) ?? LandauBench.Method.allCases {
            StandardStream.output.write(try bench.measure(method).serialized(pretty: false) + "\n")
        }
    }
}
