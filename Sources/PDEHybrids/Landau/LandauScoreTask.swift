import PDEConfig
import PDECore
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// To say the score of Landau's equation's initial state, from where neural particles start (`NeuralTransport`).
///
/// The score ∇log f₀ is known, so the fit is an explicit one on velocities drawn by the seed; there is no dataset. What follows in time needs no
/// score that is known, and is part of the evaluation, for which the other keys are. Any kernel A(z) = C|z|^γ (|z|²I − zzᵀ) with C = 1/(8d),
/// in d = 2 to 10 dimensions.
///
/// Source: Y. Huang & L. Wang, "A score-based particle method for homogeneous Landau equation" (2025).
public struct LandauScoreTask: TrainingTask, Equatable {
    /// Its name.
    public static let kind = "landau-score"
    /// Other names.
    public static let aliases = ["score", "score-matching", "sbtm", "neural-particles"]
    /// Other names of keys.
    public static let keyAliases = [
        "variances": "temperatures", "dt": "timeStep", "steps": "fits", "learningRate": "fitRate", "depth": "layers",
        "count": "particles", "until": "time", "exponent": "gamma", "distance": "beams", "batches": "batch",
    ]

    /// Components of a velocity.
    public var dimensions: Int
    /// The initial temperature along each axis; none for the solution of Bobylev, Krook and Wu (`BKWSolution.standard`).
    public var temperatures: [Double]
    /// How far two beams of half the mass each are apart along the first axis, with a temperature of 1 as a whole; 0 for none.
    public var beams: Double
    /// The power γ of the distance in the kernel; 0 for Maxwell molecules, −3 for charged particles.
    public var gamma: Double
    /// Particles of a random batch inside which pairs are summed; 0 for all pairs, which Maxwell molecules have by moments.
    public var batch: Int
    /// Particles, drawn at random by the run's seed.
    public var particles: Int
    /// Whether they start in the middles of about as many cells instead, with weights; in 2 and 3 dimensions.
    public var lattice: Bool
    /// Channels of the network's hidden layers.
    public var width: Int
    /// Hidden layers.
    public var layers: Int
    /// What stands behind them.
    public var activation: SmoothActivation
    /// Whether the network sees particles by their mean and covariance, and corrects the score of the Gaussian of these.
    public var whitens: Bool
    /// The time that particles are followed for.
    public var time: Double
    /// The time that a step covers.
    public var timeStep: Double
    /// Steps of implicit score matching before each of these.
    public var fits: Int
    /// Their learning rate.
    public var fitRate: Double
    /// Random directions for the divergence in these; 0 for the exact one.
    public var probes: Int
    /// What the initial state does not change under; fits see particles moved by it.
    public var symmetry: VelocitySymmetry
    /// Velocities of an epoch.
    public var draws: Int

    /// A task.
    public init(
        dimensions: Int = 2, temperatures: [Double] = [], beams: Double = 0, gamma: Double = 0, batch: Int = 0,
        particles: Int = 2500, lattice: Bool = false, width: Int = 64, layers: Int = 2,
        activation: SmoothActivation = .silu, whitens: Bool = true, time: Double = 1, timeStep: Double = 0.02,
        fits: Int = 20, fitRate: Double = 5e-4, probes: Int = 0, symmetry: VelocitySymmetry = .none, draws: Int = 20480
    ) {
        (self.dimensions, self.temperatures, self.beams) = (dimensions, temperatures, beams)
        (self.gamma, self.batch) = (gamma, batch)
        (self.particles, self.lattice) = (particles, lattice)
        (self.width, self.layers, self.activation, self.whitens) = (width, layers, activation, whitens)
        (self.time, self.timeStep, self.fits, self.fitRate) = (time, timeStep, fits, fitRate)
        (self.probes, self.symmetry, self.draws) = (probes, symmetry, draws)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.dimensions, into: &dimensions, in: 2...10)
        try container.decode(.temperatures, into: &temperatures)
        guard temperatures.isEmpty || temperatures.count == dimensions && temperatures.allSatisfy({ $0 > 0 }) else {
            throw ConfigurationError.invalid(
                path: "temperatures", found: "\(temperatures)",
                allowed: "\(dimensions) numbers more than 0, one for each dimension, or none")
        }
        try container.decode(.beams, into: &beams, in: Bounds.between(0, Self.mostDistance(dimensions)))
        guard temperatures.isEmpty || beams == 0 else {
            throw ConfigurationError.combination(
                paths: ["temperatures", "beams"], why: "both say what the initial state is",
                advice: "leave one of them out")
        }
        try container.decode(.gamma, into: &gamma)
        guard gamma.isFinite, kernel.isIntegrable(dimensions: dimensions), gamma <= 1 else {
            throw ConfigurationError.invalid(
                path: "gamma", found: "\(gamma)",
                allowed: "more than -2 - dimensions, where |z|^(gamma+2) is integrable, and at most 1")
        }
        try container.decode(.particles, into: &particles, in: 2...1_000_000)
        try container.decode(.batch, into: &batch, in: 0...particles)
        guard batch != 1, batch == 0 || gamma != 0 else {
            throw ConfigurationError.invalid(
                path: "batch", found: "\(batch)",
                allowed: gamma == 0 ? "0 with a gamma of 0, where all pairs cost no more" : "0, or 2 to \(particles)")
        }
        guard particles > dimensions else {
            throw ConfigurationError.invalid(
                path: "particles", found: "\(particles)",
                allowed: "more than the \(dimensions) dimensions, or their covariance is singular")
        }
        try container.decode(.lattice, into: &lattice)
        guard !lattice || dimensions <= 3 && particles >= 1 << (2 * dimensions) else {
            throw ConfigurationError.invalid(
                path: "lattice", found: "true",
                allowed: "false with \(particles) particles in \(dimensions) dimensions, where cells are too few a side"
            )
        }
        try container.decode(.width, into: &width, in: 1...4096)
        try container.decode(.layers, into: &layers, in: 1...16)
        try container.decode(.activation, into: &activation)
        try container.decode(.whitens, into: &whitens)
        try container.decode(.time, into: &time, in: Bounds.between(1e-6, 1e6))
        try container.decode(.timeStep, into: &timeStep, in: Bounds.between(1e-6, 1e3))
        guard wholeSteps(of: timeStep, in: time) != nil else {
            throw ConfigurationError.invalid(
                path: "timeStep", found: "\(timeStep)", allowed: "a whole part of the time \(time)")
        }
        try container.decode(.fits, into: &fits, in: 0...100_000)
        try container.decode(.fitRate, into: &fitRate, in: Bounds.between(1e-12, 1))
        try container.decode(.probes, into: &probes, in: 0...64)
        try container.decode(.symmetry, into: &symmetry)
        guard symmetry != .rotations || Set(temperatures).count <= 1 && beams == 0 else {
            throw ConfigurationError.invalid(
                path: "symmetry", found: symmetry.rawValue,
                allowed:
                    "\(VelocitySymmetry.reflections.rawValue) or \(VelocitySymmetry.none.rawValue) where "
                    + (beams == 0 ? "temperatures differ" : "there are beams")
            )
        }
        try container.decode(.draws, into: &draws, in: 1...10_000_000)
    }

    /// There is no dataset.
    public var needsData: Bool { false }

    /// Its own.
    public var networkKey: String { "task" }

    /// Those of the parts that `ScoreMatching` divides particles into, their sum, and it once more by layers.
    public var partialGradients: Int { ScoreMatching<Float>.parts + 2 }

    /// See `TrainingTask`.
    public func check(_ experiment: Experiment) throws(ConfigurationError) {
        try experiment.refuseNetwork(
            of: Self.kind, why: "the task has a network of its own, which maps velocities and not fields",
            advice: ", and width and layers in the task")
        try experiment.refusePenalty(of: Self.kind)
    }

    /// What its runs say of their networks.
    public var descriptionType: any RunDescription.Type { LandauScoreDescription.self }

    /// See `TrainingTask`.
    public func problem<Scalar: Real>(_ setting: ProblemSetting) throws -> any RunProblem<Scalar> {
        try LandauScoreProblem<Scalar>(self, setting)
    }
}

extension LandauScoreTask {
    private enum CodingKeys: String, CodingKey {
        case dimensions, temperatures, beams, gamma, batch, particles, lattice, width, layers, activation, whitens,
            time, timeStep, fits
        case fitRate, probes, symmetry, draws
    }

    /// The network's layers.
    var scoreLayers: ScoreLayers {
        ScoreLayers(
            dimensions: dimensions, width: width, hidden: layers, activation: activation, correctsNormal: whitens)
    }

    /// The distance at which a twentieth of the temperature is left to each beam.
    private static func mostDistance(_ dimensions: Int) -> Double { (3.8 * Double(dimensions)).squareRoot() }

    /// Whether particles start from the solution of Bobylev, Krook and Wu.
    private var startsOnBKW: Bool { temperatures.isEmpty && beams == 0 }

    /// The solution that is followed, if there is one.
    package var solution: BKWSolution? { startsOnBKW && gamma == 0 ? .standard(dimensions: dimensions) : nil }

    /// A(z).
    package var kernel: LandauKernel {
        LandauKernel(strength: BKWSolution.standard(dimensions: dimensions).strength, exponent: gamma)
    }

    /// How sums over pairs are taken.
    package func interaction(seed: UInt64) -> ParticleInteraction {
        gamma == 0 ? .moments : batch > 0 ? .randomBatches(size: batch, seed: seed) : .allPairs
    }

    /// When particles start.
    package var start: Double { startsOnBKW ? BKWSolution.standardStart(dimensions: dimensions) : 0 }

    /// Steps of the transport.
    package var steps: Int { wholeSteps(of: timeStep, in: time) ?? 1 }

    /// f₀.
    package var density: VelocityDensity {
        let shape: VelocityDensity.Shape =
            startsOnBKW
            ? .bkw(width: BKWSolution.standard(dimensions: dimensions).width(at: start))
            : beams > 0 ? .beams(distance: beams, share: 0.5) : .temperatures(temperatures)
        return VelocityDensity(
            shape, dimensions: dimensions, direction: (0..<dimensions).map { $0 == 0 ? 1 : 0 })
    }
}

/// What is needed to make a trained score again.
public struct LandauScoreDescription: RunDescription, Equatable {
    /// The experiment that it comes from.
    public var experiment: Experiment
    /// What it was to learn.
    public var task: LandauScoreTask

    /// Any is sound.
    public var problem: String? { nil }
}
