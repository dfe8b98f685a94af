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
    /// 1 where a channel belongs to a head, [heads][tokens][channels].
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
        ownHead = Tensor(shape: [heads, count, channels], on: initialization.backend) { values in
            for index in values.indices {
                let (head, channel) = (index / (count * channels), index % channels)
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
        let x = fields.patches(patches)
        let (count, points, channels) = (x.shape[0], x.shape[1], x.shape[2])
        let (heads, tokenCount) = (ownHead.shape[0], ownHead.shape[1])
        let rows = heads * tokenCount
        // Tokens of all heads below each other, each with zeros outside its own head: all heads are one product.
        func byHead(_ tokens: Tensor<Scalar>) -> Tensor<Scalar> {
            let batch = tokens.shape[0]
            let repeated = tokens.reshaped([batch, 1, tokenCount, channels])
                .expanded(to: [batch, heads, tokenCount, channels])
            return (repeated * ownHead).reshaped([batch, rows, channels])
        }
        let keys = byHead(tokens.reshaped([1] + tokens.shape)).reshaped([rows, channels])
        let scores = x.product(key.product(keys, transposingOther: true))
        let encoded = scores.softmax(along: 1).product(value(x), transposingSelf: true)
            .reshaped([count, heads, tokenCount, channels])
        let gathered = tokens + (encoded * ownHead).sum(along: [1])
        let latent = byHead(gathered + gathered.trigonometricSeries(sines: sines, cosines: cosines))
        let weights = query(x).product(latent, transposingOther: true)
            .reshaped([count, points, heads, tokenCount]).softmax(along: 3).reshaped([count, points, rows])
        return (x + weights.product(latent)).joiningPatches(patches, grid: Array(fields.shape[1..<fields.rank - 1]))
    }
}

extension Tensor {
    /// Fields [samples][grid…][channels] cut into `parts` patches along every axis: [samples × patches][points][channels].
    fileprivate func patches(_ parts: Int) -> Tensor {
        let (axes, channels) = (rank - 2, shape[rank - 1])
        var (split, count, points): ([Int], Int, Int) = ([shape[0]], shape[0], 1)
        for length in shape[1...axes] {
            split += [parts, length / parts]
            count *= parts
            points *= length / parts
        }
        return reshaped(split + [channels]).permuted(Self.patchOrder(axes)).reshaped([count, points, channels])
    }

    /// The inverse of `patches`, for fields on `grid`.
    fileprivate func joiningPatches(_ parts: Int, grid: [Int]) -> Tensor {
        let sides = grid.map { _ in parts }
        let order = Self.patchOrder(grid.count)
        let samples = shape[0] / sides.product
        let split = [samples] + sides + grid.map { $0 / parts } + [shape[2]]
        return reshaped(split).permuted(order.indices.map { order.firstIndex(of: $0)! })
            .reshaped([samples] + grid + [shape[2]])
    }

    /// The patches' axes in front of those of the points in them.
    private static func patchOrder(_ axes: Int) -> [Int] {
        let parts = (0..<axes).map { 2 * $0 + 1 }
        return [0] + parts + parts.map { $0 + 1 } + [2 * axes + 1]
    }
}
