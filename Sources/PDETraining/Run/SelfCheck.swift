import PDECore
import PDEData
import PDEOperators
import PDETensor

/// What a network must be able to do before it is worth training: every parameter has a derivative and changes the result, and
/// one batch can be learned by heart.
struct SelfCheck<Scalar: Real> {
    private let session: TrainingSession<Scalar>
    private static var steps: Int { 60 }

    init(_ session: TrainingSession<Scalar>) { self.session = session }

    /// - Returns: what was found, a line for each check.
    /// - Throws: `TrainingError.check` for the first that fails.
    func run() throws -> [String] {
        let experiment = session.training.experiment
        try MemoryDemand(session.training).admit(session)
        let loader = session.data.loader(batch: experiment.budget.batch, epochs: 1)
        guard let read = try loader.next() else { throw TrainingError.check("the training split has no window") }
        let batch = try session.data.assembler(session.description.normalization, on: session.backend)(read)
        let samples = read.windows[..<read.count].map(\.sample)
        return [
            try derivatives(batch, samples), try influence(batch), try memory(batch, samples),
        ]
    }

    private func derivatives(_ batch: TrainingBatch<Scalar>, _ samples: [Int]) throws(TrainingError) -> String {
        let (module, variables) = session.parts.differentiable
        let value = session.objective(module, session.parts, batch, samples: samples, step: 0)
        let gradients = value.gradient(withRespectTo: variables)
        for (parameter, gradient) in zip(session.parts.parameters, gradients) {
            let size = Scalar.sumOfSquares(gradient.pointer, count: gradient.count)
            guard size.isFinite else { throw .check("the derivative of \(parameter.name) is not finite") }
            guard size > 0 else { throw .check("the loss does not depend on \(parameter.name)") }
        }
        return "all \(gradients.count) parameters have a derivative"
    }

    private func influence(_ batch: TrainingBatch<Scalar>) throws(TrainingError) -> String {
        let surrogate = session.parts.surrogate
        let history = session.training.experiment.task.history
        let states = Tensor.concatenated(Array(batch.frames[..<history]), along: batch.frames[0].rank - 1)
        let before = surrogate(states, conditions: batch.conditions)
        for name in surrogate.parameters.map(\.name) {
            let changed = surrogate.mappingParameters { $0 == name ? $1 * 1.5 + 0.1 : $1 }
            let after = changed(states, conditions: batch.conditions)
            guard (after - before).magnitude.sum().item > 0 else {
                throw .check("changing \(name) does not change the result")
            }
        }
        return "each of them changes the result"
    }

    private func memory(_ batch: TrainingBatch<Scalar>, _ samples: [Int]) throws(TrainingError) -> String {
        var (first, last) = (0.0, 0.0)
        let rate = session.training.experiment.optimizer.learningRate
        for step in 0..<Self.steps {
            let (module, variables) = session.parts.differentiable
            let value = session.objective(module, session.parts, batch, samples: samples, step: 0)
            last = Double(value.item)
            if step == 0 { first = last }
            session.optimizer.step(value.gradient(withRespectTo: variables, endingRecord: true), learningRate: rate)
        }
        let text = "one batch in \(Self.steps) steps: loss \(first) to \(last)"
        guard last < 0.8 * first else {
            throw .check("\(text), which is hardly less; try another optimizer.learningRate")
        }
        return text
    }
}
