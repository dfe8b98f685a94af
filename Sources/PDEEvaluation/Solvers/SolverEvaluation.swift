import PDEConfig
import PDEData

/// What one solver did with one system.
public struct SolverResult: Codable, Equatable, Sendable {
    /// The solver's name.
    public var solver: String
    /// Iterations; nil for a direct solver.
    public var iterations: Int?
    /// How it ended.
    public var outcome: String
    /// Seconds to set it up, and to solve: the least of several.
    public var setupSeconds, solveSeconds: Double
    /// The relative residual that was reached.
    public var residual: Double
    /// The relative residual before each iteration and at the end; none for a direct solver.
    public var history: [Double]

    /// A result.
    public init(
        solver: String, iterations: Int?, outcome: String, setupSeconds: Double, solveSeconds: Double, residual: Double,
        history: [Double]
    ) {
        (self.solver, self.iterations, self.outcome) = (solver, iterations, outcome)
        (self.setupSeconds, self.solveSeconds) = (setupSeconds, solveSeconds)
        (self.residual, self.history) = (residual, history)
    }

    /// Seconds of both.
    public var seconds: Double { setupSeconds + solveSeconds }
    /// Whether it reached the tolerance.
    public var hasConverged: Bool { outcome == "converged" }
}

/// A system that solvers were held against each other on.
public struct SolverCase: Codable, Equatable, Sendable {
    /// What it is.
    public var name: String
    /// Cells along each axis.
    public var shape: [Int]
    /// The largest coefficient over the smallest.
    public var contrast: Double
    /// The share of cells that are solid.
    public var solidShare: Double
    /// The results, the learned solver's first.
    public var results: [SolverResult]

    /// A case.
    public init(name: String, shape: [Int], contrast: Double, solidShare: Double, results: [SolverResult]) {
        (self.name, self.shape, self.contrast) = (name, shape, contrast)
        (self.solidShare, self.results) = (solidShare, results)
    }

    /// The fastest of the others that converged.
    public var best: SolverResult? { results.dropFirst().filter(\.hasConverged).min { $0.seconds < $1.seconds } }

    /// How many times faster than that the learned solver is, set-up included; nil where either does not converge.
    public var speedup: Double? {
        guard results[0].hasConverged, let best else { return nil }
        return best.seconds / results[0].seconds
    }

    /// Solves of systems like this one after which so many seconds of training have paid; nil where they never do.
    public func solvesUntilPaid(training: Double) -> Double? {
        guard let best, results[0].hasConverged, best.seconds > results[0].seconds else { return nil }
        return (training / (best.seconds - results[0].seconds)).rounded(.up)
    }
}

/// A learned solver against classical ones: what `metrics.json` holds and the report is made of.
public struct SolverEvaluation: Codable, Equatable, Sendable {
    /// What the layout of the file is.
    public var format: String
    /// The run.
    public var run: String
    /// Seconds that its training took.
    public var trainingSeconds: Double
    /// The relative residual that solvers were asked for.
    public var tolerance: Double
    /// Systems, by difficulty.
    public var cases: [SolverCase]

    /// The layout that this version writes and reads.
    public static let currentFormat = "pdekit-solver-evaluation-1"

    /// An evaluation.
    public init(run: String, trainingSeconds: Double, tolerance: Double, cases: [SolverCase]) {
        precondition(cases.allSatisfy { !$0.results.isEmpty }, "cases: expected results of all")
        format = Self.currentFormat
        (self.run, self.trainingSeconds, self.tolerance, self.cases) = (run, trainingSeconds, tolerance, cases)
    }

    /// Writes `metrics.json`, with a checksum as its last member.
    /// - Throws: `ConfigurationError` for a number that is not finite; what writing the file throws.
    public func write(to path: String) throws {
        try AtomicFile.write(SealedText.sealed(StrictEncoder().encode(self).serialized() + "\n"), to: path)
    }

    /// What it comes to, in sentences.
    public var sentences: [String] {
        let ratios = cases.compactMap(\.speedup).sorted()
        let failed = cases.filter { !$0.results[0].hasConverged }
        var text: [String] = []
        if let least = ratios.first, let most = ratios.last {
            let faster = ratios.count { $0 > 1 }
            text.append(
                "faster than the best classical solver, set-up included, on \(faster) of \(ratios.count) systems: "
                    + "\(ReportText.number(least)) to \(ReportText.number(most)) times, median "
                    + "\(ReportText.number(ratios[ratios.count / 2]))")
        }
        for one in failed { text.append("it did not converge on \(one.name): \(one.results[0].outcome)") }
        return text.map { $0.capitalizedFirst + "." }
    }
}
