import PDECore
import PDEData
import PDEOperators
import PDETensor

/// What a training step makes small, as a function of the parameters and a batch.
struct Objective<Scalar: Real> {
    let task: StepTask
    let loss: FieldLoss
    let penalty: any JacobianPenalty
    let seed: UInt64
    var classicalStep: ClassicalStep<Scalar>?

    /// The value for a batch in step number `step`; random choices depend on the seed and the step alone.
    ///
    /// - Parameters:
    ///   - parts: with their parameters as variables.
    ///   - constant: the same with constant parameters, for steps without derivatives.
    func callAsFunction(
        _ parts: TrainedParts<Scalar>, _ constant: TrainedParts<Scalar>, _ batch: TrainingBatch<Scalar>, step: Int
    ) -> Tensor<Scalar> {
        let surrogate = parts.surrogate
        let fluid = batch.fluid
        let history = task.history
        var states = batch.states(history)
        if task.noise > 0 { states = noisy(states, surrogate, step) }
        var first = 0
        if task.mode == .pushforward {
            var stream = RandomStream(seed: seed, index: step, purpose: "pushforward")
            first = stream.integer(below: task.steps + 1)
            for _ in 0..<first {
                states = constant.surrogate.shifted(
                    states, by: constant.surrogate(states, conditions: batch.conditions))
            }
        }
        // The penalty is on the first step with derivatives.
        let origin = penalty.weight > 0 ? states.variable : states
        states = origin
        let chain = task.mode == .unrolled || task.mode == .diverted ? task.steps : 1
        var total: Tensor<Scalar>?
        for k in 0..<chain {
            let prediction = surrogate(states, conditions: batch.conditions)
            let target: Tensor<Scalar>
            if task.mode == .diverted, let classicalStep {
                let last = states.rank - 1
                let channels = surrogate.channels
                let current = states.detached.sliced((history - 1) * channels..<history * channels, along: last)
                target = classicalStep(current, batch.samples)
            } else {
                target = batch.frames[history + first + k]
            }
            var value = loss(prediction, target, fluid: fluid)
            if k == 0 {
                var probes = JacobianProbes(
                    prediction, of: origin, deviation: surrogate.normalization.stateDeviation, part: parts.head,
                    solver: classicalStep.map { step in { step($0, batch.samples) } },
                    RandomStream(seed: seed, index: step, purpose: "Jacobian probes"))
                if let size = penalty(&probes) { value = value + size * Scalar(chain) }
            }
            total = total.map { $0 + value } ?? value
            if k + 1 == chain { break }
            let isCut = task.mode == .diverted || (task.detachEvery > 0 && (k + 1) % task.detachEvery == 0)
            let next = surrogate.shifted(states, by: prediction)
            states = isCut ? next.detached : next
        }
        return chain == 1 ? total! : total! * Scalar(1 / Double(chain))
    }

    private func noisy(_ states: Tensor<Scalar>, _ surrogate: Surrogate<Scalar>, _ step: Int) -> Tensor<Scalar> {
        var stream = RandomStream(seed: seed, index: step, purpose: "input noise")
        let deviation = surrogate.normalization.stateDeviation
        let channels = deviation.count
        let noise = Tensor<Scalar>(shape: states.shape, on: states.backend) { values in
            stream.fillNormal(values)
            for index in values.indices { values[index] *= Scalar(task.noise * deviation[index % channels]) }
        }
        return states + noise
    }

    /// The mean loss of free-running steps over all windows of a source, and their number.
    ///
    /// - Parameters:
    ///   - stepsPerFrame: steps from one frame of a window to the next.
    ///   - shouldStop: asked before every batch.
    /// - Throws: `TrainingError.interrupted` after `shouldStop`, what reading throws.
    func validation(
        _ surrogate: Surrogate<Scalar>, _ batches: TrainingBatches<Scalar>, stepsPerFrame: Int = 1,
        shouldStop: () -> Bool = { false }
    ) throws -> (loss: Double, count: Int) {
        var (sum, count) = (0.0, 0)
        while let batch = try batches.next() {
            if shouldStop() { throw TrainingError.interrupted }
            sum += validation(surrogate, batch, stepsPerFrame) * Double(batch.count)
            count += batch.count
        }
        return (sum / Double(count), count)
    }

    /// The loss of free-running steps through all targets of a batch, without penalty.
    private func validation(
        _ surrogate: Surrogate<Scalar>, _ batch: TrainingBatch<Scalar>, _ stepsPerFrame: Int
    ) -> Double {
        var states = batch.states(task.history)
        var total = 0.0
        let targets = batch.frames[task.history...]
        for target in targets {
            var prediction = target
            for _ in 0..<stepsPerFrame {
                prediction = surrogate(states, conditions: batch.conditions)
                states = surrogate.shifted(states, by: prediction)
            }
            total += Double(loss(prediction, target, fluid: batch.fluid).item)
        }
        return total / Double(targets.count)
    }
}
