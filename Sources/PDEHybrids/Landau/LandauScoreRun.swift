import Glibc
import PDEConfig
import PDECore
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// A score that was trained on an initial state of Landau's equation: the state that validated best.
public struct LandauScoreRun: LandauRun {
    /// Its folder.
    public let folder: String
    /// What it was trained for.
    public let description: LandauScoreDescription
    /// Where the run stood.
    public let state: TrainingState
    /// What its user should know of its checkpoint, such as that it carries no checksum.
    public let warning: String?
    private let network: ScoreNetwork<Float>
    /// The particles.
    package var system: LandauParticles { description.task.system }
    /// What it was trained by.
    package var experiment: Experiment { description.experiment }

    /// Reads a run's best state.
    /// - Throws: `TrainingError.checkpoint` when there is none or it is of another task, `DataError`.
    public init(folder: String, kinds: Kinds = .hybrid) throws {
        let content = try Checkpoint.best(of: folder, kinds).read()
        self.folder = folder
        let description = try content.description(LandauScoreDescription.self, of: LandauScoreTask.kind)
        self.description = description
        (state, warning) = (content.state, content.note)
        network = try content.filled { (admit) throws(TrainingError) in
            let layers = description.task.scoreLayers
            try admit(Double(layers.parameterCount))
            return ScoreNetwork(layers, Initialization(seed: 0, backend: CPUBackend(threads: 1)))
        }
    }

    /// Whether a folder holds a run of the task.
    public static func holds(_ folder: String, kinds: Kinds = .hybrid) throws -> Bool {
        try Checkpoint.best(of: folder, kinds).read().isOf(LandauScoreDescription.self)
    }

    /// The transport of these particles by the trained score.
    ///
    /// - Parameter fitted: the network is fitted to the first so many.
    package func path(_ cloud: ParticleCloud, fitted: Int, seed: UInt64, threads: Int) -> any ParticlePath {
        let (task, system) = (description.task, description.task.system)
        let settings = NetworkScore.Settings(
            whitens: task.whitens, fits: task.fits, learningRate: task.fitRate, probes: task.probes,
            symmetry: task.symmetry, seed: seed)
        let score = NetworkScore(
            ScoreFit(task.scoreLayers, parameters: network.values), settings, fitted: fitted)
        let density = system.density
        return NeuralTransport(
            cloud, logDensity: { log(density.value(at: $0)) }, kernel: system.kernel, score: score,
            interaction: system.interaction(seed: seed), timeStep: system.timeStep, threads: threads)
    }
}
