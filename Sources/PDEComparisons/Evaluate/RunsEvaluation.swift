import PDEConfig
import PDECore
import PDEData
import PDEEvaluation
import PDEHybrids
import PDEStudies
import PDETraining

/// Trained runs held against a dataset, beside the classical solver on coarser grids and what knows next to nothing.
///
///     let evaluation = try RunsEvaluation(of: ["runs/none", "runs/jaws"], steps: 1000)
///     try evaluation.run().write(to: "runs/comparison")
///
/// Networks of trajectories are rolled out; those of steady problems, and solvers that learn, are scored solution by solution; learned
/// directions of conjugate gradients stand beside classical solvers on systems of their own, and particles that follow a learned score
/// beside those that follow others.
public struct RunsEvaluation: Sendable {
    /// What is told while it goes on. All are called on the thread of `run`.
    public struct Observer {
        /// It begins: how many there are to make, rollouts or solutions.
        public var begin: (_ total: Int, _ unit: String) -> Void
        /// One is made.
        public var progress: (RolloutEvaluator.Progress) -> Void

        /// An observer.
        public init(
            begin: @escaping (Int, String) -> Void = { _, _ in },
            progress: @escaping (RolloutEvaluator.Progress) -> Void = { _ in }
        ) {
            (self.begin, self.progress) = (begin, progress)
        }
    }

    /// The runs' folders, each once.
    public let folders: [String]
    /// What their user should know of their checkpoints, such as that they carry no checksum.
    public let warnings: [String]
    private let subject: any EvaluationSubject

    /// Reads the runs and looks at the dataset.
    ///
    /// - Parameters:
    ///   - folders: folders of runs whose networks have the same fields, grid and step.
    ///   - dataset: the dataset's folder; that of the training if left out.
    ///   - split: its split; of the test split only what no run has seen.
    ///   - bounds: only samples whose numbers lie within these, by name.
    ///   - positions: only these of its samples, by their places in the split; all if left out.
    ///   - samples: at most so many.
    ///   - steps: steps of every rollout; all frames of the data if left out.
    ///   - hasSolvers: whether the classical solver stands beside them.
    ///   - networkSteps: beside solvers, steps for which a physics-informed network is trained on each problem; 0 for none.
    ///   - inDataUnits: whether errors of trajectories are in the units of the data, in which runs that normalise by different data can be
    ///     compared; else every channel is in its root mean square in the first run's training.
    ///   - threads: rollouts or solutions at once; one gives the cleanest times.
    /// - Throws: `StudyError` where the runs do not go together or the dataset has no such samples; `TrainingError` where it is not
    ///   what the networks expect; `DataError`.
    public init(
        of folders: [String], on dataset: String? = nil, split: Split = .test,
        within bounds: [String: ClosedRange<Double>] = [:], positions: [Int]? = nil, samples: Int? = nil,
        steps: Int? = nil, hasSolvers: Bool = true, networkSteps: Int = 200, inDataUnits: Bool = false,
        threads: Int = 1, kinds: Kinds = .hybrid
    ) throws {
        precondition(!folders.isEmpty, "folders: expected at least one")
        var known: Set<[Substring]> = []
        self.folders = folders.filter { known.insert($0.split(separator: "/")).inserted }
        for folder in self.folders { try RunFolders.requireNetwork(in: folder) }
        let choice = SampleChoice(
            dataset: dataset, split: split, bounds: bounds, positions: positions, limit: samples,
            inDataUnits: inDataUnits)
        if try ConjugateDirectionRun.holds(self.folders[0], kinds: kinds) {
            guard steps == nil else { throw StudyError.noFrames(run: self.folders[0]) }
            guard self.folders.count == 1 else { throw StudyError.alone(run: self.folders[0]) }
            guard dataset == nil, bounds.isEmpty, split == .test else {
                throw StudyError.notOfSolvers(run: self.folders[0], what: "dataset")
            }
            subject = try DirectionSubject(self.folders[0], limit: samples, kinds: kinds)
        } else if let run = try ParticleSubject.run(self.folders[0], kinds: kinds) {
            guard steps == nil else { throw StudyError.noFrames(run: self.folders[0]) }
            guard self.folders.count == 1 else { throw StudyError.alone(run: self.folders[0]) }
            guard dataset == nil, bounds.isEmpty, split == .test, samples == nil else {
                throw StudyError.notOfSolvers(
                    run: self.folders[0], what: samples == nil ? "dataset" : "samples to choose")
            }
            subject = ParticleSubject(run, hasSolvers: hasSolvers, threads: threads)
        } else if try GaussianProcessRun.holds(self.folders[0], kinds: kinds) {
            guard steps == nil else { throw StudyError.noFrames(run: self.folders[0]) }
            subject = try SolverSubject(
                self.folders, choice, hasSolvers: hasSolvers, networkSteps: hasSolvers ? networkSteps : 0,
                threads: threads, kinds: kinds)
        } else if try SteadyRun.holds(self.folders[0], kinds: kinds) {
            guard steps == nil else { throw StudyError.noFrames(run: self.folders[0]) }
            subject = try SolutionSubject(
                self.folders, choice, hasSolvers: hasSolvers, threads: threads, kinds: kinds)
        } else {
            subject = try RolloutSubject(
                self.folders, choice, steps: steps, hasSolvers: hasSolvers, threads: threads, kinds: kinds)
        }
        warnings = subject.warnings
    }

    /// Where a report goes if nobody says otherwise: the run's folder, or for several `comparison` in the folder that holds them all.
    public var folder: String {
        guard folders.count > 1 else { return folders[0] }
        let paths = folders.map { $0.split(separator: "/", omittingEmptySubsequences: false).dropLast() }
        let common = paths.dropFirst().reduce(paths[0]) { common, path in
            common.prefix(zip(common, path).prefix { $0 == $1 }.count)
        }
        return (common + ["comparison"]).joined(separator: "/")
    }

    /// Evaluates.
    /// - Parameter shouldStop: asked before every rollout or solution, on several threads.
    /// - Throws: `EvaluationError`, `.interrupted` after `shouldStop`; what the contestants and reading throw.
    public func run(
        observer: Observer = Observer(), shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> RunsFindings {
        try subject.run(observer, shouldStop)
    }
}

/// The samples that runs are evaluated on.
struct SampleChoice: Sendable {
    /// The dataset's folder; nil for that of the training.
    var dataset: String?
    let split: Split
    /// Only samples whose numbers lie within these.
    var bounds: [String: ClosedRange<Double>] = [:]
    /// Only these, by their places in the split; nil for all.
    var positions: [Int]?
    /// Only the first so many of them.
    var limit: Int?
    /// Whether errors of trajectories are in the units of the data.
    var inDataUnits = false

    /// The positions in a split of the samples within the bounds.
    /// - Throws: `StudyError` for a number that samples have not, and where there is no such sample; what reading throws.
    func positions(in reader: DatasetReader) throws -> [Int] {
        var samples = positions ?? Array(0..<reader.sampleCount)
        for (name, range) in bounds {
            guard reader.scalarNames.contains(name) else {
                throw StudyError.noNumber(path: reader.path, name: name, known: reader.scalarNames)
            }
            let values = try reader.scalar(name)
            let within = samples.filter { range.contains(values[$0]) }
            guard !within.isEmpty else {
                let there = samples.map { values[$0] }
                throw StudyError.noSample(
                    path: reader.path, split: reader.split.rawValue, name: name, from: there.min() ?? .nan,
                    to: there.max() ?? .nan)
            }
            samples = within
        }
        return samples
    }
}

/// What runs are evaluated as.
protocol EvaluationSubject: Sendable {
    /// What the runs' checkpoints warn of.
    var warnings: [String] { get }
    /// Evaluates.
    func run(
        _ observer: RunsEvaluation.Observer, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> RunsFindings
}
