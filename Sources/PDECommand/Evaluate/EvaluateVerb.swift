import PDECore
import PDEData
import PDEEvaluation
import PDEGeneration
import PDETensor
import PDETraining

/// `pdeeval RUN` and `pdeeval compare RUN…`: rollouts, metrics, a report to look at.
enum EvaluateVerb {
    private static let options: [CommandLineOption] = [
        .value("steps", "N", help: "steps of every rollout (default: all frames of the data)"),
        .choice("split", Split.allCases.map(\.rawValue), help: "the split", default: "test"),
        .value("data", "DIR", help: "another dataset (default: that of the training)"),
        .value("level", "KEY=LOW:HIGH", help: "only samples whose number lies within", isRepeatable: true),
        .value("samples", "N", help: "at most so many trajectories"),
        .value("out", "DIR", help: "where the report goes (default: the run's folder)"),
        .flag("no-solver", help: "leave out the classical solver on coarser grids"),
        .value("threads", "N", help: "rollouts side by side (default: 1, for clean times)"),
    ]

    static var verb: Verb {
        Verb(
            "evaluate", summary: "roll a trained network out and write metrics.json and report.html (the default)",
            positionals: [Positional("RUN", help: "a run's folder such as runs/burgers")],
            options: options + CommandLineOption.progress,
            examples: [Verb.Example("pdeeval runs/burgers --steps 1000")],
            body: {
                let folder = $0.positional("RUN")!
                return try run($0, folders: isRun(folder) ? [folder] : members(folder))
            })
    }

    static var compare: Verb {
        Verb(
            "compare", summary: "several runs in one report",
            positionals: [Positional("RUN", .repeated, help: "runs' folders, or a folder of runs with several seeds")],
            options: options + CommandLineOption.progress,
            examples: [Verb.Example("pdeeval compare runs/none runs/jaws --out runs/comparison")],
            body: { try run($0, folders: $0.positionals.flatMap(members)) })
    }

    @Sendable private static func run(_ arguments: Arguments, folders: [String]) throws -> ExitCode {
        var known: Set<[Substring]> = []
        let folders = folders.filter { known.insert($0.split(separator: "/")).inserted }
        for folder in folders { try RunCheck.requireNetwork(in: folder) }
        if try SteadyRun.holds(folders[0]) { return try runSteady(arguments, folders) }
        let runs = try folders.map { try TrainedRun(folder: $0) }
        let model = runs[0].model
        guard
            runs.allSatisfy({
                $0.model.grid == model.grid && $0.model.channels == model.channels
                    && wholeSteps(of: model.timeStep, in: $0.model.timeStep) == 1
            })
        else {
            throw CommandError(
                "the runs have different grids, fields or steps", advice: ["compare runs on the same data"],
                exitCode: .badData)
        }
        let path = try arguments.string("data") ?? dataset(of: runs)
        let reference = try reference(arguments, runs, path)
        let names = RunName.names(of: runs.map(\.folder))
        let mode = ProgressReporter.Mode.automatic(arguments)
        Interrupt.install(announce: mode != .json)
        let contestants =
            zip(runs, names).map { network($0, $1, reference) }
            + (arguments.isGiven("no-solver") ? [] : try solvers(model, path, reference))
            + [.persistence(of: reference.description)] + trainingMeans(runs, names, reference.description)
        let steps = try arguments.int("steps", in: 1...1_000_000)
        let evaluator = RolloutEvaluator(
            reference,
            options: EvaluationOptions(
                steps: steps, tracksFront: reference.description.grid.dimensions == 1 && model.channels.count == 1),
            threads: try arguments.int("threads", in: 1...1024) ?? 1)
        let out = arguments.string("out") ?? (runs.count == 1 ? runs[0].folder : "runs/comparison")
        let progress = ProgressReporter(
            "evaluate", total: contestants.count * reference.count, unit: "rollouts", mode: mode)
        for warning in runs.compactMap(\.warning) { progress.warning(warning) }
        let evaluation: Evaluation
        let rollouts: [RecordedRollout]
        do {
            evaluation = try evaluator.evaluate(
                contestants, progress: { progress.update(done: $0.done, extra: $0.contestant) },
                shouldStop: { Interrupt.isRequested })
            rollouts = try evaluator.record(
                contestants[0], in: evaluation, shouldStop: { Interrupt.isRequested })
        } catch {
            progress.finish(extra: "stopped")
            throw error
        }
        progress.finish()
        try FileSystem.createFolder(out)
        try evaluation.write(to: "\(out)/metrics.json")
        try Report(title: model.experiment.name, evaluation: evaluation, rollouts: rollouts).write(
            to: "\(out)/report.html")
        if let first = rollouts.first {
            try RolloutPicture(first, evaluation: evaluation).write(
                to: "\(out)/rollout.png", animation: "\(out)/rollout-animated.png")
        }
        StandardStream.output.write(EvaluationSummary(evaluation, folder: out).text)
        return .ok
    }

    private static func runSteady(_ arguments: Arguments, _ folders: [String]) throws -> ExitCode {
        guard !arguments.isGiven("steps") else {
            throw arguments.wrongValue(
                "steps", expected: "nothing: \(folders[0]) is a run of a steady problem, which has no steps",
                found: arguments.string("steps")!)
        }
        let mode = ProgressReporter.Mode.automatic(arguments)
        Interrupt.install(announce: mode != .json)
        let evaluation = try SteadyRunsEvaluation(
            folders, data: arguments.string("data"), split: Split(rawValue: arguments.string("split")!)!,
            bounds: bounds(arguments), limit: arguments.int("samples", in: 1...1_000_000),
            hasSolvers: !arguments.isGiven("no-solver"), threads: arguments.int("threads", in: 1...1024) ?? 1)
        let out = arguments.string("out") ?? (folders.count == 1 ? folders[0] : "runs/comparison")
        StandardStream.output.write(try evaluation.write(to: out, mode))
        return .ok
    }

    private static func isRun(_ folder: String) -> Bool { FileSystem.exists("\(folder)/checkpoint") }

    /// A run and all runs in its folder: those of several seeds, of variants, or of both.
    @Sendable private static func members(_ folder: String) throws -> [String] {
        func runs(_ folder: String, depth: Int) -> [String] {
            let own = isRun(folder) ? [folder] : []
            guard depth > 0, let inside = try? FileSystem.list(folder) else { return own }
            return own + inside.sorted().flatMap { runs("\(folder)/\($0)", depth: depth - 1) }
        }
        let found = runs(folder, depth: 2)
        guard !found.isEmpty else {
            throw CommandError(
                "\(folder): no trained network",
                advice: [
                    FileSystem.exists(folder) ? "it has no checkpoint" : "there is no such folder",
                    "train one: pdetrain EXPERIMENT --out \(folder)",
                ], exitCode: .noInput)
        }
        return found
    }

    /// The dataset that all runs were trained on.
    private static func dataset(of runs: [TrainedRun]) throws(CommandError) -> String {
        let model = runs[0].model
        guard let other = runs.first(where: { $0.model.fingerprint != model.fingerprint }) else { return model.dataset }
        throw CommandError(
            "the runs were trained on different data: \(runs[0].folder) on \(model.dataset) (fingerprint "
                + "\(model.fingerprint)), \(other.folder) on \(other.model.dataset) (\(other.model.fingerprint))",
            advice: ["name the dataset that they are compared on with --data DIR"], exitCode: .badData)
    }

    /// What `--level` says.
    private static func bounds(_ arguments: Arguments) throws -> [String: ClosedRange<Double>] {
        var bounds: [String: ClosedRange<Double>] = [:]
        for level in arguments.strings("level") {
            let parts = level.split(separator: "=", maxSplits: 1)
            let ends = parts.count == 2 ? parts[1].split(separator: ":").compactMap { Double($0) } : []
            guard ends.count == 2, ends[0] <= ends[1] else {
                throw arguments.wrongValue(
                    "level", expected: "KEY=LOW:HIGH such as viscosity=0.001:0.005", found: level)
            }
            bounds[String(parts[0])] = ends[0]...ends[1]
        }
        return bounds
    }

    private static func reference(
        _ arguments: Arguments, _ runs: [TrainedRun], _ path: String
    ) throws -> DatasetTrajectories {
        var trajectories = try DatasetTrajectories(
            runs, path: path, split: Split(rawValue: arguments.string("split")!)!, bounds: bounds(arguments),
            limit: try arguments.int("samples", in: 1...1_000_000))
        let without = runs.filter { $0.record == nil }.map(\.folder)
        if !without.isEmpty {
            trajectories.note("there is no training mean of \(without.joined(separator: ", ")) to compare with")
        }
        return trajectories
    }

    private static func network(
        _ run: TrainedRun, _ name: RunName, _ reference: DatasetTrajectories
    ) -> Contestant {
        let grid = reference.description.grid.shape
        let inputs = run.model.history
        let isToldGeometry = run.model.experiment.data.geometry
        @Sendable func session<Scalar: Real>(_: Scalar.Type) throws -> ForecastSession<NetworkStepper<Scalar>> {
            let stepper = try NetworkStepper<Scalar>(folder: run.folder)
            return ForecastSession(
                stepper: stepper, state: stepper.emptyState(on: grid),
                begin: { frames, state in
                    let geometry = isToldGeometry ? try reference.geometry(of: frames.label.index) : nil
                    let first = frames.count - inputs
                    state = try stepper.state(
                        from: (first..<frames.count).map { frames[$0] }, on: grid,
                        parameters: frames.label.parameters, geometry: geometry.map { UnsafePointer($0.pointer) })
                    withExtendedLifetime(geometry) {}
                },
                read: { state, frame in stepper.read(state, into: frame) })
        }
        func contestant<Scalar: Real>(_ scalar: Scalar.Type) -> Contestant {
            Contestant(name.text, kind: .surrogate, group: name.group, inputFrames: inputs) { try session(scalar) }
        }
        // A network goes on in the precision that it was trained in.
        return switch run.model.experiment.precision {
        case .float: contestant(Float.self)
        case .double: contestant(Double.self)
        }
    }

    /// The mean frame of every dataset that runs were trained on.
    private static func trainingMeans(
        _ runs: [TrainedRun], _ names: [RunName], _ description: ReferenceDescription
    ) -> [Contestant] {
        var known: Set<String> = []
        let means = zip(runs, names).filter { run, _ in
            run.record != nil && known.insert(run.model.fingerprint).inserted
        }
        return means.map { run, name in
            .trainingMean(
                run.record!.meanFrame, of: description,
                name: means.count == 1 ? "training mean" : "training mean of \(name.text)")
        }
    }

    /// The classical solver on the data's grid and on grids that are coarser by 2, 4 and 8, in the precision of the network.
    private static func solvers(
        _ model: ModelDescription, _ path: String, _ reference: DatasetTrajectories
    ) throws -> [Contestant] {
        let labels = (0..<reference.count).lazy.map { reference.label(of: $0) }
        try ClassicalSolvers.check(labels.map { (number: $0.index, parameters: $0.parameters) }, of: path)
        return switch model.experiment.precision {
        case .float: solvers(path, reference.description, in: Float.self)
        case .double: solvers(path, reference.description, in: Double.self)
        }
    }

    private static func solvers<Scalar: Real>(
        _ path: String, _ description: ReferenceDescription, in _: Scalar.Type
    ) -> [Contestant] {
        let points = description.grid.axes.last!.count
        return [1, 2, 4, 8].compactMap { factor in
            @Sendable func solver() -> FrameSolver<Scalar>? {
                ClassicalSolvers.solver(
                    of: path, points: points / factor, timeStep: description.frameInterval,
                    channels: description.channels, in: Scalar.self)
            }
            guard description.grid.axes.allSatisfy({ $0.count % factor == 0 }), let trial = solver(),
                trial.grid == description.grid.coarsened(by: factor)
            else { return nil }
            return Contestant("solver on \(points / factor)", kind: .solver) {
                guard let solver = solver() else {
                    throw CommandError("\(path): its recipe cannot be read any more", exitCode: .badData)
                }
                return session(of: solver, description.grid)
            }
        }
    }

    /// A solver between its own grid and the data's.
    private static func session<Scalar: Real>(
        of solver: FrameSolver<Scalar>, _ grid: Grid
    ) -> ForecastSession<FrameSolver<Scalar>> {
        let transfer = GridTransfer(fine: grid, coarse: solver.grid)
        let count = solver.grid.count
        let channel = AlignedBuffer<Float>(count: count)
        return ForecastSession(
            stepper: solver, state: Field<Scalar>(on: solver.grid, components: solver.components),
            begin: { frames, state in
                solver.prepare(frames.label.parameters, sample: frames.label.index)
                state.values.withUnsafeMutablePointer { values in
                    for component in 0..<solver.components {
                        transfer.restrict(frames.newest + component * grid.count, into: channel.pointer)
                        for point in 0..<count { values[component * count + point] = Scalar(channel.pointer[point]) }
                    }
                }
            },
            read: { state, frame in
                state.values.withUnsafePointer { values in
                    for component in 0..<solver.components {
                        for point in 0..<count { channel.pointer[point] = Float(values[component * count + point]) }
                        transfer.prolong(channel.pointer, into: frame + component * grid.count)
                    }
                }
            })
    }
}
