import PDEConfig
import PDECore
import PDEOperators
import PDESolvers
import PDETensor
import PDETraining

/// To say where particles of Landau's equation are at any time, and the score there, by two networks that know the time: no steps.
///
/// Trajectories T(v₀, t) = v₀ + tN(v₀, t) begin with the identity; N is trained until ∂T/∂t is the velocity that the particles give each
/// other by the scores s(T, t), and s by implicit score matching on the same particles, at t = 0 by the score of f₀. Particles are drawn
/// anew for every batch, so that both networks are of the density and not of some particles.
///
/// - Good values: width 64, three layers, 8 times a batch and 500 particles each; some thousand steps.
/// - Signs of failure: a residual that does not fall is a time that is too long for the width.
/// - Source: Kim et al., PINN-PM (2026); here the particles' velocities are held fixed where trajectories are fitted to them, so that
///   training is Picard's iteration.
public struct LandauGlobalTask: LandauTask, Equatable {
    /// Its name.
    public static let kind = "landau-global"
    /// Other names.
    public static let aliases = ["pinn-pm", "global-in-time", "landau-trajectories"]
    /// Other names of keys.
    public static let keyAliases = LandauParticles.keyAliases.merging(["depth": "layers"]) { own, _ in own }

    /// The particles.
    public var system: LandauParticles
    /// Channels of each network's hidden layers.
    public var width: Int
    /// Hidden layers.
    public var layers: Int
    /// What stands behind them.
    public var activation: SmoothActivation
    /// Whether the networks themselves turn with velocities, for states that look alike in every direction.
    public var equivariant: Bool
    /// Times of a batch, each of which has `budget.batch` particles of its own.
    public var times: Int
    /// Velocities of an epoch.
    public var draws: Int

    /// A task.
    public init(
        _ system: LandauParticles = LandauParticles(), width: Int = 64, layers: Int = 3,
        activation: SmoothActivation = .silu, equivariant: Bool = false, times: Int = 8, draws: Int = 409_600
    ) {
        self.system = system
        (self.width, self.layers, self.activation) = (width, layers, activation)
        (self.equivariant, self.times, self.draws) = (equivariant, times, draws)
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        self.init(try LandauParticles(from: decoder))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try container.decode(.width, into: &width, in: 1...4096)
        try container.decode(.layers, into: &layers, in: 1...16)
        try container.decode(.activation, into: &activation)
        try container.decode(.equivariant, into: &equivariant)
        try system.requireIsotropy(for: "equivariant", if: equivariant)
        try container.decode(.times, into: &times, in: 1...1024)
        try container.decode(.draws, into: &draws, in: 1...100_000_000)
    }

    /// The keys of its particles, and its own.
    public func encode(to encoder: any Encoder) throws {
        try system.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(width, forKey: .width)
        try container.encode(layers, forKey: .layers)
        try container.encode(activation, forKey: .activation)
        try container.encode(equivariant, forKey: .equivariant)
        try container.encode(times, forKey: .times)
        try container.encode(draws, forKey: .draws)
    }

    /// See `TrainingTask`.
    public func check(_ experiment: Experiment) throws(ConfigurationError) {
        try refuseNetworks(in: experiment)
        guard experiment.budget.batch > 1 else {
            throw ConfigurationError.invalid(
                path: "budget.batch", found: "\(experiment.budget.batch)",
                allowed: "2 or more, as particles move by each other")
        }
    }

    /// What its runs say of their networks.
    public var descriptionType: any RunDescription.Type { LandauGlobalDescription.self }

    /// See `TrainingTask`.
    public func problem<Scalar: Real>(_ setting: ProblemSetting) throws -> any RunProblem<Scalar> {
        try LandauGlobalProblem<Scalar>(self, setting)
    }
}

extension LandauGlobalTask {
    private enum CodingKeys: String, CodingKey {
        case width, layers, activation, equivariant, times, draws
    }

    /// The layers of the score, which corrects that of a Gaussian, or of the trajectories.
    func layers(ofScore isScore: Bool) -> ScoreLayers {
        ScoreLayers(
            dimensions: system.dimensions, conditions: 1, width: width, hidden: layers, activation: activation,
            correctsNormal: isScore, isEquivariant: equivariant)
    }
}

/// What is needed to make trained trajectories again.
public struct LandauGlobalDescription: RunDescription, Equatable {
    /// The experiment that it comes from.
    public var experiment: Experiment
    /// What it was to learn.
    public var task: LandauGlobalTask

    /// Any is sound.
    public var problem: String? { nil }
}
