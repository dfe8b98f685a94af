import PDECore
import PDEData
import PDEOperators
import PDETensor

/// What a network must be able to do before it is worth training: every parameter has a derivative and changes the result, and
/// one batch can be learned by heart.
struct SelfCheck<Problem: RunProblem> {
    private let trainer: Trainer<Problem>
    private let training: Training
    private static var steps: Int { 60 }

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
        var (first, last) = (0.0, 0.0)
        let rate = trainer.plan.optimizer.learningRate
        for step in 0..<Self.steps {
            let (loss, gradients) = trainer.derivatives(batch, step: 0)
            last = loss
            if step == 0 { first = last }
            trainer.optimizer.step(gradients, learningRate: rate)
        }
        let text = "one batch in \(Self.steps) steps: loss \(first) to \(last)"
        guard last < 0.8 * first else {
            throw .check("\(text), which is hardly less; try another optimizer.learningRate")
        }
        return text
    }
}
