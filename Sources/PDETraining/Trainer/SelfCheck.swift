import PDECore
import PDEData
import PDEOperators
import PDEPlot
import PDETensor

/// What a network must be able to do before it is worth training: every parameter has a derivative and changes the result, and
/// one batch can be learned by heart.
struct SelfCheck<Problem: RunProblem> {
    private let trainer: Trainer<Problem>
    private let training: Training
    /// Steps after which a network may have learned a batch, and those after which it must have.
    private static var steps: (few: Int, most: Int) { (60, 300) }

    init(_ trainer: Trainer<Problem>, _ training: Training) { (self.trainer, self.training) = (trainer, training) }

    /// - Returns: what was found, a line for each check.
    /// - Throws: `TrainingError.check` for the first that fails.
    func run() throws -> [String] {
        try MemoryDemand(training).admit(trainer)
        let batches = trainer.problem.batches(size: trainer.plan.budget.batch, from: BatchPosition(), epochs: 1)
        guard let batch = try batches.next() else { throw TrainingError.check("the training split has no window") }
        return [try derivatives(batch), try influence(batch), try memory(batch)]
    }

    private func derivatives(_ batch: Problem.Batch) throws(TrainingError) -> String {
        let gradients = trainer.derivatives(batch, step: 0).gradients
        for (parameter, gradient) in zip(trainer.model.parameters, gradients) {
            let size = Problem.Scalar.sumOfSquares(gradient.pointer, count: gradient.count)
            guard size.isFinite else { throw .check("the derivative of \(parameter.name) is not finite") }
            guard size > 0 else { throw .check("the loss does not depend on \(parameter.name)") }
        }
        return "all \(gradients.count) parameters have a derivative"
    }

    private func influence(_ batch: Problem.Batch) throws(TrainingError) -> String {
        let (problem, model) = (trainer.problem, trainer.model)
        let before = problem.prediction(model, batch)
        for name in problem.groups(of: model)[0].parameters.map(\.name) {
            let after = problem.prediction(model.mappingParameters { $0 == name ? $1 * 1.5 + 0.1 : $1 }, batch)
            guard (after - before).magnitude.sum().item > 0 else {
                throw .check("changing \(name) does not change the result")
            }
        }
        return "each of them changes the result"
    }

    private func memory(_ batch: Problem.Batch) throws(TrainingError) -> String {
        var (first, lowest, count) = (0.0, Double.infinity, 0)
        // What was trained before has little left to learn.
        let enough = training.experiment.from == nil ? 0.8 : 1.0
        repeat {
            let (loss, gradients) = trainer.derivatives(batch, step: 0)
            if count == 0 { first = loss }
            lowest = min(lowest, loss)
            trainer.optimizer.step(gradients, learningRate: trainer.plan.optimizer.learningRate)
            count += 1
        } while count < Self.steps.few || lowest >= enough * first && count < Self.steps.most
        let text = "one batch in \(count) steps: loss \(NumberText.short(first)) to \(NumberText.short(lowest))"
        guard lowest < enough * first else {
            throw .check("\(text), which is hardly less; try another optimizer.learningRate")
        }
        return text
    }
}
