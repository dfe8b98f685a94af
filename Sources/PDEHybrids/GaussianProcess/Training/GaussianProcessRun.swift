import Glibc
import PDEConfig
import PDECore
import PDEData
import PDETensor
import PDETraining

/// A trained solver: the state that validated best.
public struct GaussianProcessRun: Sendable {
    /// Its folder.
    public let folder: String
    /// What it was trained on.
    public let description: GaussianProcessDescription
    /// Where the run stood when the state was written.
    public let state: TrainingState
    /// What its user should know of its checkpoint, such as that it carries no checksum.
    public let warning: String?
    /// The solver, whose deviations are not calibrated.
    public let solver: GaussianProcessSolver

    /// Whether a folder holds a run of a solver.
    public static func holds(_ folder: String, kinds: Kinds = .hybrid) throws -> Bool {
        try Checkpoint.best(of: folder, kinds).read().isOf(GaussianProcessDescription.self)
    }

    /// Reads a run's best state.
    /// - Throws: `TrainingError.checkpoint` when there is none or it is of another task, `DataError`.
    public init(folder: String, kinds: Kinds = .hybrid) throws {
        let content = try Checkpoint.best(of: folder, kinds).read()
        let description = try content.description(GaussianProcessDescription.self, of: GaussianProcessSolverTask.kind)
        let prior = description.prior
        let module: PriorModule<Double> = try content.filled { (admit) throws(TrainingError) in
            try admit(3)
            return PriorModule(prior, on: CPUBackend(threads: 1))
        }
        self.folder = folder
        self.description = description
        (state, warning) = (content.state, content.note)
        solver = GaussianProcessSolver(module.point.prior(like: prior), frequencies: description.task.frequencies)
    }

    /// The solver with deviations of which 95 in 100 intervals of the validation split hold the solution.
    /// - Throws: what reading and solving throw.
    public func calibrated() throws -> GaussianProcessSolver {
        let valid = try BoundaryValueSamples(path: description.dataset, split: .valid)
        var solver = solver
        solver.deviationScale = try valid.scores(of: solver) { false }.calibration
        return solver
    }

    /// The mean relative error over a split, and the calibrated intervals' coverage; nil where the dataset has no such split.
    ///
    /// - Parameter dataset: the dataset's folder; that of the training if left out.
    /// - Throws: what reading and solving throw.
    public func test(dataset: String? = nil, split: Split = .test) throws -> TestResult? {
        let path = dataset ?? description.dataset
        guard try Catalogue(of: path).splits.contains(split) else { return nil }
        let samples = try BoundaryValueSamples(path: path, split: split)
        let scores = try samples.scores(of: calibrated()) { false }
        return TestResult(
            loss: scores.meanError, count: samples.count, grid: samples.shape, samples: samples.count,
            seen: path == description.dataset && split == .test ? 0 : nil,
            notes: [
                "errors \(scores.errors.map { "\(Float($0))" }.joined(separator: ", "))",
                "\(scores.unsolved) of them not found by its own account",
                "intervals of 95 % hold \(Float(100 * scores.coverage)) % of the values",
            ] + (scores.notes.first.map { ["\(scores.notes.count) of them say such as this: \($0)"] } ?? []))
    }
}

/// How a solver does on a split.
struct SolverScores {
    /// Relative L2 errors, one a sample.
    private(set) var errors: [Double] = []
    /// Samples whose solution the solver itself says not to have found.
    private(set) var unsolved = 0
    /// What solvers say of their solutions.
    private(set) var notes: [String] = []
    /// Errors over deviations of points, some of each sample that is solved.
    private var ratios: [Double] = []

    var meanError: Double { errors.reduce(0, +) / Double(max(1, errors.count)) }
    /// Errors are orders of magnitude apart: their mean would be the worst one's alone.
    var geometricMeanError: Double {
        exp(errors.reduce(0) { $0 + log(max($1, 1e-16)) } / Double(max(1, errors.count)))
    }
    /// The part of points whose error is at most 1.96 deviations.
    var coverage: Double { Double(ratios.count { $0 <= 1.96 }) / Double(max(1, ratios.count)) }
    /// What deviations have to be multiplied by for a coverage of 95 %.
    var calibration: Double {
        let sorted = ratios.sorted()
        return sorted.isEmpty ? 1 : max(sorted[min(sorted.count - 1, sorted.count * 95 / 100)] / 1.96, 1e-6)
    }

    mutating func add(_ solution: GaussianProcessSolution, known: [Double]) {
        var (error, norm) = (0.0, 0.0)
        let step = max(1, known.count / 2000)
        let isSolved = solution.outcome == .converged
        if !isSolved { unsolved += 1 }
        notes += solution.notes
        for i in known.indices {
            let difference = solution.values[i] - known[i]
            error += difference * difference
            norm += known[i] * known[i]
            // Values that are given have no error.
            if isSolved, i % step == step / 2, solution.deviations[i] > 0 {
                ratios.append(abs(difference) / solution.deviations[i])
            }
        }
        errors.append((error / max(norm, .leastNormalMagnitude)).squareRoot())
    }
}

extension BoundaryValueSamples {
    /// Solves all samples.
    /// - Throws: `TrainingError.interrupted` after `shouldStop`, which is asked before each; what reading and solving throw.
    func scores(of solver: GaussianProcessSolver, _ shouldStop: () -> Bool) throws -> SolverScores {
        var scores = SolverScores()
        for position in 0..<count {
            if shouldStop() { throw TrainingError.interrupted }
            let (problem, known) = try sample(position)
            scores.add(try solver.solve(problem), known: known)
        }
        return scores
    }
}
