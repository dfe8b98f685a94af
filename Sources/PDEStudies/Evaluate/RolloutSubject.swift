import PDEConfig
import PDECore
import PDEData
import PDEEvaluation
import PDEGeneration
import PDEHybrids
import PDETraining

/// Runs on trajectories beside the classical solver on coarser grids, persistence and the training mean.
struct RolloutSubject: EvaluationSubject {
    /// Networks whose rollouts are kept to look at.
    private static let shownNetworks = 8
    private let runs: [TrainedRun]
    private let names: [RunName]
    private let reference: DatasetTrajectories
    private let path: String
    private let evaluator: RolloutEvaluator
    private let hasSolvers: Bool
    private let kinds: Kinds

    init(
        _ folders: [String], _ choice: SampleChoice, steps: Int?, hasSolvers: Bool, threads: Int, kinds: Kinds
    ) throws {
        runs = try folders.map { try TrainedRun(folder: $0, kinds: kinds) }
        names = RunName.names(of: folders)
        let model = runs[0].model
        guard
            runs.allSatisfy({
                $0.model.grid == model.grid && $0.model.channels == model.channels
                    && wholeSteps(of: model.timeStep, in: $0.model.timeStep) == 1
            })
        else { throw StudyError.differentModels(what: "grids, fields or steps") }
        path = try choice.dataset ?? Self.dataset(of: runs)
        var reference = try DatasetTrajectories(runs, path: path, choice)
        let without = runs.filter { $0.record == nil }.map(\.folder)
        if !without.isEmpty {
            reference.note("there is no training mean of \(without.joined(separator: ", ")) to compare with")
        }
        let isOffCells = hasSolvers && reference.isOffCells
        if isOffCells {
            reference.note(
                "no classical solver stands beside it: with a data.stride the data's cells are no cells of a coarser "
                    + "grid; a dataset with a coarser frames.resolution has such")
        }
        self.reference = reference
        let isLine = reference.description.grid.dimensions == 1 && model.channels.count == 1
        evaluator = RolloutEvaluator(
            reference, options: EvaluationOptions(steps: steps, tracksFront: isLine), threads: threads)
        (self.hasSolvers, self.kinds) = (hasSolvers && !isOffCells, kinds)
    }

    /// The dataset that all runs were trained on.
    private static func dataset(of runs: [TrainedRun]) throws(StudyError) -> String {
        let model = runs[0].model
        guard let other = runs.first(where: { $0.model.fingerprint != model.fingerprint }) else { return model.dataset }
        throw .differentData(
            first: "\(runs[0].folder) on \(model.dataset) (fingerprint \(model.fingerprint))",
            second: "\(other.folder) on \(other.model.dataset) (\(other.model.fingerprint))")
    }

    var warnings: [String] { runs.compactMap(\.warning) }

    /// What a report is called: the experiment of one, the names of several.
    static func title(_ experiments: [String], _ names: [RunName]) -> String {
        var groups: [String] = []
        for name in names.map({ $0.group ?? $0.text }) where !groups.contains(name) { groups.append(name) }
        if groups.count == 1 { return experiments[0] }
        return groups.prefix(4).joined(separator: ", ") + (groups.count > 4 ? " and \(groups.count - 4) more" : "")
    }

    func run(
        _ observer: RunsEvaluation.Observer, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> RunsFindings {
        let contestants =
            zip(runs, names).map { network($0, $1) } + (hasSolvers ? try solvers() : [])
            + [.persistence(of: reference.description)] + trainingMeans()
        observer.begin(contestants.count * reference.count, "rollouts")
        var evaluation = try evaluator.evaluate(contestants, progress: observer.progress, shouldStop: shouldStop)
        let bands = try zip(runs, contestants).compactMap { run, contestant in
            try band(run, contestant, in: evaluation, shouldStop)
        }
        if !bands.isEmpty { evaluation.bands = bands }
        // Of seeds the first stands for all; of many networks fewer trajectories are shown, so that the page stays small.
        var groups: Set<String> = []
        let shown = contestants.prefix(runs.count).filter { groups.insert($0.group ?? $0.name).inserted }.prefix(
            Self.shownNetworks)
        let records = try evaluator.record(
            Array(shown), in: evaluation, count: max(1, min(3, 4 / shown.count)), shouldStop: shouldStop)
        return .rollouts(evaluation, title: Self.title(runs.map(\.model.experiment.name), names), records: records)
    }

    private func network(_ run: TrainedRun, _ name: RunName) -> Contestant {
        let (reference, kinds) = (reference, kinds)
        let grid = reference.description.grid.shape
        let inputs = run.model.history
        let isToldGeometry = run.model.experiment.data.geometry
        @Sendable func session<Scalar: Real>(_: Scalar.Type) throws -> ForecastSession<NetworkStepper<Scalar>> {
            let stepper = try NetworkStepper<Scalar>(folder: run.folder, kinds: kinds)
            return ForecastSession(
                stepper: stepper, state: stepper.emptyState(on: grid),
                begin: { frames, state in
                    state = try reference.state(of: stepper, from: frames, isToldGeometry: isToldGeometry)
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

    /// Trajectories of the validation split that bands are calibrated on, at most.
    private static let calibrated = 32

    /// How far a run says that it may be off, made as wide at each step as the validation split asks for; nil where its network does not
    /// say it.
    private func band(
        _ run: TrainedRun, _ contestant: Contestant, in evaluation: Evaluation,
        _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> UncertaintyBand? {
        guard let forecast = try ensemble(run, along: reference) else { return nil }
        var widening: [Double] = []
        if let valid = try calibrating(run), let other = try ensemble(run, along: valid) {
            widening = try RolloutEvaluator(valid, threads: evaluator.threads).widening(
                of: other, contestant, steps: evaluation.plan.scoredSteps, shouldStop: shouldStop)
        }
        return try evaluator.band(
            of: forecast, contestant, in: evaluation, widening: widening, shouldStop: shouldStop)
    }

    /// Trajectories of the validation split of a run's dataset; nil where there are none any more.
    private func calibrating(_ run: TrainedRun) throws -> DatasetTrajectories? {
        let path = run.model.dataset
        guard let catalogue = try? Catalogue(of: path), catalogue.splits.contains(.valid) else { return nil }
        return try DatasetTrajectories(
            [run], path: path, SampleChoice(split: .valid, limit: Self.calibrated))
    }

    /// The rollouts by which a run says how far it may be off; nil where its network does not.
    private func ensemble(_ run: TrainedRun, along reference: DatasetTrajectories) throws -> EnsembleForecast? {
        let isToldGeometry = run.model.experiment.data.geometry
        return try run.ensemble(kinds: kinds) { stepper, frames in
            try reference.state(of: stepper, from: frames, isToldGeometry: isToldGeometry)
        }
    }

    /// The mean frame of every dataset that runs were trained on.
    private func trainingMeans() -> [Contestant] {
        var known: Set<String> = []
        let means = zip(runs, names).filter { run, _ in
            run.record != nil && known.insert(run.model.fingerprint).inserted
        }
        return means.map { run, name in
            .trainingMean(
                run.record!.meanFrame, of: reference.description,
                name: means.count == 1 ? "training mean" : "training mean of \(name.text)")
        }
    }

    /// The classical solver on the data's grid and on grids that are coarser by 2, 4 and 8, in the precision of the first network.
    private func solvers() throws -> [Contestant] {
        let labels = (0..<reference.count).lazy.map { reference.label(of: $0) }
        try ClassicalSolvers.check(labels.map { (number: $0.index, parameters: $0.parameters) }, of: path, kinds)
        return switch runs[0].model.experiment.precision {
        case .float: solvers(in: Float.self)
        case .double: solvers(in: Double.self)
        }
    }

    private func solvers<Scalar: Real>(in _: Scalar.Type) -> [Contestant] {
        let (path, kinds, description) = (path, kinds, reference.description)
        let points = description.grid.axes.last!.count
        return [1, 2, 4, 8].compactMap { factor in
            @Sendable func solver() -> FrameSolver<Scalar>? {
                ClassicalSolvers.solver(
                    of: path, kinds, points: points / factor, timeStep: description.frameInterval,
                    channels: description.channels, in: Scalar.self)
            }
            guard description.grid.axes.allSatisfy({ $0.count % factor == 0 }), let trial = solver(),
                trial.grid == description.grid.coarsened(by: factor)
            else { return nil }
            return Contestant("solver on \(trial.grid.size)", kind: .solver) {
                guard let solver = solver() else {
                    throw StudyError.manifest(path: path, problem: "its recipe cannot be read any more")
                }
                return session(of: solver, description.grid)
            }
        }
    }
}

/// A solver between its own grid and the data's.
private func session<Scalar: Real>(
    of solver: FrameSolver<Scalar>, _ grid: Grid
) -> ForecastSession<FrameSolver<Scalar>> {
    let transfer = GridTransfer(fine: grid, coarse: solver.grid)
    let channel = AlignedBuffer<Float>(count: solver.grid.count)
    return ForecastSession(
        stepper: solver, state: Field<Scalar>(on: solver.grid, components: solver.components),
        begin: { frames, state in
            solver.prepare(frames.label.parameters, sample: frames.label.index)
            for component in 0..<solver.components {
                transfer.restrict(frames.newest + component * grid.count, into: channel.pointer)
                state.read(component, from: UnsafePointer(channel.pointer))
            }
        },
        read: { state, frame in
            for component in 0..<solver.components {
                state.write(component, to: channel.pointer)
                transfer.prolong(channel.pointer, into: frame + component * grid.count)
            }
        })
}
