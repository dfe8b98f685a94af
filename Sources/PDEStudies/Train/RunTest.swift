import PDEConfig
import PDECore
import PDEData
import PDEHybrids
import PDETensor
import PDETraining

/// A trained run as it is measured on unseen samples, whatever it was trained for and in its own precision.
///
///     let test = try RunTest(of: "runs/burgers-operator")
///     print(try test.result(stride: 4).loss)
public struct RunTest {
    /// The run's folder.
    public let folder: String
    /// What it was trained for.
    public let experiment: Experiment
    /// Where it stood when its best state was written.
    public let state: TrainingState
    /// What its user should know of its checkpoint, such as that it carries no checksum.
    public let warning: String?
    private let dataset: String
    private let measure: (String?, Split, Int?) throws -> TestResult?
    private let batch: (String?, Split, Int?) throws -> SafetensorsFile

    /// Reads a run's best state.
    /// - Throws: `StudyError` where there is no run or it has no network yet, `TrainingError.checkpoint`, `DataError`.
    public init(of folder: String, threads: Int = Processor.usableCoreCount, kinds: Kinds = .hybrid) throws {
        try RunFolders.requireFolder(folder)
        try RunFolders.requireOne(folder)
        try RunFolders.requireNetwork(in: folder)
        self.folder = folder
        if try GaussianProcessRun.holds(folder, kinds: kinds) {
            let run = try GaussianProcessRun(folder: folder, kinds: kinds)
            (experiment, state, warning) = (run.description.experiment, run.state, run.warning)
            dataset = run.description.dataset
            measure = { path, split, stride in
                guard stride ?? 1 == 1 else { throw StudyError.notOfSolvers(run: folder, what: "stride") }
                return try run.test(dataset: path, split: split)
            }
            batch = { _, _, _ in throw StudyError.notOfSolvers(run: folder, what: "example") }
            return
        }
        if try SteadyRun.holds(folder, kinds: kinds) {
            let run = try SteadyRun(folder: folder, kinds: kinds)
            (experiment, state, warning, dataset) = (run.model.experiment, run.state, run.warning, run.model.dataset)
            switch experiment.precision {
            case .float:
                measure = { try run.test(dataset: $0, split: $1, stride: $2, threads: threads, in: Float.self) }
                batch = { try run.example(dataset: $0, split: $1, stride: $2, threads: threads, in: Float.self) }
            case .double:
                measure = { try run.test(dataset: $0, split: $1, stride: $2, threads: threads, in: Double.self) }
                batch = { try run.example(dataset: $0, split: $1, stride: $2, threads: threads, in: Double.self) }
            }
            return
        }
        let run = try TrainedRun(folder: folder, kinds: kinds)
        (experiment, warning, dataset) = (run.model.experiment, run.warning, run.model.dataset)
        let backend = CPUBackend(threads: threads)
        switch experiment.precision {
        case .float:
            let model = try TrainedModel<Float>(folder: folder, on: backend, kinds: kinds)
            (state, measure, batch) = (model.state, model.loss, model.example)
        case .double:
            let model = try TrainedModel<Double>(folder: folder, on: backend, kinds: kinds)
            (state, measure, batch) = (model.state, model.loss, model.example)
        }
    }

    /// The mean loss over a split, of the test split over its unseen samples.
    ///
    /// - Parameters:
    ///   - dataset: the dataset's folder; that of the training if left out.
    ///   - stride: every how many points are used; what gives the grid of the training if left out.
    /// - Throws: `StudyError.noSplit`, `TrainingError` where the data are not what the network expects, `DataError`.
    public func result(dataset: String? = nil, split: Split = .test, stride: Int? = nil) throws -> TestResult {
        guard let result = try measure(dataset, split, stride) else {
            throw StudyError.noSplit(path: dataset ?? self.dataset, split: split)
        }
        return result
    }

    /// What goes into the network and comes out for the first batch of a split, both normalised; see `TrainedModel.example`.
    /// - Throws: as `result` does.
    public func example(dataset: String? = nil, split: Split = .test, stride: Int? = nil) throws -> SafetensorsFile {
        try batch(dataset, split, stride)
    }
}
