import PDEConfig
import PDECore
import PDEData
import PDEEvaluation
import PDEGeneration
import PDEStudies

/// A steady dataset's own solvers as contestants.
enum SteadySolvers {
    /// The solvers of a dataset's recipe, on its grid and on others; none where its recipe cannot be read.
    ///
    /// - Parameters:
    ///   - path: the dataset's folder.
    ///   - coordinates: of the points along each axis.
    static func contestants(
        _ path: String, _ dataset: some SteadySolutions, at coordinates: [[Double]], _ kinds: Kinds
    ) -> [SteadyContestant] {
        guard let manifest = try? DatasetFolder(path: path, name: "").manifest(),
            let recipe = try? Recipe(stored: manifest.recipe, kinds: kinds)
        else { return [] }
        let records = Dictionary(
            manifest.shards.flatMap(\.samples).map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
        return SteadySolver.all(of: recipe).map { solver in
            SteadyContestant(solver.name, kind: .solver, group: solver.method) {
                let solve = solver.makeSession()
                return { sample, solution in
                    let index = dataset.label(of: sample).index
                    guard let record = records[index] else {
                        throw StudyError.manifest(path: path, problem: "its manifest has no sample \(index)")
                    }
                    let (values, seconds) = try solve(record, coordinates)
                    for place in values.indices { solution[place] = Float(values[place]) }
                    return seconds
                }
            }
        }
    }
}

extension SteadyEvaluator {
    /// Evaluates, with a picture of the first contestant's best, median and worst sample.
    func findings(
        of contestants: [SteadyContestant], title: String, _ observer: RunsEvaluation.Observer,
        _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> RunsFindings {
        observer.begin(contestants.count * solutions.count, "solutions")
        let evaluation = try evaluate(contestants, progress: observer.progress, shouldStop: shouldStop)
        let order = evaluation.contestants[0].samples.enumerated().sorted { $0.element.error < $1.element.error }
        let chosen = [("best", order[0]), ("median", order[order.count / 2]), ("worst", order[order.count - 1])]
        let examples = try chosen.map { title, entry in
            (title: title, example: try example(contestants[0], sample: entry.offset, entry.element.error))
        }
        let picture = SteadyPicture(examples, of: contestants[0].name, evaluation.reference).png()
        return .solutions(evaluation, title: title, picture: picture)
    }
}
