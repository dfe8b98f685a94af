import PDECore
import PDETensor

/// A perceptron v ↦ s(v) that is trained to be the score ∇log f of a density of velocities.
///
/// Smooth activations, as what it is trained on has a derivative in it. Its kernel is `ScoreMatching`.
///
/// Sources: Y. Huang & L. Wang, "A score-based particle method for homogeneous Landau equation" (2025); F. Ilin, J. Hu & Z. Wang (2024).
public struct ScoreNetwork<Scalar: Real>: Module {
    /// Sizes.
    public let layers: ScoreLayers
    private var linear: [Linear<Scalar>]

    /// A network with first values uniform within ±1/√in.
    public init(_ layers: ScoreLayers, _ initialization: Initialization) {
        self.layers = layers
        linear = (0...layers.hidden).map { layer in
            let (inputs, outputs) = layers.sizes(of: layer)
            return Linear("layers.\(layer).", inputs: inputs, outputs: outputs, initialization)
        }
    }

    /// See `Module`.
    public mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        for layer in linear.indices { linear[layer].visitParameters(path + "layers.\(layer).", visit) }
    }

    /// All parameters, as `ScoreLayers` orders them.
    public var values: [Scalar] { parameters.flatMap(\.value.values) }
}
