import PDEConfig
import PDECore
import PDEData
import PDEEvaluation
import PDEGeneration
import PDEHybrids
import PDEStudies
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
        for other in runs.map(\.model) {
            func refuse(_ what: String, _ first: String, _ second: String) -> StudyError {
                .differentModels(what: "\(what): \(first) and \(second)")
            }
            func points(_ grid: [Int]) -> String { grid.map(String.init).joined(separator: " × ") + " points" }
            if other.grid != model.grid { throw refuse("grids", points(model.grid), points(other.grid)) }
            if other.channels != model.channels {
                throw refuse("fields", model.channels.joined(separator: ", "), other.channels.joined(separator: ", "))
            }
            if wholeSteps(of: model.timeStep, in: other.timeStep) != 1 {
                throw refuse("steps", "\(model.timeStep)", "\(other.timeStep)")
            }
        }
        path = try choice.dataset ?? Self.dataset(of: runs)
        var reference = try DatasetTrajectories(runs, path: path, choice)
        let without = runs.filter { $0.record == nil }.map(\.folder)
        if !without.isEmpty {
            reference.note("there is no training mean of \(without.joined(separator: ", ")) to compare with")
        }
        let stride = reference.solverStride
        if hasSolvers, stride > 1, ClassicalSolvers.recipe(of: path, kinds) != nil {
            let isWhole = reference.solverGrid.shape.allSatisfy { $0 % stride == 0 }
            reference.note(
                isWhole
                    ? "the classical solver begins with the means of all of the data's cells, of which networks see one in "
                        + "\(stride) along each axis"
                    : "no classical solver stands beside it: a data.stride of \(stride) does not divide the data's cells"
            )
        }
        if hasSolvers, ClassicalSolvers.recipe(of: path, kinds) != nil, reference.solverGrid.isPeriodic,
            let count = reference.solverGrid.shape.first(where: { $0 % 2 != 0 })
        {
            reference.note(
                "no classical solver stands beside it: it has even numbers of points along an axis, the data \(count)")
        }
        self.reference = reference
        let isLine = reference.description.grid.dimensions == 1 && model.channels.count == 1
        evaluator = RolloutEvaluator(
            reference, options: EvaluationOptions(steps: steps, tracksFront: isLine), threads: threads)
        (self.hasSolvers, self.kinds) = (hasSolvers, kinds)
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

    /// The classical solver on the data's grid and on grids that are coarser by 2, 4 and 8, or nearly where these divide no periodic grid,
    /// in the precision of the first network.
    private func solvers() throws -> [Contestant] {
        let labels = (0..<reference.count).lazy.map { reference.label(of: $0) }
        try ClassicalSolvers.check(labels.map { (number: $0.index, parameters: $0.parameters) }, of: path, kinds)
        return switch runs[0].model.experiment.precision {
        case .float: solvers(in: Float.self)
        case .double: solvers(in: Double.self)
        }
    }

    private func solvers<Scalar: Real>(in _: Scalar.Type) -> [Contestant] {
        let (path, kinds, reference, description) = (path, kinds, reference, reference.description)
        let grid = reference.solverGrid
        return [1, 2, 4, 8].map { $0 * reference.solverStride }.compactMap { factor in
            guard let coarse = GridTransfer.coarser(grid, by: factor) else { return nil }
            @Sendable func solver() -> FrameSolver<Scalar>? {
                ClassicalSolvers.solver(
                    of: path, kinds, points: coarse.axes.last!.count, timeStep: description.frameInterval,
                    channels: description.channels, in: Scalar.self)
            }
            guard let trial = solver(), trial.grid == coarse else { return nil }
            return Contestant("solver on \(trial.grid.size)", kind: .solver) {
                guard let solver = solver() else {
                    throw StudyError.manifest(path: path, problem: "its recipe cannot be read any more")
                }
                return session(of: solver, along: reference)
            }
        }
    }
}

/// A solver between its own grid and the points that networks see.
private func session<Scalar: Real>(
    of solver: FrameSolver<Scalar>, along reference: DatasetTrajectories
) -> ForecastSession<FrameSolver<Scalar>> {
    let (grid, stride, points) = (reference.solverGrid, reference.solverStride, reference.description.grid.count)
    let transfer = GridTransfer(fine: grid, coarse: solver.grid)
    let channel = AlignedBuffer<Float>(count: solver.grid.count)
    let whole = AlignedBuffer<Float>(count: stride > 1 ? solver.components * grid.count : 0)
    return ForecastSession(
        stepper: solver, state: Field<Scalar>(on: solver.grid, components: solver.components),
        begin: { frames, state in
            solver.prepare(frames.label.parameters, sample: frames.label.index)
            if stride > 1 {
                try reference.readSolverFrame(
                    frames.newestFrame, ofSample: frames.label.index, into: whole.pointer)
            }
            let newest = stride > 1 ? UnsafePointer(whole.pointer) : frames.newest
            for component in 0..<solver.components {
                transfer.restrict(newest + component * grid.count, into: channel.pointer)
                state.read(component, from: UnsafePointer(channel.pointer))
            }
        },
        read: { state, frame in
            for component in 0..<solver.components {
                state.write(component, to: channel.pointer)
                let target = frame + component * points
                guard stride > 1 else {
                    transfer.prolong(channel.pointer, into: target)
                    continue
                }
                transfer.prolong(channel.pointer, into: whole.pointer)
                copy(whole.pointer, grid.shape, every: stride, into: target)
            }
        })
}

/// Every `stride`th point along each axis, beginning with the first.
private func copy(
    _ source: UnsafePointer<Float>, _ shape: [Int], every stride: Int, into target: UnsafeMutablePointer<Float>
) {
    let last = shape.count - 1
    let rows = shape.dropLast().map { ($0 + stride - 1) / stride }
    let (row, taken) = (shape[last], (shape[last] + stride - 1) / stride)
    for index in 0..<rows.reduce(1, *) {
        var (rest, place, pitch) = (index, 0, row)
        for axis in (0..<last).reversed() {
            place += rest % rows[axis] * stride * pitch
            rest /= rows[axis]
            pitch *= shape[axis]
        }
        for point in 0..<taken { target[index * taken + point] = source[place + point * stride] }
    }
}
