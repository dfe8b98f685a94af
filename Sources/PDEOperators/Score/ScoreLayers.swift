import PDECore

/// The layers of a perceptron that says a score: d + conditions → width → … → width → d, with a smooth activation behind each but the last.
///
/// Its parameters lie one behind the other, for each layer the matrix [in][out] and the bias [out].
public struct ScoreLayers: Hashable, Sendable {
    /// Components of a velocity and of a score.
    public let dimensions: Int
    /// Further inputs behind the velocity, such as the time.
    public let conditions: Int
    /// Channels of a hidden layer.
    public let width: Int
    /// Hidden layers.
    public let hidden: Int
    /// What stands behind them.
    public let activation: SmoothActivation
    /// Whether the perceptron says what a score has more than that of the standard normal density, −v.
    public let correctsNormal: Bool

    /// Whether the score turns with the velocity: s = u/ρ · h(log ρ²) with ρ² = `middle` + |u|²/d, and a perceptron for h of one channel in
    /// and out.
    public let isEquivariant: Bool

    /// Below its root lengths of velocities are not told apart by a score that turns with them, so that it is smooth in the middle.
    var middle: Double { 1 / 16 }

    /// Layers of these sizes, all at least 1 but for the conditions.
    public init(
        dimensions: Int, conditions: Int = 0, width: Int, hidden: Int, activation: SmoothActivation = .silu,
        correctsNormal: Bool = false, isEquivariant: Bool = false
    ) {
        precondition(
            dimensions > 0 && width > 0 && hidden > 0,
            "layers: expected sizes of 1 and more, got \(dimensions), \(width) and \(hidden)")
        precondition(conditions >= 0, "conditions: expected 0 or more, got \(conditions)")
        (self.dimensions, self.conditions, self.width, self.hidden) = (dimensions, conditions, width, hidden)
        (self.activation, self.correctsNormal, self.isEquivariant) = (activation, correctsNormal, isEquivariant)
    }

    /// What the perceptron sees of a velocity, and as much as it says.
    var channels: Int { isEquivariant ? 1 : dimensions }

    /// The perceptron's inputs, with the conditions.
    public var inputs: Int { channels + conditions }

    /// Channels that go into a layer, 0 to `hidden`, and come out of it.
    func sizes(of layer: Int) -> (inputs: Int, outputs: Int) {
        (layer == 0 ? inputs : width, layer == hidden ? channels : width)
    }

    /// Where a layer's matrix begins among the parameters; its bias follows.
    func start(of layer: Int) -> Int {
        layer == 0 ? 0 : (inputs + 1) * width + (layer - 1) * (width + 1) * width
    }

    /// Where a layer's bias begins.
    func bias(of layer: Int) -> Int {
        let (inputs, outputs) = sizes(of: layer)
        return start(of: layer) + inputs * outputs
    }

    /// The number of parameters.
    public var parameterCount: Int { bias(of: hidden) + channels }
}
