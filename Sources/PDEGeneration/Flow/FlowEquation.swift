import PDEConfig
import PDESolvers

/// Which incompressible flow, and how its Reynolds number is drawn.
///
/// Lengths are in heights of the channel or the cavity, speeds in peak inlet or lid speeds.
public struct FlowEquation: RecipeEquation, Hashable {
    /// Its name.
    public static let kind = "navier-stokes"

    /// The geometry's family with its boundary conditions.
    public let family: FlowFamily
    /// Height times peak inlet or lid speed over viscosity.
    public let reynolds: Distribution
    /// Size of a velocity that is drawn for every sample and added at the start, in peak speeds: without one, a flow past an
    /// obstacle in the middle of a channel sheds vortices from round-off only.
    public let perturbation: Double

    /// The family's name.
    public var familyName: FamilyName {
        switch family {
        case .channel: .channel
        case .cavity: .cavity
        case .periodic: preconditionFailure("family: expected a channel or a cavity, got a periodic box")
        }
    }

    /// The families that a recipe may name.
    public enum FamilyName: String, Codable, CaseIterable, Sendable {
        /// Flow from an inlet on the left to an outlet on the right, between walls.
        case channel
        /// A box whose upper wall moves.
        case cavity
    }

    /// The speed at height `y` where nothing disturbs the flow: the inlet's, or the lid's.
    func undisturbedSpeed(at y: Double) -> Double {
        if case .channel(.parabolic, _) = family { max(0, 4 * y * (1 - y)) } else { 1 }
    }
}

extension FlowEquation {
    /// The problem of this equation.
    public func problem(in recipe: any Decoder) throws -> Problem { Problem(try FlowProblem(self, from: recipe)) }

    private enum Key: String, CodingKey {
        case family, reynolds
        /// The velocity that a channel's inlet has.
        case inlet
        /// What holds at a channel's outlet.
        case outlet
        case perturbation
    }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(FamilyName.self, forKey: .family) {
        case .channel:
            family = .channel(
                inlet: try container.decode(.inlet, default: .parabolic),
                outlet: try container.decode(.outlet, default: .pressure))
        case .cavity: family = .cavity
        }
        if (try? container.decode(String.self, forKey: .reynolds)) != nil {
            reynolds = try container.decode(DifficultyLevel.self, forKey: .reynolds).reynolds
        } else {
            reynolds = try container.decode(.reynolds, in: .moreThan(0, atMost: 1e9))
        }
        perturbation = try container.decode(.perturbation, in: .between(0, 0.5), default: 0)
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(familyName, forKey: .family)
        try container.encode(reynolds, forKey: .reynolds)
        if case .channel(let inlet, let outlet) = family {
            try container.encode(inlet, forKey: .inlet)
            try container.encode(outlet, forKey: .outlet)
        }
        // Recipes from before there was one say nothing of it.
        if perturbation > 0 { try container.encode(perturbation, forKey: .perturbation) }
    }
}
