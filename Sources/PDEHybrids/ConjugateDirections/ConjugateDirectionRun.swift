import PDEConfig
import PDECore
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// A network that was trained to propose directions: the state that validated best.
public struct ConjugateDirectionRun: Sendable {
    /// Its folder.
    public let folder: String
    /// What it was trained for.
    public let description: ConjugateDirectionDescription
    /// Where the run stood.
    public let state: TrainingState
    /// The network.
    let network: any FieldOperator<Float>

    /// Reads a run's best state.
    /// - Throws: `TrainingError.checkpoint` when there is none or it is of another task, `DataError`.
    public init(folder: String, kinds: Kinds = .hybrid) throws {
        let content = try Checkpoint.best(of: folder, kinds).read()
        self.folder = folder
        let description = try content.description(ConjugateDirectionDescription.self, of: ConjugateDirectionTask.kind)
        self.description = description
        state = content.state
        network =
            try content.filled { (admit) throws(TrainingError) in
                try ConjugateDirectionModel<Float>(
                    description, Initialization(seed: 0, backend: CPUBackend(threads: 1)), admit: admit)
            }.network
    }

    /// Whether a folder holds a run of the task.
    public static func holds(_ folder: String, kinds: Kinds = .hybrid) throws -> Bool {
        try Checkpoint.best(of: folder, kinds).read().isOf(ConjugateDirectionDescription.self)
    }

    /// Axes of the systems that it serves.
    public var dimensions: Int { description.task.dimensions }

    /// The operator for a system, in the solvers' own form where the network has one.
    func makeOperator<Scalar: Real>(
        for system: PoissonSystem<Scalar>, team: ThreadTeam
    ) -> any PreconditionerOperator<Scalar> {
        if let cycle = network as? StencilCycle<Float> { return cycle.coarsening.makeOperator(for: system, team: team) }
        return NetworkPreconditioner(network, for: system)
    }
}

extension StencilCycle where Scalar == Float {
    /// What it has learned, as the solvers take it.
    package var coarsening: LearnedCoarsening {
        func perceptron(_ learned: LogarithmicPerceptron<Float>) -> LearnedCoarsening.Perceptron {
            let hidden = zip(learned.weights, learned.biases).map { (weights: $0.values, biases: $1.values) }
            return LearnedCoarsening.Perceptron(hidden: hidden, last: learned.weights.last!.values)
        }
        return LearnedCoarsening(couplings: perceptron(couplings), shares: perceptron(shares))
    }
}
