import PDEConfig
import PDEOperators
import PDETraining

/// A training task of particles of Landau's equation, without a dataset and with perceptrons of its own.
protocol LandauTask: TrainingTask {
    /// The particles.
    var system: LandauParticles { get }
}

extension LandauTask {
    /// There is no dataset.
    public var needsData: Bool { false }

    /// Its own.
    public var networkKey: String { "task" }

    /// Those of the parts that `ScoreMatching` divides particles into, their sum, and it once more by layers.
    public var partialGradients: Int { ScoreMatching<Float>.parts + 2 }

    /// Refuses a network and a penalty.
    func refuseNetworks(in experiment: Experiment) throws(ConfigurationError) {
        try experiment.refuseNetwork(
            of: Self.kind, why: "what the task trains maps velocities and not fields",
            advice: ", and width and layers in the task")
        try experiment.refusePenalty(of: Self.kind)
    }
}
