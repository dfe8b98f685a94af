import PDECore

/// The layers of a perceptron that says a score: d → width → … → width → d, with a smooth activation behind each but the last.
///
/// Its parameters lie one behind the other, for each layer the matrix [in][out] and the bias [out].
public struct ScoreLayers: Hashable, Sendable {
    /// Components of a velocity and of a score.
    public let dimensions: Int
    /// Channels of a hidden layer.
    public let width: Int
    /// Hidden layers.
    public let hidden: Int
    /// What stands behind them.
    public let activation: SmoothActivation
    /// Whether the perceptron says what a score has more than that of the standard normal density, −v.
    public let correctsNormal: Bool

    /// Layers of these sizes, all at least 1.
    public init(
        dimensions: Int, width: Int, hidden: Int, activation: SmoothActivation = .silu, correctsNormal: Bool = false
    ) {
        precondition(
            dimensions > 0 && width > 0 && hidden > 0,
            "layers: expected sizes of 1 and more, got \(dimensions), \(width) and \(hidden)")
        (self.dimensions, self.width, self.hidden) = (dimensions, width, hidden)
        (self.activation, self.correctsNormal) = (activation, correctsNormal)
    }

    /// Channels that go into a layer, 0 to `hidden`, and come out of it.
    func sizes(of layer: Int) -> (inputs: Int, outputs: Int) {
        (layer == 0 ? dimensions : width, layer == hidden ? dimensions : width)
    }

    /// Where a layer's matrix begins among the parameters; its bias follows.
    func start(of layer: Int) -> Int {
        layer == 0 ? 0 : (dimensions + 1) * width + (layer - 1) * (width + 1) * width
    }

    /// Where a layer's bias begins.
    func bias(of layer: Int) -> Int {
        let (inputs, outputs) = sizes(of: layer)
        return start(of: layer) + inputs * outputs
    }

    /// The number of parameters.
    public var parameterCount: Int { bias(of: hidden) + dimensions }
}
