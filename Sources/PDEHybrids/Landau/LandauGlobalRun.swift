import PDEConfig
import PDECore
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// Trajectories and scores of Landau's equation that were trained for a time: the state that validated best.
public struct LandauGlobalRun: LandauRun {
    /// Its folder.
    public let folder: String
    /// What it was trained for.
    public let description: LandauGlobalDescription
    /// Where the run stood.
    public let state: TrainingState
    /// What its user should know of its checkpoint, such as that it carries no checksum.
    public let warning: String?
    private let network: LandauGlobalNetwork<Float>
    /// The particles.
    package var system: LandauParticles { description.task.system }
    /// What it was trained by.
    package var experiment: Experiment { description.experiment }

    /// Reads a run's best state.
    /// - Throws: `TrainingError.checkpoint` when there is none or it is of another task, `DataError`.
    public init(folder: String, kinds: Kinds = .hybrid) throws {
        let content = try Checkpoint.best(of: folder, kinds).read()
        self.folder = folder
        let description = try content.description(LandauGlobalDescription.self, of: LandauGlobalTask.kind)
        self.description = description
        (state, warning) = (content.state, content.note)
        network = try content.filled { (admit) throws(TrainingError) in
            try admit(Double(LandauGlobalNetwork<Float>.parameterCount(description.task)))
            return LandauGlobalNetwork(
                description.task, Initialization(seed: 0, backend: CPUBackend(threads: 1)))
        }
    }

    /// Whether a folder holds a run of the task.
    public static func holds(_ folder: String, kinds: Kinds = .hybrid) throws -> Bool {
        try Checkpoint.best(of: folder, kinds).read().isOf(LandauGlobalDescription.self)
    }

    /// These particles, which go to any time at once.
    package func path(_ cloud: ParticleCloud, fitted: Int, seed: UInt64, threads: Int) -> any ParticlePath {
        GlobalTrajectories(description.task, network, from: cloud, threads: threads)
    }
}
