import PDEConfig
import PDECore
import PDEData
import PDEEvaluation
import PDEHybrids
import PDEStudies

/// Runs of solvers beside the classical solvers of the same problems, a physics-informed network and the training mean.
struct SolverSubject: EvaluationSubject {
    private let runs: [GaussianProcessRun]
    private let names: [RunName]
    private let dataset: BoundaryValueDataset
    private let path: String
    private let hasSolvers: Bool
    private let networkSteps: Int
    private let threads: Int
    private let kinds: Kinds

    init(
        _ folders: [String], _ choice: SampleChoice, hasSolvers: Bool, networkSteps: Int, threads: Int, kinds: Kinds
    ) throws {
        runs = try folders.map { try GaussianProcessRun(folder: $0, kinds: kinds) }
        names = RunName.names(of: folders)
        let first = runs[0].description
        if choice.dataset == nil, let other = runs.first(where: { $0.description.fingerprint != first.fingerprint }) {
            throw StudyError.differentData(
                first: "\(runs[0].folder) on \(first.dataset)",
                second: "\(other.folder) on \(other.description.dataset)")
        }
        path = choice.dataset ?? first.dataset
        dataset = try BoundaryValueDataset(path: path, choice)
        (self.hasSolvers, self.networkSteps, self.threads, self.kinds) = (hasSolvers, networkSteps, threads, kinds)
    }

    var warnings: [String] { runs.compactMap(\.warning) }

    func run(
        _ observer: RunsEvaluation.Observer, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> RunsFindings {
        let mean = try BoundaryValueDataset.meanSolution(of: runs[0].description.dataset)
        let contestants =
            try zip(runs, names).map { try contestant($0, $1) }
            + (networkSteps > 0 ? [network(shouldStop)] : [])
            + (hasSolvers ? SteadySolvers.contestants(path, dataset, at: dataset.coordinates, kinds) : [])
            + (mean.count == dataset.description.valueCount ? [.trainingMean(mean)] : [])
        return try SteadyEvaluator(dataset, threads: threads).findings(
            of: contestants, title: runs[0].description.experiment.name, observer, shouldStop)
    }

    /// A run; what its training took includes the calibration.
    private func contestant(_ run: GaussianProcessRun, _ name: RunName) throws -> SteadyContestant {
        let clock = ContinuousClock()
        let start = clock.now
        let solver = try run.calibrated()
        let seconds = run.state.seconds + (clock.now - start) / .seconds(1)
        let (dataset, size) = (dataset, dataset.description.valueCount)
        return SteadyContestant(
            name.text, kind: .surrogate, group: name.group, trainingSeconds: seconds, saysDeviations: true
        ) {
            { sample, said in
                let problem = try dataset.samples.sample(dataset.positions[sample]).problem
                let start = clock.now
                let solution = try solver.solve(problem)
                let seconds = (clock.now - start) / .seconds(1)
                for place in 0..<size {
                    said[place] = Float(solution.values[place])
                    // It is compared in single precision, and rounded to that.
                    let rounding = solver.deviationScale * Double(said[place].ulp) / Double(12).squareRoot()
                    let deviation = solution.deviations[place]
                    said[size + place] = Float((deviation * deviation + rounding * rounding).squareRoot())
                }
                return seconds
            }
        }
    }

    private func network(_ shouldStop: @escaping @Sendable () -> Bool) -> SteadyContestant {
        let (dataset, solver) = (dataset, PhysicsInformedSolver(steps: networkSteps, iterations: networkSteps / 4))
        return SteadyContestant("physics-informed network, \(networkSteps) steps", kind: .surrogate) {
            { sample, said in
                let problem = try dataset.samples.sample(dataset.positions[sample]).problem
                let clock = ContinuousClock()
                let start = clock.now
                let values = try solver.solve(problem, while: { !shouldStop() })
                let seconds = (clock.now - start) / .seconds(1)
                for (place, value) in values.enumerated() { said[place] = Float(value) }
                return seconds
            }
        }
    }
}
