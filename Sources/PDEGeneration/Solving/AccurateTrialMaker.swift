import PDEData

/// Solves every sample on the coarsest grid that keeps the recipe's `accuracy`, which a pilot of its first frame finds.
///
/// A sample that no grid makes accurate enough fails: an easier one in its place would bend what was asked for.
final class AccurateTrialMaker: TrialMaker {
    private let recipe: Recipe
    private let largestError: Double
    /// The maker of the grid that was used last.
    private var maker: (refinement: Int, trials: any TrialMaker)?
    /// The last sample of which no grid was found, and why.
    private var unreached: (index: Int, reason: String)?

    /// - Parameter error: the largest error of the first frame.
    init(_ recipe: Recipe, error: Double) { (self.recipe, largestError) = (recipe, error) }

    func trial(index: Int, attempt: Int, _ watch: SampleWatch) throws(SampleStopped) -> Trial {
        if let unreached, unreached.index == index { return .refused(unreached.reason, nil) }
        let choice: GridChoice
        do {
            choice = try GridChoice(of: SampleRecord(index: index, attempt: attempt), in: recipe, largestError, watch)
        } catch let stop as SampleStopped {
            throw stop
        } catch let omission as AccuracyOmission {
            unreached = (index, "accuracy: \(omission.reason)")
            return .refused(unreached!.reason, nil)
        } catch { return .refused(by: error) }
        let trial = try trials(choice.refinement).trial(index: index, attempt: attempt, watch)
        guard case .sound(var sample) = trial else { return trial }
        sample.health.merge(choice.measures(in: recipe)) { $1 }
        return .sound(sample)
    }

    private func trials(_ refinement: Int) -> any TrialMaker {
        if let maker, maker.refinement == refinement { return maker.trials }
        let trials = recipe.problem.definition.makeTrialMaker(for: recipe.refined(by: refinement))
        maker = (refinement, trials)
        return trials
    }
}
