import PDEConfig
import PDECore
import PDESolvers

/// How the initial state of a sample is drawn: a shape, times an amplitude, plus a mean.
public struct InitialRecipe: Equatable, Sendable {
    /// The shape.
    @OneOf<RecipeStates> public var state: any InitialState
    /// The factor that multiplies it; series and sines have a largest magnitude of 1 before.
    public var amplitude: Distribution
    /// What is added to every component.
    public var mean: Distribution

    /// A shape times an amplitude plus a mean.
    public init(_ state: any InitialState, amplitude: Distribution = .fixed(1), mean: Distribution = .fixed(0)) {
        (self.state, self.amplitude, self.mean) = (state, amplitude, mean)
    }

    /// The largest difference of two values of a component, whatever the mean; nil where nothing bounds it.
    func jump(lengths: [Double]) -> Double? {
        let factor = max(abs(amplitude.range.lowerBound), abs(amplitude.range.upperBound))
        return state.jump(lengths: lengths).map { $0 * factor }
    }
}

/// The initial states that a recipe can name: those of the solvers, and arrays from files.
public enum RecipeStates: KindFamily {
    /// A value of any of them.
    public typealias Member = any InitialState
    /// Those of the solvers, and one line for each that needs files.
    public static let standard: [any Kind.Type] = InitialStates.standard + [FileState.self]
    /// A program's own initial states are named in recipes.
    public static func takes(_ family: any KindFamily.Type) -> Bool { family == InitialStates.self }
}

extension InitialRecipe: Codable {
    private enum Key: String, CodingKey { case amplitude, mean }

    /// Decodes strictly: unknown keys, wrong types and values out of range are errors.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            try OneOf<RecipeStates>(from: decoder).wrappedValue,
            amplitude: try container.decode(.amplitude, in: .signedMagnitude, default: .fixed(1)),
            mean: try container.decode(.mean, in: .signedMagnitude, default: .fixed(0)))
    }

    /// Encodes with every default filled in.
    public func encode(to encoder: any Encoder) throws {
        try _state.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(amplitude, forKey: .amplitude)
        try container.encode(mean, forKey: .mean)
    }
}
