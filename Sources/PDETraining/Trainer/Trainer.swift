import PDECore
import PDEData
import PDEOperators
import PDETensor

/// Steps, optimiser and schedule for a problem whose data it does not know.
package final class Trainer<Problem: TrainingProblem> {
    package typealias Scalar = Problem.Scalar

    package let problem: Problem
    let plan: TrainingPlan
    package let backend: CPUBackend
    let model: Problem.Model
    let optimizer: Optimizer<Scalar>
    private let exchange: (any GradientExchange)?

    /// - Parameters:
    ///   - exchange: how processes that train together tell each other their gradients.
    ///   - origin: whose numbers the model begins with, if it is another run.
    package init(
        _ problem: Problem, _ plan: TrainingPlan, on backend: CPUBackend, exchange: (any GradientExchange)? = nil,
        from origin: RunOrigin? = nil
    ) throws {
        self.problem = problem
        self.plan = plan
        self.backend = backend
        self.exchange = exchange
        model = problem.model
        let groups = problem.groups(of: model)
        if let origin, !origin.isSameRun {
            try Checkpoint.load(
                origin.content.file, into: groups[0].parameters, converting: true, path: origin.content.path)
        }
        optimizer = Optimizer(plan.optimizer, groups, threads: plan.threads)
    }

    /// Batches of an epoch.
    var batchCount: Int { problem.batchCount(size: plan.budget.batch) }

    /// Steps of the whole run.
    var stepCount: Int {
        let all = batchCount * plan.budget.epochs
        return min(all, plan.budget.steps ?? all)
    }

    /// One step: the loss, its derivatives, the parameters' move.
    package func step(_ batch: Problem.Batch, number: Int) -> (loss: Double, learningRate: Double) {
        var (loss, gradients) = derivatives(batch, step: number)
        if let exchange {
            loss = exchange.average(gradients, loss: loss, samples: batch.count)
        }
        let rate = learningRate(in: number)
        guard loss.isFinite else { return (loss, rate) }
        optimizer.step(gradients, learningRate: rate)
        return (loss, rate)
    }

    /// The loss of a batch and its derivatives with respect to the parameters.
    func derivatives(_ batch: Problem.Batch, step: Int) -> (loss: Double, gradients: [Tensor<Scalar>]) {
        let (module, variables) = model.differentiable
        let value = problem.loss(module, constant: model, batch, step: step)
        return (Double(value.item), value.gradient(withRespectTo: variables, endingRecord: true))
    }

    /// The learning rate in step `number`.
    func learningRate(in number: Int) -> Double {
        plan.optimizer.learningRate * plan.schedule.factor(within: number, of: stepCount)
    }

    /// The model to validate and keep: with averaged parameters if there are any.
    var result: Problem.Model {
        var values = optimizer.result.makeIterator()
        return model.mappingParameters { _, _ in values.next()! }
    }
}
