import Glibc
import PDEConfig
import PDECore
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// A score that was trained on an initial state of Landau's equation: the state that validated best.
public struct LandauScoreRun: Sendable {
    /// Its folder.
    public let folder: String
    /// What it was trained for.
    public let description: LandauScoreDescription
    /// Where the run stood.
    public let state: TrainingState
    /// What its user should know of its checkpoint, such as that it carries no checksum.
    public let warning: String?
    private let network: ScoreNetwork<Float>

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

    /// Particles on a lattice: their cells.
    package var cells: Grid {
        let task = description.task
        let half = task.beams / 2 + 4 * max(1, task.temperatures.max() ?? 1).squareRoot()
        let side = Int(pow(Double(task.particles), 1 / Double(task.dimensions)).rounded())
        let axis = Grid.Axis(count: side, from: -half, to: half, placement: .cells)
        return Grid(Array(repeating: axis, count: task.dimensions))
    }

    /// The particles at the start.
    package func particles(seed: UInt64) -> ParticleCloud {
        let (task, density) = (description.task, description.task.density)
        if task.lattice { return ParticleCloud(on: cells, time: task.start) { density.value(at: $0) } }
        return drawn(seed)
    }

    /// Particles of equal weights at the start; those of another set are independent.
    package func drawn(_ seed: UInt64, set: Int = 0) -> ParticleCloud {
        var stream = RandomStream(seed: seed, index: set, purpose: "particles of a transport")
        var cloud = description.task.density.particles(description.task.particles, from: &stream)
        cloud.time = description.task.start
        return cloud
    }

    /// These particles, and as many that are drawn and carried along without weight: for what must not be judged by the particles that the
    /// network is fitted to.
    package func witnessed(_ cloud: ParticleCloud, seed: UInt64) -> ParticleCloud {
        let others = drawn(seed, set: 1)
        return ParticleCloud(
            count: cloud.count + others.count, dimensions: cloud.dimensions, time: cloud.time
        ) { place in
            place < cloud.count
                ? (cloud.weight(place), cloud.velocity(place)) : (0, others.velocity(place - cloud.count))
        }
    }

    /// The transport of these particles by the trained score.
    ///
    /// - Parameter fitted: the network is fitted to the first so many.
    package func transport(_ cloud: ParticleCloud, fitted: Int, seed: UInt64, threads: Int) -> NeuralTransport {
        let task = description.task
        let settings = NetworkScore.Settings(
            whitens: task.whitens, fits: task.fits, learningRate: task.fitRate, probes: task.probes,
            symmetry: task.symmetry, seed: seed)
        let score = NetworkScore(
            ScoreFit(task.scoreLayers, parameters: network.values), settings, fitted: fitted)
        let density = task.density
        return NeuralTransport(
            cloud, logDensity: { log(density.value(at: $0)) }, kernel: task.kernel, score: score,
            interaction: task.interaction(seed: seed), timeStep: task.timeStep, threads: threads)
    }
}
