import PDECore
import PDETensor

/// A neural spectral block: patches of a grid into a few latent tokens, a step of a basis of sines and cosines there, and back.
///
/// The grid is cut into patches that do not overlap. In each, with features X of its points and learned tokens T, and in every head
/// (a part of the channels) alone:
///
///     T ← T + softmax(T K(X)ᵀ) V(X)                                        over the patch's points
///     T ← T + Σᵢ [aᵢ sin(iπT/n) + bᵢ cos(iπT/n)],  i < n                    for each channel
///     X ← X + softmax(Q(X) Tᵀ) T                                            over the tokens
///
/// K has no bias, as a softmax over the points does not see it, and there is no a₀, as sin 0 is 0.
///
/// Source: H. Wu et al., "Solving High-Dimensional PDEs with Latent Spectral Models" (2023), section 3.
struct NeuralSpectralBlock<Scalar: Real>: Module {
    /// The matrix K [channels][channels].
    private var key: Tensor<Scalar>
    private var value, query: Linear<Scalar>
    /// [tokens][channels].
    private var tokens: Tensor<Scalar>
    /// a [n − 1][channels] from i = 1 on, and b [n][channels].
    private var sines, cosines: Tensor<Scalar>
    /// 1 where a channel belongs to a head, [heads][channels].
    private let ownHead: Tensor<Scalar>
    /// Patches along every axis.
    let patches: Int

    /// First values of the tokens and of the basis uniform in (0, 1/channels), of the maps as usual for linear layers.
    init(
        _ name: String, channels: Int, tokens count: Int, heads: Int, basis: Int, patches: Int,
        _ initialization: Initialization
    ) {
        func small(_ part: String, _ rows: Int) -> Tensor<Scalar> {
            let half = 0.5 / Double(channels)
            return initialization.uniform(name + part, [rows, channels], bound: half) + Scalar(half)
        }
        key = initialization.uniform(name + "key", [channels, channels], bound: 1 / Double(channels).squareRoot())
        value = Linear(name + "value.", inputs: channels, outputs: channels, initialization)
        query = Linear(name + "query.", inputs: channels, outputs: channels, initialization)
        tokens = small("tokens", count)
        (sines, cosines) = (small("sines", basis - 1), small("cosines", basis))
        ownHead = Tensor(shape: [heads, channels], on: initialization.backend) { values in
            for index in values.indices {
                let (head, channel) = (index / channels, index % channels)
                values[index] = channel / (channels / heads) == head ? 1 : 0
            }
        }
        self.patches = patches
    }

    /// The parameters of such a block.
    static func parameterCount(channels: Int, tokens: Int, basis: Int) -> Double {
        Double(3 * channels + 2 + tokens + 2 * basis - 1) * Double(channels)
    }

    mutating func visitParameters(_ path: String, _ visit: (String, inout Tensor<Scalar>) -> Void) {
        visit(path + "key", &key)
        value.visitParameters(path + "value.", visit)
        query.visitParameters(path + "query.", visit)
        visit(path + "tokens", &tokens)
        visit(path + "sines", &sines)
        visit(path + "cosines", &cosines)
    }

    /// Fields [samples][grid…][channels] on a grid that `patches` divides along every axis.
    func callAsFunction(_ fields: Tensor<Scalar>) -> Tensor<Scalar> {
        let (count, channels, heads) = (tokens.shape[0], tokens.shape[1], ownHead.shape[0])
        // K(X) Tᵀ by heads is a product of X with one matrix.
        let byHead = tokens.reshaped([count, 1, channels]).expanded(to: [count, heads, channels]) * ownHead
        return fields.latentStep(
            patches: patches, heads: heads,
            keys: key.product(byHead.reshaped([count * heads, channels]), transposingOther: true),
            value: (value.weight, value.bias), query: (query.weight, query.bias), tokens: tokens, sines: sines,
            cosines: cosines)
    }
}
