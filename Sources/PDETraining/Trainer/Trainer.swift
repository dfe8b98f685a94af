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
    /// Seconds of a step, where the budget has seconds: what `settlePace` measures or takes from a state.
    private(set) var pace: Double?

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

    /// A trainer of a copy of another's model, with an optimiser at its beginning: what it does leaves no trace.
    private init(rehearsing other: Trainer) {
        (problem, plan, backend, exchange) = (other.problem, other.plan, other.backend, nil)
        model = other.model.mappingParameters { _, value in
            value.withUnsafeValues { Tensor(copying: $0.baseAddress!, shape: value.shape, on: value.backend) }
        }
        optimizer = Optimizer(plan.optimizer, problem.groups(of: model), threads: plan.threads)
    }

    /// Settles how many steps the budget's seconds hold: by the pace that the state keeps, or else by one measured now, which it keeps.
    ///
    /// - Throws: `TrainingError.interrupted` after `shouldStop`; what reading throws.
    func settlePace(_ state: inout TrainingState, _ shouldStop: () -> Bool) throws {
        guard plan.budget.seconds != nil else { return }
        if state.pace == nil {
            let own = try Trainer(rehearsing: self).measuredPace(shouldStop)
            // All ranks take as many steps.
            state.pace = exchange?.average([Tensor<Scalar>](), loss: own, samples: 1) ?? own
        }
        pace = state.pace
    }

    /// Seconds that all steps will take, by a pace that is measured now, or the budget's if these are fewer.
    func forecast() throws -> Double {
        let seconds = Double(stepCount) * (try Trainer(rehearsing: self).measuredPace { false })
        return min(seconds, plan.budget.seconds ?? seconds)
    }

    /// Seconds of a step, the mean of twenty: a multiple of the steps from one new basis of SOAP to the next. Two before do not count.
    private func measuredPace(_ shouldStop: () -> Bool) throws -> Double {
        let loader = problem.batches(size: plan.budget.batch, from: BatchPosition(), epochs: plan.budget.epochs)
        let clock = ContinuousClock()
        var seconds: [Double] = []
        for number in 0..<22 {
            if shouldStop() { throw TrainingError.interrupted }
            let start = clock.now
            guard let batch = try loader.next() else { break }
            _ = step(batch, number: number)
            seconds.append((clock.now - start) / .seconds(1))
        }
        let counted = seconds.count > 2 ? seconds.dropFirst(2) : seconds[...]
        return counted.reduce(0, +) / Double(counted.count)
    }

    /// Batches of an epoch.
    var batchCount: Int { problem.batchCount(size: plan.budget.batch) }

    /// Steps of the whole run, which the budget's seconds bound as soon as the pace is settled.
    var stepCount: Int {
        let all = batchCount * plan.budget.epochs
        let most = min(all, plan.budget.steps ?? all)
        guard let seconds = plan.budget.seconds, let pace else { return most }
        return max(1, Int(min(Double(most), seconds / pace)))
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
