import PDEConfig
import PDECore
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// To say the score of Landau's equation's initial state, from where neural particles start (`NeuralTransport`).
///
/// The score ∇log f₀ is known, so the fit is an explicit one on velocities drawn by the seed; there is no dataset. What follows in time needs no
/// score that is known, and is part of the evaluation, for which the other keys are.
///
/// Source: Y. Huang & L. Wang, "A score-based particle method for homogeneous Landau equation" (2025).
public struct LandauScoreTask: LandauTask, Equatable {
    /// Its name.
    public static let kind = "landau-score"
    /// Other names.
    public static let aliases = ["score", "score-matching", "sbtm", "neural-particles"]
    /// Other names of keys.
    public static let keyAliases = LandauParticles.keyAliases.merging(
        ["steps": "fits", "learningRate": "fitRate", "depth": "layers"]) { own, _ in own }

    /// The particles.
    public var system: LandauParticles
    /// Channels of the network's hidden layers.
    public var width: Int
    /// Hidden layers.
    public var layers: Int
    /// What stands behind them.
    public var activation: SmoothActivation
    /// Whether the network sees particles by their mean and covariance, and corrects the score of the Gaussian of these.
    public var whitens: Bool
    /// Steps of implicit score matching before each step of time.
    public var fits: Int
    /// Their learning rate.
    public var fitRate: Double
    /// Random directions for the divergence in these; 0 for the exact one.
    public var probes: Int
    /// Whether the network itself turns with velocities, for states that look alike in every direction.
    public var equivariant: Bool
    /// What the initial state does not change under; fits see particles moved by it.
    public var symmetry: VelocitySymmetry
    /// Velocities of an epoch.
    public var draws: Int

    /// A task.
    public init(
        _ system: LandauParticles = LandauParticles(), width: Int = 64, layers: Int = 2,
        activation: SmoothActivation = .silu, whitens: Bool = true, fits: Int = 20, fitRate: Double = 5e-4,
        probes: Int = 0, equivariant: Bool = false, symmetry: VelocitySymmetry = .none, draws: Int = 20480
    ) {
        self.system = system
        (self.width, self.layers, self.activation, self.whitens) = (width, layers, activation, whitens)
        (self.fits, self.fitRate) = (fits, fitRate)
        (self.probes, self.equivariant, self.symmetry, self.draws) = (probes, equivariant, symmetry, draws)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init(try LandauParticles(from: decoder))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.width, into: &width, in: 1...4096)
        try container.decode(.layers, into: &layers, in: 1...16)
        try container.decode(.activation, into: &activation)
        try container.decode(.whitens, into: &whitens)
        try container.decode(.fits, into: &fits, in: 0...100_000)
        try container.decode(.fitRate, into: &fitRate, in: Bounds.between(1e-12, 1))
        try container.decode(.probes, into: &probes, in: 0...64)
        try container.decode(.equivariant, into: &equivariant)
        try system.requireIsotropy(for: "equivariant", if: equivariant)
        try container.decode(.symmetry, into: &symmetry)
        guard symmetry != .rotations || system.isIsotropic else {
            throw ConfigurationError.invalid(
                path: "symmetry", found: symmetry.rawValue,
                allowed:
                    "\(VelocitySymmetry.reflections.rawValue) or \(VelocitySymmetry.none.rawValue) where "
                    + (system.beams == 0 ? "temperatures differ" : "there are beams")
            )
        }
        try container.decode(.draws, into: &draws, in: 1...10_000_000)
    }

    /// The keys of its particles, and its own.
    public func encode(to encoder: any Encoder) throws {
        try system.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(width, forKey: .width)
        try container.encode(layers, forKey: .layers)
        try container.encode(activation, forKey: .activation)
        try container.encode(whitens, forKey: .whitens)
        try container.encode(fits, forKey: .fits)
        try container.encode(fitRate, forKey: .fitRate)
        try container.encode(probes, forKey: .probes)
        try container.encode(equivariant, forKey: .equivariant)
        try container.encode(symmetry, forKey: .symmetry)
        try container.encode(draws, forKey: .draws)
    }

    /// See `TrainingTask`.
    public func check(_ experiment: Experiment) throws(ConfigurationError) {
        try refuseNetworks(in: experiment)
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
        case width, layers, activation, whitens, fits, fitRate, probes, equivariant, symmetry,
            draws
    }

    /// The network's layers.
    var scoreLayers: ScoreLayers {
        ScoreLayers(
            dimensions: system.dimensions, width: width, hidden: layers, activation: activation,
            correctsNormal: whitens,
            isEquivariant: equivariant)
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
